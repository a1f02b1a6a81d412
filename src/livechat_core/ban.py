r"""The ban: keeping one visitor from the chat, or from the sites altogether (S0-33, S0-34).

Theory. Agents ask, supervisors decide. A supervisor's own wish is decided at once. A ban ends when
it is lifted or when its time is over.

    new -> asked -> active -> lifted
             \-> refused
"""

from enum import StrEnum
from typing import ClassVar, TypeAlias, assert_never

import attrs

from . import text
from .errors import Denied, NotFound, Rejected
from .rules import Rules
from .streams import Audience, Command, Decider, Event, Given, Personal, Role, Summary
from .tables import require


class Phase(StrEnum):
    """Where a ban stands."""

    NEW = "new"
    ASKED = "asked"
    ACTIVE = "active"
    REFUSED = "refused"
    LIFTED = "lifted"


SCOPES = ("chat", "site")
MOST_DAYS = 3650


@attrs.frozen(kw_only=True)
class Ask(Command):
    """Ask for a ban, or impose it as a supervisor.

    Args:
        visitor: Id of the visit.
        scope: ``chat`` or ``site``.
        reason: Why; required.
        days: How long, at most ten years; 0 for ever.
        token: Label of the visit, found by the desk.
        address: Label of the visit, found by the desk.
        person: Label of the visit, found by the desk: the ban holds on each device of the person.
    """

    visitor: text.Word
    scope: text.Word
    reason: text.Line
    days: int = 30
    token: Given[str] = ""
    address: Given[str] = ""
    person: Given[str] = ""


@attrs.frozen(kw_only=True)
class Approve(Command):
    """Let the ban hold."""


@attrs.frozen(kw_only=True)
class Refuse(Command):
    """Do not ban."""


@attrs.frozen(kw_only=True)
class Lift(Command):
    """End the ban."""


@attrs.frozen(kw_only=True)
class Elapse(Command):
    """Time has passed; the ban may be over."""


@attrs.frozen(kw_only=True)
class Asked(Event):
    """Somebody asks for a ban."""

    audience: ClassVar[Audience] = Audience.STAFF
    visitor: str
    scope: str
    reason: Personal[str]
    days: int
    agent: str
    token: str
    address: str
    person: str = ""


@attrs.frozen(kw_only=True)
class Imposed(Event):
    """The ban holds, until a moment or for ever."""

    audience: ClassVar[Audience] = Audience.STAFF
    agent: str
    until: int | None


@attrs.frozen(kw_only=True)
class Refused(Event):
    """No ban."""

    audience: ClassVar[Audience] = Audience.STAFF
    agent: str


@attrs.frozen(kw_only=True)
class Lifted(Event):
    """The ban is over."""

    audience: ClassVar[Audience] = Audience.STAFF
    agent: str


NEXT: dict[Phase, dict[type[Event], Phase]] = {
    Phase.NEW: {Asked: Phase.ASKED},
    Phase.ASKED: {Imposed: Phase.ACTIVE, Refused: Phase.REFUSED},
    Phase.ACTIVE: {Lifted: Phase.LIFTED},
    Phase.REFUSED: {},
    Phase.LIFTED: {},
}

DAY = 24 * 3600 * 1_000_000


@attrs.define(kw_only=True)
class State:
    """What the rules need to know about a ban."""

    phase: Phase = Phase.NEW
    visitor: str = ""
    scope: str = ""
    reason: str = ""
    days: int = 0
    agent: str = ""
    token: str = ""
    address: str = ""
    person: str = ""
    until: int | None = None


Wanted: TypeAlias = Ask | Approve | Refuse | Lift | Elapse


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:  # noqa: ARG001
    """Return what follows from the command, nothing if it is already so.

    Raises:
        Denied: Only supervisors decide (S0-34).
        Rejected: ``bad_scope``, ``bad_days``, ``reason_missing``.
    """
    match command:
        case Ask():
            return _ask(state, command, at)
        case Approve():
            return _supervised(state, command, Imposed, Phase.ACTIVE, at)
        case Refuse():
            return _supervised(state, command, Refused, Phase.REFUSED, at)
        case Lift():
            return _supervised(state, command, Lifted, Phase.LIFTED, at)
        case Elapse():
            over = state.phase is Phase.ACTIVE and state.until is not None and state.until <= at
            return [Lifted(agent="")] if over else []
        case _:
            assert_never(command)


def _ask(state: State, command: Ask, at: int) -> list[Event]:
    if state.phase is not Phase.NEW:
        return []
    if command.scope not in SCOPES:
        raise Rejected("bad_scope", scope=command.scope)
    if not command.reason:
        raise Rejected("reason_missing")
    if not 0 <= command.days <= MOST_DAYS:
        raise Rejected("bad_days", days=command.days)
    asked = Asked(
        visitor=command.visitor,
        scope=command.scope,
        reason=command.reason,
        days=command.days,
        agent=command.by.id,
        token=command.token,
        address=command.address,
        person=command.person,
    )
    if command.by.role is Role.SUPERVISOR:
        return [asked, Imposed(agent=command.by.id, until=_end(command.days, at))]
    return [asked]


def _supervised(
    state: State,
    command: Approve | Refuse | Lift,
    event: type[Imposed | Refused | Lifted],
    phase: Phase,
    at: int,
) -> list[Event]:
    if command.by.role is not Role.SUPERVISOR:
        raise Denied("forbidden", why="supervisors only")
    if state.phase is Phase.NEW:
        raise NotFound
    if state.phase is phase:
        return []
    require(NEXT, state.phase, event)
    if event is Imposed:
        return [Imposed(agent=command.by.id, until=_end(state.days, at))]
    return [Refused(agent=command.by.id) if event is Refused else Lifted(agent=command.by.id)]


def _end(days: int, at: int) -> int | None:
    return at + days * DAY if days else None


def evolve(state: State, event: Event, at: int) -> None:  # noqa: ARG001
    """Apply one recorded event."""
    state.phase = NEXT[state.phase][type(event)]
    match event:
        case Asked():
            for name in ("visitor", "scope", "reason", "days", "agent", "token", "address",
                         "person"):  # fmt: skip
                setattr(state, name, getattr(event, name))
        case Imposed():
            state.until = event.until
        case Refused() | Lifted():
            state.until = None
        case _:
            assert_never(event)  # type: ignore[arg-type]


def summary(stream: str, state: State) -> Summary:
    """Return what others may look up about the ban."""
    labels = {f"visitor={state.visitor}", f"scope={state.scope}"}
    return Summary(
        stream=stream,
        phase=state.phase,
        due_at=state.until,
        labels=frozenset(labels),
        facts={
            "visitor": state.visitor,
            "scope": state.scope,
            "reason": state.reason,
            "agent": state.agent,
            "days": state.days,
            "until": state.until,
            "token": state.token,
            "address": state.address,
            "person": state.person,
        },
    )


DECIDER: Decider[State, Wanted, Event] = Decider(
    kind="ban",
    new=State,
    decide=decide,
    evolve=evolve,
    summary=summary,
    commands=Wanted.__args__,
    events=tuple({event: None for row in NEXT.values() for event in row}),
    table=NEXT,
    initial=Phase.NEW,
    final=(Phase.REFUSED, Phase.LIFTED),
)
