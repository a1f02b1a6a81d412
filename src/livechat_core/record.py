"""The record: a small document with versions that staff edit at run time, such as a saved reply.

Theory. A record is saved as a whole; the stream keeps every version. Personal records belong to who
made them, all others to the supervisors. A retired record can be saved again.

    new -> live <-> retired
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, TypeAlias, assert_never

import attrs

from . import text
from .errors import Denied, NotFound, Rejected
from .rules import Rules
from .streams import Actor, Audience, Command, Decider, Event, Role, Summary
from .tables import allows


class Phase(StrEnum):
    """Where a record stands."""

    NEW = "new"
    LIVE = "live"
    RETIRED = "retired"


TOPICS = ("saved_reply", "greeting", "queue", "site", "hours", "profile", "figures")


@attrs.frozen(kw_only=True)
class Save(Command):
    """Make the record, or a new version of it.

    Args:
        topic: What kind of document it is.
        name: Short name to find it by.
        body: Its text.
        personal: Only its owner sees and edits it.
        values: Further plain values.
    """

    topic: text.Word
    name: text.Line
    body: text.Note = ""
    personal: bool = False
    values: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Retire(Command):
    """Take the record out of use."""


@attrs.frozen(kw_only=True)
class Saved(Event):
    """A version of the record."""

    audience: ClassVar[Audience] = Audience.STAFF
    topic: str
    name: str
    body: str
    owner: str
    values: Mapping[str, str]


@attrs.frozen(kw_only=True)
class Retired(Event):
    """The record is out of use."""

    audience: ClassVar[Audience] = Audience.STAFF


NEXT: dict[Phase, dict[type[Event], Phase]] = {
    Phase.NEW: {Saved: Phase.LIVE},
    Phase.LIVE: {Saved: Phase.LIVE, Retired: Phase.RETIRED},
    Phase.RETIRED: {Saved: Phase.LIVE},
}


@attrs.define(kw_only=True)
class State:
    """The present version of a record."""

    phase: Phase = Phase.NEW
    topic: str = ""
    name: str = ""
    body: str = ""
    owner: str = ""
    values: Mapping[str, str] = attrs.field(factory=dict)


Wanted: TypeAlias = Save | Retire


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:  # noqa: ARG001
    """Return what follows from the command, nothing if it is already so.

    Raises:
        Denied: Shared records belong to supervisors, personal ones to their owner.
        Rejected: ``unknown_topic``, ``name_missing``.
    """
    match command:
        case Save():
            return _save(state, command)
        case Retire():
            if state.phase is Phase.NEW:
                raise NotFound
            _may_edit(command.by, state.owner)
            return [Retired()] if allows(NEXT, state.phase, Retired) else []
        case _:
            assert_never(command)


def _save(state: State, command: Save) -> list[Event]:
    if command.topic not in TOPICS:
        raise Rejected("unknown_topic", topic=command.topic)
    if not command.name:
        raise Rejected("name_missing")
    owner = command.by.id if command.personal else ""
    _may_edit(command.by, owner)
    if state.phase is not Phase.NEW:
        _may_edit(command.by, state.owner)
    event = Saved(
        topic=command.topic,
        name=command.name,
        body=command.body,
        owner=owner,
        values=command.values,
    )
    return [] if state.phase is Phase.LIVE and _same(state, event) else [event]


def _same(state: State, event: Saved) -> bool:
    names = ("topic", "name", "body", "owner", "values")
    return all(getattr(state, name) == getattr(event, name) for name in names)


def _may_edit(by: Actor, owner: str) -> None:
    if by.role in (Role.SUPERVISOR, Role.SYSTEM) and not owner:
        return
    if owner != by.id:
        raise Denied("forbidden", why="not your record")


def evolve(state: State, event: Event, at: int) -> None:  # noqa: ARG001
    """Apply one recorded event."""
    state.phase = NEXT[state.phase][type(event)]
    match event:
        case Saved():
            state.topic, state.name, state.body = event.topic, event.name, event.body
            state.owner, state.values = event.owner, event.values
        case Retired():
            pass
        case _:
            assert_never(event)  # type: ignore[arg-type]


def summary(stream: str, state: State) -> Summary:
    """Return what others may look up about the record."""
    return Summary(
        stream=stream,
        phase=state.phase,
        labels=frozenset({f"topic={state.topic}", f"owner={state.owner}"}),
        facts={
            "topic": state.topic,
            "name": state.name,
            "body": state.body,
            "owner": state.owner,
            "values": dict(state.values),
        },
    )


DECIDER: Decider[State, Wanted, Event] = Decider(
    kind="record",
    new=State,
    decide=decide,
    evolve=evolve,
    summary=summary,
    commands=Wanted.__args__,
    events=tuple({event: None for row in NEXT.values() for event in row}),
    table=NEXT,
    initial=Phase.NEW,
    final=(Phase.RETIRED,),
)
