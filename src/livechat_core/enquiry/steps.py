"""The steps of an enquiry, in their order: look up, link or create, file, answer, follow up (G14).

Each step is begun by an event, carried out by a job, and ended by the job's report for that very
revision. A step is begun only while none is under way.
"""

from typing import assert_never

import attrs

from ..errors import Invalid, NotFound, Rejected
from ..rules import seconds
from ..streams import Event
from ..tables import require
from ..text import normal_email
from . import commands as c, events as e
from .claims import require_claimer
from .events import NEXT, Match, Phase, Step
from .state import State

FOLLOW_UP_AFTER = seconds(24 * 3600)
SETTLEMENTS = dict.fromkeys(Step, ("arrived", "repeat", "drop")) | {
    Step.LOOKUP: ("repeat", "drop")  # nobody but the ERM can say whom it found
}
"""What a person may say of a step whose outcome nobody knows."""


def search(state: State, command: c.SearchAgain) -> list[Event]:
    """Look again, by another address."""
    _may_begin(state, command, e.SearchBegan)
    return [e.SearchBegan(revision=state.revision + 1, email=command.email)]


def confirm(state: State, command: c.ConfirmMatch) -> list[Event]:
    """Link the customer that was found, and file the announcement with him (S0-16, S0-17)."""
    if state.customer and state.customer == command.ref:
        return []
    _may_begin(state, command, e.Linked)
    match = next((match for match in state.matches if match.ref == command.ref), None)
    if match is None:
        raise NotFound("unknown_customer", ref=command.ref)
    return _linked(state, match.ref, match.name, "confirmed")


def create(state: State, command: c.CreateCustomer) -> list[Event]:
    """Create the customer with all that is known (S0-21, S0-22)."""
    if state.customer:
        return []
    _may_begin(state, command, e.CreationBegan)
    return [_creation(state, command)]


def reply(state: State, command: c.Reply) -> list[Event]:
    """Answer by e-mail, once the history note is saved (S0-18, S0-19)."""
    _may_begin(state, command, e.ReplyBegan)
    if not state.address:
        raise Rejected("no_address")
    return [
        e.ReplyBegan(
            revision=state.revision + 1,
            to=state.address,
            subject=command.subject,
            text=command.text,
        )
    ]


def follow_up(state: State, command: c.ScheduleFollowUp, at: int) -> list[Event]:
    """Create the follow-up task, once the answer is sent (S0-20)."""
    _may_begin(state, command, e.FollowUpBegan)
    if command.due_at < 0:
        raise Invalid("invalid_time", field="due_at")
    return [
        e.FollowUpBegan(
            revision=state.revision + 1,
            title=command.title or f"Follow up: {state.reference}",
            due_at=command.due_at or at + FOLLOW_UP_AFTER,
            assignee=state.agent_name,
        )
    ]


def complete(state: State, command: c.Complete) -> list[Event]:
    """Close the enquiry after the last step."""
    if state.phase is Phase.DONE:
        return []
    require_claimer(state, command.by)
    require(NEXT, state.phase, e.Completed)
    return [e.Completed()]


def retry(state: State, command: c.Retry) -> list[Event]:
    """Begin the step that failed for good again, just as it was."""
    require_claimer(state, command.by)
    if not (state.begun and state.failed):
        return []
    return [attrs.evolve(state.begun, revision=state.revision + 1)]


def settle(state: State, command: c.Settle) -> list[Event]:
    """Let a person say what became of a step whose outcome nobody knows (G13)."""
    require_claimer(state, command.by)
    live = state.live
    if live is None or not live.unknown:
        raise Rejected("not_unknown", phase=str(state.phase))
    if command.outcome not in SETTLEMENTS[live.step]:
        raise Rejected("bad_outcome", outcome=command.outcome)
    return [e.StepSettled(step=live.step, revision=live.revision, outcome=command.outcome)]


def report(state: State, command: c.Report) -> list[Event]:
    """Accept what a job tells, for the step and revision under way only."""
    live = state.live
    if live is None or (live.step, live.revision) != (command.step, command.revision):
        return []
    if command.failed:
        return [e.StepFailed(step=live.step, reason=command.failed)]
    if command.unknown:
        if live.unknown:
            return []
        return [e.StepUnknown(step=live.step, revision=live.revision, reason=command.unknown)]
    return _done(state, live.step, command)


def _done(state: State, step: Step, command: c.Report) -> list[Event]:
    result = command.result
    match step:
        case Step.LOOKUP:
            return _looked_up(state, command.matches)
        case Step.CREATE:
            if not result.get("ref"):  # a person knows that it was created: look it up
                return [e.SearchBegan(revision=state.revision + 1, email=state.address)]
            return _linked(state, result["ref"], result.get("name", ""), "created")
        case Step.NOTE:
            return [e.Filed(note=result.get("id", ""))]
        case Step.MAIL:
            return [e.Answered(mail=result.get("id", ""))]
        case Step.FOLLOW_UP:
            return [e.FollowUpScheduled(task=result.get("id", ""))]
        case _:
            assert_never(step)


def _looked_up(state: State, matches: tuple[Match, ...]) -> list[Event]:
    found: list[Event] = [e.LookedUp(matches=matches)]
    if not (state.automatic and state.text):
        return found
    if len(matches) == 1 and _same_address(matches[0].email, state.email):
        return found + _linked(state, matches[0].ref, matches[0].name, "automatic")
    return found if matches else [*found, _creation(state, c.CreateCustomer())]


def _same_address(found: str, wanted: str) -> bool:
    """Tell whether the ERM answered for the address it was asked for (B85)."""
    return normal_email(found) == normal_email(wanted)


def _linked(state: State, ref: str, name: str, how: str) -> list[Event]:
    return [e.Linked(ref=ref, name=name, how=how), e.NoteBegan(revision=state.revision + 1)]


def _creation(state: State, command: c.CreateCustomer) -> e.CreationBegan:
    facts = state.facts
    return e.CreationBegan(
        revision=state.revision + 1,
        name=command.name or facts.name or state.address,
        email=state.address,
        phone=command.phone,
        company=command.company,
        location=facts.location,
    )


def _may_begin(
    state: State,
    command: c.SearchAgain | c.ConfirmMatch | c.CreateCustomer | c.Reply | c.ScheduleFollowUp,
    event: type[Event],
) -> None:
    require_claimer(state, command.by)
    require(NEXT, state.phase, event)
    if state.live is not None:
        raise Rejected("step_under_way", step=str(state.live.step))
    if not state.text:
        raise Rejected("not_announced")
