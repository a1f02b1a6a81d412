"""What staff put on a chat: tags, and colleagues whom they mention in notes.

Theory. Both belong to the chat whatever its phase, over or not, and the visitor learns of neither.
A tag is a word in one normal form, so that the same word is the same tag, and a label of the chat's
summary, so that all chats with it are found. A mention is a label too, until the colleague says
that he has read it. Who was mentioned may see the chat for good, whatever queues he serves.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias, assert_never

from ..errors import NotFound, Rejected
from ..rules import Rules
from ..streams import Event
from . import commands as c, events as e
from .state import State
from .values import Phase

MOST_TAGS = 20
MOST_MENTIONS = 20

Wanted: TypeAlias = c.Tag | c.Untag | c.ReadMention
Happened: TypeAlias = e.Tagged | e.Untagged | e.Mentioned | e.MentionRead


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:  # noqa: ARG001
    """Return what follows from a wish about tags and mentions."""
    if state.phase is Phase.NEW:
        raise NotFound
    by = command.by.id
    match command:
        case c.Tag():
            return tag(state, command)
        case c.Untag():
            return [e.Untagged(tag=command.tag, by=by)] if command.tag in state.tags else []
        case c.ReadMention():
            return [e.MentionRead(agent=by)] if by in state.mentions else []
        case _:
            assert_never(command)


def tag(state: State, command: c.Tag) -> list[Event]:
    """Give the chat a tag, unless it has it or too many (S3-24)."""
    if command.tag in state.tags:
        return []
    if len(state.tags) >= MOST_TAGS:
        raise Rejected("too_many_tags", limit=MOST_TAGS)
    return [e.Tagged(tag=command.tag, by=command.by.id)]


def mentioned(agents: Iterable[str], by: str, rules: Rules) -> Iterator[Event]:
    """Yield that colleagues are mentioned, each once; to mention oneself is nothing (S3-27)."""
    wanted = dict.fromkeys(agents)
    if len(wanted) > MOST_MENTIONS:
        raise Rejected("too_many_mentions", limit=MOST_MENTIONS)
    for agent in wanted:
        person = rules.staff.get(agent)
        if person is None:
            raise NotFound("unknown_agent", agent=agent[:100])
        if agent != by:
            yield e.Mentioned(agent=agent, name=person.name, by=by)


def evolve(state: State, event: Happened, at: int) -> None:
    """Apply what was put on the chat, or taken off."""
    match event:
        case e.Tagged():
            state.tags |= {event.tag} - {""}  # it may have been blanked
        case e.Untagged():
            state.tags -= {event.tag}
        case e.Mentioned():
            state.mentions = {**state.mentions, event.agent: at}
            state.mentioned |= {event.agent}
        case e.MentionRead():
            rest = {agent: since for agent, since in state.mentions.items() if agent != event.agent}
            state.mentions = rest
        case _:
            assert_never(event)
