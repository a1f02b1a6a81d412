"""The enquiry: the human work that a left message causes, until the customer has an answer.

Theory. An enquiry is claimed by exactly one person and then goes through five steps in one order,
each carried out by a job outside this stream (look up, create, note, mail, follow-up):

    open -Claimed-> claimed -LookedUp-> matching -Linked-> linked -Filed-> filed
         -Answered-> answered -FollowUpScheduled-> scheduled -Completed-> done

A step is begun by an event that names a *revision*; the job's report is accepted only for the
step and revision under way, so a late or doubled answer changes nothing, and there is at most one
step at a time. The table makes the order: the event that begins a step exists only in the phase
the step before ended in (S0-26, G14).

The claim can be given back, and runs out some time after the last step, until the customer is
linked; from then on it can only be taken over, because work exists that somebody must finish.
Nobody lets go while a step is writing: the next one could create the same customer again (G13).
Trouble has two faces: a step that *failed* may be begun again; a step whose outcome is *unknown*
stops everything until a person says what became of it.

The announcement is rendered once, when the public number is known, and never again: what Slack
shows, what the journal holds and what the ERM keeps are the same bytes (S0-17).
"""

from typing import TypeAlias, assert_never

from ..rules import Rules
from ..streams import Decider, Event
from ..tables import allows
from . import claims, steps
from .announcement import (
    GUEST as GUEST,
    HEADLINES as HEADLINES,
    Facts as Facts,
    reference as reference,
    render as render,
    render_ticket as render_ticket,
    shown_name as shown_name,
    six_facts as six_facts,
)
from .commands import (
    Announce as Announce,
    Claim as Claim,
    Complete as Complete,
    ConfirmMatch as ConfirmMatch,
    CreateCustomer as CreateCustomer,
    Drop as Drop,
    Elapse as Elapse,
    Open as Open,
    Release as Release,
    Reply as Reply,
    Report as Report,
    Retry as Retry,
    ScheduleFollowUp as ScheduleFollowUp,
    SearchAgain as SearchAgain,
    Settle as Settle,
    TakeOver as TakeOver,
)
from .events import (
    NEXT as NEXT,
    Announced as Announced,
    Answered as Answered,
    Claimed as Claimed,
    ClaimExpired as ClaimExpired,
    Completed as Completed,
    CreationBegan as CreationBegan,
    Dropped as Dropped,
    Escalated as Escalated,
    Filed as Filed,
    FollowUpBegan as FollowUpBegan,
    FollowUpScheduled as FollowUpScheduled,
    Linked as Linked,
    LookedUp as LookedUp,
    Match as Match,
    NoteBegan as NoteBegan,
    Opened as Opened,
    Phase as Phase,
    Released as Released,
    Reminded as Reminded,
    ReplyBegan as ReplyBegan,
    SearchBegan as SearchBegan,
    StaffEvent as StaffEvent,
    Step as Step,
    StepFailed as StepFailed,
    StepSettled as StepSettled,
    StepUnknown as StepUnknown,
    TakenOver as TakenOver,
)
from .state import (
    CLAIMABLE as CLAIMABLE,
    OVER as OVER,
    Live as Live,
    State as State,
    evolve as evolve,
    summary as summary,
)

Wanted: TypeAlias = (
    Open
    | Announce
    | Claim
    | Release
    | TakeOver
    | SearchAgain
    | ConfirmMatch
    | CreateCustomer
    | Reply
    | ScheduleFollowUp
    | Complete
    | Drop
    | Retry
    | Settle
    | Report
    | Elapse
)


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:
    """Return what follows from the command, nothing if it is already so.

    Raises:
        Rejected: ``claimed`` names who has it; ``not_now`` and ``step_under_way`` keep the order.
    """
    match command:
        case Open():
            return _open(state, command, at, rules)
        case Announce():
            return _announce(state, command.number, rules, command.said)
        case Claim():
            return claims.claim(state, command, at, rules)
        case Release():
            return claims.release(state, command)
        case TakeOver():
            return claims.take_over(state, command, at, rules)
        case Drop():
            return claims.drop(state, command)
        case Elapse():
            return _announce(state, command.number, rules) or claims.elapse(state, at)
        case Report():
            return steps.report(state, command)
        case _:
            return _decide_step(state, command, at)


def _decide_step(
    state: State,
    command: SearchAgain
    | ConfirmMatch
    | CreateCustomer
    | Reply
    | ScheduleFollowUp
    | Complete
    | Retry
    | Settle,
    at: int,
) -> list[Event]:
    match command:
        case SearchAgain():
            return steps.search(state, command)
        case ConfirmMatch():
            return steps.confirm(state, command)
        case CreateCustomer():
            return steps.create(state, command)
        case Reply():
            return steps.reply(state, command)
        case ScheduleFollowUp():
            return steps.follow_up(state, command, at)
        case Complete():
            return steps.complete(state, command)
        case Retry():
            return steps.retry(state, command)
        case Settle():
            return steps.settle(state, command)
        case _:
            assert_never(command)


def _open(state: State, command: Open, at: int, rules: Rules) -> list[Event]:
    if state.phase is not Phase.NEW:
        return []
    site = rules.sites.get(command.site)
    opened = Opened(
        conversation=command.conversation,
        site=command.site,
        queue=command.queue,
        automatic=site.automatic_link if site else False,
        reminder=rules.reminder_after,
        escalation=rules.escalation_after,
        facts=command.facts,
        ticket=command.ticket,
        contact=command.contact,
    )
    return [opened, *claims.begun(command, at, rules)]


def _announce(state: State, number: int, rules: Rules, said: tuple[str, ...] = ()) -> list[Event]:
    """Write the announcement; that of a ticket only with what was said."""
    if state.text or not number or not allows(NEXT, state.phase, Announced):
        return []
    if not state.ticket:
        ref = reference(number, state.conversation, rules.key)
        return [Announced(text=render(state.facts, ref), reference=ref)]
    if not said:
        return []
    ref = reference(number, f"{state.conversation}.{state.ticket}", rules.key)
    return [Announced(text=render_ticket(state.facts, said, ref), reference=ref)]


DECIDER: Decider[State, Wanted, Event] = Decider(
    kind="enquiry",
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
