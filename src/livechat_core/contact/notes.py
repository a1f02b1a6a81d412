"""Notes about a person, which stay, and his tags."""

from ..errors import Rejected
from ..streams import Event
from . import commands as c, events as e
from .claims import require_known
from .state import State

MOST_NOTES = 200
MOST_TAGS = 30


def write(state: State, command: c.WriteNote) -> list[Event]:
    """Write a note; nothing ever deletes it, erasure of the person blanks it (S3-23, F34)."""
    require_known(state)
    if len(state.notes) >= MOST_NOTES:
        raise Rejected("too_many_notes", limit=MOST_NOTES)
    number = max((note.id for note in state.notes), default=0) + 1
    by = command.by
    return [e.NoteWritten(note=number, agent=by.id, name=by.name, text=command.text)]


def edit(state: State, command: c.EditNote) -> list[Event]:
    """Let a note read differently, if nobody else has edited it meanwhile."""
    require_known(state)
    note = next((one for one in state.notes if one.id == command.note), None)
    if note is None:
        raise Rejected("unknown_note", note=command.note)
    if note.text == command.text:
        return []
    if note.revision != command.revision:
        raise Rejected("changed", field="note", owner=note.name, revision=note.revision)
    by = command.by
    return [
        e.NoteEdited(
            note=note.id,
            revision=note.revision + 1,
            agent=by.id,
            name=by.name,
            text=command.text,
        )
    ]


def tag(state: State, command: c.Tag) -> list[Event]:
    """Give the person a tag."""
    require_known(state)
    if command.tag in state.tags:
        return []
    if len(state.tags) >= MOST_TAGS:
        raise Rejected("too_many_tags", limit=MOST_TAGS)
    return [e.Tagged(tag=command.tag, agent=command.by.id)]


def untag(state: State, command: c.Untag) -> list[Event]:
    """Take a tag from the person."""
    require_known(state)
    if command.tag not in state.tags:
        return []
    return [e.Untagged(tag=command.tag, agent=command.by.id)]
