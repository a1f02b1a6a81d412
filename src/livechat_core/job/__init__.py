r"""The job: one call owed to one outside system, carried out at least once, or shown to a person.

Theory. A job is *owed* until a worker *tries* it. Trying needs a lease: an event with an end and a
fencing number that only grows, so a worker that lost its lease cannot complete work in its name
(G21). The worker then reports one of four things:

    it was done            -> done
    surely not done        -> owed again, later (back-off, or what the outside system asked for)
    cannot ever be done    -> dead, shown to the operator; so is what was owed for too long (G15)
    nobody knows           -> unknown

An unknown outcome is never simply repeated (G13). What may be done depends on what the adapter
declares: SAFE repeats, PROBE asks the outside system whether the work was done, ASK waits for a
person, who says that it arrived, or to repeat it, or to drop it. A lease that ends without a report
is an unknown outcome; a probe that leads nowhere leaves it to a person too.

    new -> owed <-> trying -> done
                      |  \-> dead -> owed | dropped
                      \-> unknown -> done | owed | dead | dropped
"""

from typing import TypeAlias, assert_never

import attrs

from ..errors import NotFound, Rejected
from ..rules import Rules
from ..streams import Decider, Event, Summary
from ..tables import require
from .commands import (
    Elapse as Elapse,
    Fail as Fail,
    Owe as Owe,
    Refute as Refute,
    Settle as Settle,
    Succeed as Succeed,
    Try as Try,
)
from .events import (
    LIVE as LIVE,
    NEXT as NEXT,
    Died as Died,
    Dropped as Dropped,
    Lost as Lost,
    Owed as Owed,
    Phase as Phase,
    Postponed as Postponed,
    Probed as Probed,
    Repeated as Repeated,
    Succeeded as Succeeded,
    Tried as Tried,
    Values as Values,
)


@attrs.define(kw_only=True)
class State:
    """What the rules need to know about a job."""

    phase: Phase = Phase.NEW
    port: str = ""
    target: str = ""
    action: str = ""
    subject: str = ""
    revision: int = 0
    payload: Values = attrs.field(factory=dict)
    labels: tuple[str, ...] = ()
    owed_at: int = 0
    not_before: int = 0
    attempts: int = 0
    fence: int = 0
    until: int | None = None
    repeat: str = "ask"
    result: Values = attrs.field(factory=dict)
    reason: str = ""

    @property
    def due_at(self) -> int | None:
        """When somebody must look at it again; never for what waits for a person."""
        if self.phase is Phase.OWED:
            return self.not_before
        if self.phase is Phase.TRYING:
            return self.until
        if self.phase is Phase.UNKNOWN and self.repeat == "probe":
            return self.until or self.not_before
        return None


Wanted: TypeAlias = Owe | Try | Succeed | Fail | Refute | Settle | Elapse


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:
    """Return what follows from the command, nothing if it is already so.

    Raises:
        Rejected: ``not_due``, ``leased``, ``stale_lease``, or not in this phase.
    """
    match command:
        case Owe():
            return _owe(state, command)
        case Try():
            return _try(state, command, at, rules)
        case Succeed():
            _check(state, command.fence)
            return [Succeeded(result=command.result)]
        case Fail():
            _check(state, command.fence)
            return _fail(state, command, at, rules)
        case Refute():
            _check(state, command.fence)
            require(NEXT, state.phase, Probed)
            return _again(state, "not_done", at + _step(state, rules), rules)
        case Settle():
            return _settle(state, command)
        case Elapse():
            return _elapse(state, at, rules)
        case _:
            assert_never(command)


def _owe(state: State, command: Owe) -> list[Event]:
    if state.phase is not Phase.NEW:
        return []
    return [
        Owed(
            port=command.port,
            target=command.target,
            action=command.action,
            subject=command.subject,
            revision=command.revision,
            payload=command.payload,
            labels=command.labels,
        )
    ]


def _try(state: State, command: Try, at: int, rules: Rules) -> list[Event]:
    fence, until = state.fence + 1, at + rules.lease
    if state.phase is Phase.UNKNOWN and state.repeat == "probe":
        if (state.until or state.not_before) > at:
            raise Rejected("leased", until=state.until or state.not_before)
        return [Probed(process=command.process, fence=fence, until=until)]
    require(NEXT, state.phase, Tried)
    if state.not_before > at:
        raise Rejected("not_due", not_before=state.not_before)
    return [Tried(process=command.process, fence=fence, until=until, repeat=command.repeat)]


def _check(state: State, fence: int) -> None:
    if state.phase is Phase.NEW:
        raise NotFound
    if fence != state.fence or state.until is None:
        raise Rejected("stale_lease", fence=fence, holder=state.fence)


def _fail(state: State, command: Fail, at: int, rules: Rules) -> list[Event]:
    step = _step(state, rules)
    later = at + max(step + round(step * 0.2 * command.jitter), command.retry_after or 0)
    if state.phase is Phase.UNKNOWN:
        return _unproved(state, command, later, rules)
    if command.unknown and state.repeat != "safe":
        return [Lost(reason=command.reason, not_before=at, repeat=state.repeat)]
    if command.permanent:
        return [Died(reason=command.reason)]
    return _again(state, command.reason, later, rules)


def _unproved(state: State, command: Fail, later: int, rules: Rules) -> list[Event]:
    """Ask the outside system again later, or leave it to a person when that leads nowhere."""
    hopeless = command.permanent or later > state.owed_at + rules.retry_horizon
    repeat = "ask" if hopeless else state.repeat
    return [Lost(reason=command.reason, not_before=later, repeat=repeat)]


def _again(state: State, reason: str, later: int, rules: Rules) -> list[Event]:
    """Owe it again from a moment on, unless it has been owed for too long (G15)."""
    if later > state.owed_at + rules.retry_horizon:
        return [Died(reason=reason)]
    return [Postponed(reason=reason, not_before=later)]


def _step(state: State, rules: Rules) -> int:
    return rules.retry_ladder[min(state.attempts, len(rules.retry_ladder)) - 1]


def _settle(state: State, command: Settle) -> list[Event]:
    if state.phase is Phase.NEW:
        raise NotFound
    match command.outcome:
        case "arrived":
            require(NEXT, state.phase, Succeeded)
            if state.phase is Phase.TRYING:
                raise Rejected("leased", until=state.until)
            return [Succeeded(result={}, by_hand=True)]
        case "repeat":
            require(NEXT, state.phase, Repeated)
            return [Repeated()]
        case "drop":
            require(NEXT, state.phase, Dropped)
            return [Dropped()]
        case _:
            raise Rejected("bad_outcome", outcome=command.outcome)


def _elapse(state: State, at: int, rules: Rules) -> list[Event]:
    if state.until is None or state.until > at:
        return []
    if state.phase is Phase.UNKNOWN:
        later = at + rules.retry_ladder[0]
        return [Lost(reason="probe_lease_over", not_before=later, repeat=state.repeat)]
    if state.repeat == "safe":
        return _again(state, "lease_over", at, rules)
    return [Lost(reason="lease_over", not_before=at, repeat=state.repeat)]


def evolve(state: State, event: Event, at: int) -> None:
    """Apply one recorded event."""
    state.phase = NEXT[state.phase][type(event)]
    state.until = None
    match event:
        case Owed():
            state.port, state.target, state.action = event.port, event.target, event.action
            state.subject, state.revision = event.subject, event.revision
            state.payload, state.labels = event.payload, event.labels
            state.owed_at = state.not_before = at
        case Tried():
            state.fence, state.until, state.repeat = event.fence, event.until, event.repeat
            state.attempts += 1
        case Probed():
            state.fence, state.until = event.fence, event.until
        case Postponed():
            state.not_before, state.reason = event.not_before, event.reason
        case Lost():
            state.not_before, state.reason = event.not_before, event.reason
            state.repeat = event.repeat
        case Succeeded():
            state.result, state.reason = event.result, ""
        case Died():
            state.reason = event.reason
        case Repeated():
            state.not_before, state.owed_at, state.attempts = at, at, 0
        case Dropped():
            pass
        case _:
            assert_never(event)  # type: ignore[arg-type]


def summary(stream: str, state: State) -> Summary:
    """Return what others may look up about the job."""
    return Summary(
        stream=stream,
        phase=state.phase,
        due_at=state.due_at,
        labels=frozenset({f"subject={state.subject}", *state.labels}),
        facts={
            "port": state.port,
            "target": state.target,
            "action": state.action,
            "subject": state.subject,
            "attempts": state.attempts,
            "reason": state.reason,
            "repeat": state.repeat,
        },
    )


DECIDER: Decider[State, Wanted, Event] = Decider(
    kind="job",
    new=State,
    decide=decide,
    evolve=evolve,
    summary=summary,
    commands=Wanted.__args__,
    events=tuple({event: None for row in NEXT.values() for event in row}),
    table=NEXT,
    initial=Phase.NEW,
    final=(Phase.DONE, Phase.DROPPED),
)
