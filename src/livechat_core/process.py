"""The process: one running program of the desk, and the lease by which others know it lives.

Theory. A process starts, renews its lease by moving its summary's deadline (the only summary change
without an event), and stops. A process that died cannot say so: its deadline passes, some other
process sees that and stops it, and the connections it held are lost (G10, G21).

    new -> started -> stopped
"""

from enum import StrEnum
from typing import TypeAlias, assert_never

import attrs

from .rules import Rules
from .streams import Command, Decider, Event, Summary


class Phase(StrEnum):
    """Where a process stands."""

    NEW = "new"
    STARTED = "started"
    STOPPED = "stopped"


@attrs.frozen(kw_only=True)
class Start(Command):
    """A process of the desk begins.

    Args:
        host: Where it runs, for the operator.
        lease: How long it lives without renewing, in microseconds.
    """

    host: str
    lease: int


@attrs.frozen(kw_only=True)
class Stop(Command):
    """It ends by itself."""


@attrs.frozen(kw_only=True)
class Elapse(Command):
    """Its lease was not renewed in time."""


@attrs.frozen(kw_only=True)
class Started(Event):
    """The process runs."""

    host: str
    lease: int


@attrs.frozen(kw_only=True)
class Stopped(Event):
    """The process is gone: ``stopped`` or ``lost``."""

    reason: str


NEXT: dict[Phase, dict[type[Event], Phase]] = {
    Phase.NEW: {Started: Phase.STARTED},
    Phase.STARTED: {Stopped: Phase.STOPPED},
    Phase.STOPPED: {},
}


@attrs.define(kw_only=True)
class State:
    """What the rules need to know about a process."""

    phase: Phase = Phase.NEW
    host: str = ""
    due_at: int | None = None


Wanted: TypeAlias = Start | Stop | Elapse


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:  # noqa: ARG001
    """Return what follows from the command, nothing if it is already so.

    `Elapse` is sent only by who has seen the renewed deadline pass; the event's own first deadline
    says nothing about renewals.
    """
    match command:
        case Start():
            if state.phase is not Phase.NEW:
                return []
            return [Started(host=command.host, lease=command.lease)]
        case Stop():
            return [Stopped(reason="stopped")] if state.phase is Phase.STARTED else []
        case Elapse():
            return [Stopped(reason="lost")] if state.phase is Phase.STARTED else []
        case _:
            assert_never(command)


def evolve(state: State, event: Event, at: int) -> None:
    """Apply one recorded event."""
    state.phase = NEXT[state.phase][type(event)]
    match event:
        case Started():
            state.host, state.due_at = event.host, at + event.lease
        case Stopped():
            state.due_at = None
        case _:
            assert_never(event)  # type: ignore[arg-type]


def summary(stream: str, state: State) -> Summary:
    """Return what others may look up about the process."""
    return Summary(
        stream=stream, phase=state.phase, due_at=state.due_at, facts={"host": state.host}
    )


DECIDER: Decider[State, Wanted, Event] = Decider(
    kind="process",
    new=State,
    decide=decide,
    evolve=evolve,
    summary=summary,
    commands=Wanted.__args__,
    events=tuple({event: None for row in NEXT.values() for event in row}),
    table=NEXT,
    initial=Phase.NEW,
    final=(Phase.STOPPED,),
)
