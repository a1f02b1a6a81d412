"""Files that are attached to a conversation (F44).

Theory. Before a byte comes, an event says that it may: who sends a file under which id, until when.
So whatever dies in between, the chat knows of every file that may lie in the store of files. A file
that has come whole is attached by a second event; what has not come in time is removed, and then a
third event forgets it. Nothing refers to a file that is not there, and no file is there for ever
that nothing refers to.
"""

from typing import TypeAlias, assert_never

from ..errors import Denied, LimitExceeded, NotFound, Rejected
from ..rules import Rules
from ..streams import Actor, Event, Role
from ..tables import require
from . import commands as c, events as e, lines
from .identity import unverified
from .state import State
from .table import NEXT
from .values import File, Phase, Upload

Wanted: TypeAlias = c.Attach | c.FinishUpload
Happened: TypeAlias = e.UploadBegun | e.Attached | e.UploadLapsed


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:
    """Return what follows from the wish to attach a file."""
    match command:
        case c.Attach():
            return attach(state, command, at, rules)
        case c.FinishUpload():
            return finish(state, command, at, rules)
        case _:
            assert_never(command)


def evolve(state: State, event: Happened, at: int) -> None:
    """Apply what happened with a file."""
    match event:
        case e.UploadBegun():
            upload = Upload(
                id=event.file, by=event.by, name=event.name, size=event.size, until=event.until
            )
            state.uploads = (*state.uploads, upload)
        case e.Attached():
            _drop(state, event.file)
            file = File(id=event.file, name=event.filename, type=event.type, size=event.size)
            state.files = (*state.files, file)
            lines.said(state, event.author, event.filename, at)
        case e.UploadLapsed():
            _drop(state, event.file)
        case _:
            assert_never(event)


def attach(state: State, command: c.Attach, at: int, rules: Rules) -> list[Event]:
    """Let somebody who may speak send a file, if it fits."""
    _may_speak(state, command.by, rules)
    site = rules.sites.get(state.site)
    if site is None or not site.attachments:
        raise Rejected("unavailable", why="attachments are off")
    if not 0 < command.size <= rules.file_size:
        raise LimitExceeded("too_large", limit=rules.file_size)
    known = {*(file.id for file in state.files), *(upload.id for upload in state.uploads)}
    if command.file in known:
        return []
    own = [upload for upload in state.uploads if upload.by == command.by.label]
    if len(own) >= rules.uploads:
        raise LimitExceeded("too_many_files", limit=rules.uploads)
    if len(known) >= rules.chat_files:
        raise LimitExceeded("too_many_files", limit=rules.chat_files)
    return [
        e.UploadBegun(
            file=command.file,
            by=command.by.label,
            name=command.name,
            size=command.size,
            until=at + rules.upload_timeout,
        )
    ]


def finish(state: State, command: c.FinishUpload, at: int, rules: Rules) -> list[Event]:
    """Attach a file that has come; it is a line like any other."""
    if any(file.id == command.file for file in state.files):
        return []
    upload = awaited(state, command.file, command.by)
    if upload is None:
        raise NotFound
    _may_speak(state, command.by, rules)
    if at >= upload.until or command.size > upload.size:
        raise Rejected("upload_over")
    visitor = command.by.role is Role.VISITOR
    said = e.Attached(
        author="visitor" if visitor else "agent",
        name=state.name if visitor else command.by.name,
        file=command.file,
        filename=command.name,
        type=command.type,
        size=command.size,
    )
    return [*lines.stirred(state, command.by, rules), said]


def awaited(state: State, file: str, by: Actor) -> Upload | None:
    """Return the upload with this id that somebody has begun, if he has."""
    own = (one for one in state.uploads if one.id == file and one.by == by.label)
    return next(own, None)


def _may_speak(state: State, by: Actor, rules: Rules) -> None:
    if state.phase is Phase.NEW or (by.role is Role.VISITOR and state.visitor != by.id):
        raise NotFound
    if state.hold is None:  # a chat on hold wakes first
        require(NEXT, state.phase, e.Attached, "closed")
    if by.role is Role.AGENT and not state.takes_part(by.id):
        raise Denied("forbidden", why="not your chat")
    if by.is_staff and state.owner and unverified(state, rules):
        raise Rejected("not_verified", contact=state.contact)


def _drop(state: State, file: str) -> None:
    state.uploads = tuple(upload for upload in state.uploads if upload.id != file)
