r"""The record: a small document with versions that staff edit at run time, such as a saved reply.

Theory. A record is saved as a whole; the stream keeps every version, and going back to one is
saving it again. Who saves says which version he has seen, so nobody overwrites what he does not
know. What a record may hold depends on its topic. Those that say how the desk works (queues,
sites, hours, profiles) exist once for each name and are checked like the settings, before which
they go. Personal records belong to who made them, all others to the supervisors. A retired record
can be saved again. The figures of a day are kept by the desk alone, and again whenever they change.

    new -> live <-> retired
      \-> kept
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias, assert_never

import attrs

from .. import text
from ..errors import Denied, NotFound, Rejected
from ..rules import Rules
from ..streams import Actor, Audience, Command, Decider, Event, Given, Role, Summary
from ..tables import allows
from .topics import (
    SAYS_HOW as SAYS_HOW,
    TOPICS as TOPICS,
    Topic as Topic,
    check_id,
    checked,
    stream_of as stream_of,
)


class Phase(StrEnum):
    """Where a record stands."""

    NEW = "new"
    LIVE = "live"
    RETIRED = "retired"
    KEPT = "kept"


@attrs.frozen(kw_only=True)
class Fault:
    """Why a record cannot be as somebody wants it.

    Args:
        code: Stable word for programs.
        key: The value that is wrong.
        why: What is wrong with it.
    """

    code: str
    key: str = ""
    why: str = ""


@attrs.frozen(kw_only=True)
class Save(Command):
    """Make the record, or a new version of it.

    Args:
        topic: What kind of document it is.
        name: Short name to find it by; the id of a queue, site or member of staff.
        body: Its text.
        personal: Only its owner sees and edits it.
        values: Further values: of a queue, a site or a member of staff those of the settings.
        expected: The version that this one replaces; 0 for a new record.
        fault: What the desk knows against it.
    """

    topic: text.Word
    name: text.Line
    body: text.Note = ""
    personal: bool = False
    values: Mapping[str, Any] = attrs.field(factory=dict)
    expected: int = 0
    fault: Given[Fault | None] = None


@attrs.frozen(kw_only=True)
class Retire(Command):
    """Take the record out of use.

    Args:
        expected: The version that is meant; none for whatever there is.
        fault: What the desk knows against it.
    """

    expected: int | None = None
    fault: Given[Fault | None] = None


@attrs.frozen(kw_only=True)
class Keep(Command):
    """Keep the figures of a day (F64); the desk's own business.

    Args:
        day: The day, ``2026-11-22``.
        values: The figures.
        through: Everything up to this journal position is in the figures of all days.
        expected: The version that these replace; 0 for the first.
    """

    day: str
    values: Mapping[str, Any]
    through: int
    expected: int = 0


@attrs.frozen(kw_only=True)
class Saved(Event):
    """A version of the record."""

    audience: ClassVar[Audience] = Audience.STAFF
    topic: str
    name: str
    body: str
    owner: str
    values: Mapping[str, Any]
    by: str = ""
    by_name: str = ""


@attrs.frozen(kw_only=True)
class Retired(Event):
    """The record is out of use."""

    audience: ClassVar[Audience] = Audience.STAFF
    by: str = ""
    by_name: str = ""


@attrs.frozen(kw_only=True)
class Kept(Event):
    """The figures of a day as they stand; agents see their own only, so it is no event for them."""

    day: str
    values: Mapping[str, Any]
    through: int


NEXT: dict[Phase, dict[type[Event], Phase]] = {
    Phase.NEW: {Saved: Phase.LIVE, Kept: Phase.KEPT},
    Phase.LIVE: {Saved: Phase.LIVE, Retired: Phase.RETIRED},
    Phase.RETIRED: {Saved: Phase.LIVE},
    Phase.KEPT: {Kept: Phase.KEPT},
}


@attrs.define(kw_only=True)
class State:
    """The present version of a record, and who made it."""

    phase: Phase = Phase.NEW
    topic: str = ""
    name: str = ""
    body: str = ""
    owner: str = ""
    values: Mapping[str, Any] = attrs.field(factory=dict)
    through: int = 0
    version: int = 0
    by: str = ""
    by_name: str = ""
    at: int = 0


Wanted: TypeAlias = Save | Retire | Keep


def place(command: Command) -> str:
    """Return the stream that a record must have; empty if any will do."""
    known = TOPICS.get(command.topic) if isinstance(command, Save) else None
    if known is None or not known.single:
        return ""
    check_id(command.name)  # type: ignore[attr-defined] # only `Save` has a topic
    return stream_of(command.topic, command.name)  # type: ignore[attr-defined]


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:  # noqa: ARG001
    """Return what follows from the command, nothing if it is already so.

    Raises:
        Denied: Shared records belong to supervisors, personal ones to their owner.
        Rejected: ``unknown_topic``, ``name_missing``, ``bad_record`` with the key, ``changed`` with
            who made the version that was not expected, or what the desk knows against it.
    """
    match command:
        case Save():
            return _save(state, command)
        case Retire():
            return _retire(state, command)
        case Keep():
            return _keep(state, command)
        case _:
            assert_never(command)


def _save(state: State, command: Save) -> list[Event]:
    topic = TOPICS.get(command.topic)
    if topic is None:
        raise Rejected("unknown_topic", topic=command.topic)
    if not command.name:
        raise Rejected("name_missing")
    owner = command.by.id if command.personal else ""
    _may_edit(command.by, owner)
    if state.phase is not Phase.NEW:
        _may_edit(command.by, state.owner)
    _check_kind(state, command, topic)
    event = Saved(
        topic=command.topic,
        name=command.name,
        body=command.body,
        owner=owner,
        values=checked(command.values, topic),
        by=command.by.id,
        by_name=command.by.name,
    )
    if state.phase is Phase.LIVE and _same(state, event):
        return []
    _check_version(state, command.expected)
    _check_fault(command.fault)
    return [event]


def _retire(state: State, command: Retire) -> list[Event]:
    if state.phase in (Phase.NEW, Phase.KEPT):
        raise NotFound
    _may_edit(command.by, state.owner)
    if not allows(NEXT, state.phase, Retired):
        return []
    if command.expected is not None:
        _check_version(state, command.expected)
    _check_fault(command.fault)
    return [Retired(by=command.by.id, by_name=command.by.name)]


def _keep(state: State, command: Keep) -> list[Event]:
    if command.by.role is not Role.SYSTEM or not allows(NEXT, state.phase, Kept):
        raise Denied("forbidden", why="the desk's own")
    if (state.values, state.through) == (command.values, command.through):
        return []
    _check_version(state, command.expected)
    return [Kept(day=command.day, values=command.values, through=command.through)]


# --- checks ----------------------------------------------------------------------------------


def _may_edit(by: Actor, owner: str) -> None:
    if by.role in (Role.SUPERVISOR, Role.SYSTEM) and not owner:
        return
    if owner != by.id:
        raise Denied("forbidden", why="not your record")


def _check_kind(state: State, command: Save, topic: Topic) -> None:
    if state.phase is Phase.KEPT or state.topic not in ("", command.topic):
        raise Rejected("bad_record", key="topic", why="a record keeps its topic")
    if command.personal and not topic.personal:
        raise Rejected("bad_record", key="personal", why="these are for everybody")
    if topic.body and not command.body:
        raise Rejected("bad_record", key="body", why="missing")
    if topic.single:
        check_id(command.name)
        if state.name not in ("", command.name):
            raise Rejected("bad_record", key="name", why="it is the id, which stays")


def _check_version(state: State, expected: int) -> None:
    """Refuse what was written on top of another version than the present one."""
    if expected != state.version:
        raise Rejected(
            "changed", version=state.version, by=state.by, by_name=state.by_name, at=state.at
        )


def _check_fault(fault: Fault | None) -> None:
    if fault is not None:
        raise Rejected(fault.code, key=fault.key, why=fault.why)


def _same(state: State, event: Saved) -> bool:
    names = ("topic", "name", "body", "owner", "values")
    return all(getattr(state, name) == getattr(event, name) for name in names)


# --- state -----------------------------------------------------------------------------------


def evolve(state: State, event: Event, at: int) -> None:
    """Apply one recorded event."""
    state.phase = NEXT[state.phase][type(event)]
    state.version += 1
    state.at = at
    match event:
        case Saved():
            state.topic, state.name, state.body = event.topic, event.name, event.body
            state.owner, state.values = event.owner, event.values
            state.by, state.by_name = event.by, event.by_name
        case Retired():
            state.by, state.by_name = event.by, event.by_name
        case Kept():
            state.topic, state.name = "figures", event.day
            state.values, state.through = event.values, event.through
        case _:
            assert_never(event)  # type: ignore[arg-type]


def summary(stream: str, state: State) -> Summary:
    """Return what others may look up about the record; figures are read from their stream."""
    facts: dict[str, Any] = {"topic": state.topic, "name": state.name, "owner": state.owner}
    facts["saved_at"] = state.at
    if state.phase is Phase.KEPT:
        facts["through"] = state.through
    else:
        facts |= {"body": state.body, "values": dict(state.values), "by_name": state.by_name}
    return Summary(
        stream=stream,
        phase=state.phase,
        labels=frozenset({f"topic={state.topic}", f"owner={state.owner}"}),
        facts=facts,
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
    final=(Phase.RETIRED, Phase.KEPT),
)
