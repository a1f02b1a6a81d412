"""The state of an enquiry, how events change it, and its summary."""

from typing import TypeAlias, assert_never

import attrs

from ..streams import Event, Summary
from . import events as e
from .announcement import Facts, six_facts
from .events import NEXT, Match, Phase, Step

OVER = (Phase.DONE, Phase.DROPPED)
"""Phases of an enquiry that is over."""
CLAIMABLE = (Phase.CLAIMED, Phase.MATCHING)
"""Phases in which a claim may be given back or runs out; afterwards it can only be taken over."""

Began: TypeAlias = e.SearchBegan | e.CreationBegan | e.NoteBegan | e.ReplyBegan | e.FollowUpBegan
STEPS: dict[type[Began], Step] = {
    e.SearchBegan: Step.LOOKUP,
    e.CreationBegan: Step.CREATE,
    e.NoteBegan: Step.NOTE,
    e.ReplyBegan: Step.MAIL,
    e.FollowUpBegan: Step.FOLLOW_UP,
}


@attrs.frozen(kw_only=True)
class Live:
    """The one step under way: which, which revision, and whether its outcome is unknown."""

    step: Step
    revision: int
    unknown: str = ""


@attrs.define(kw_only=True)
class State:
    """What the rules need to know about an enquiry."""

    phase: Phase = Phase.NEW
    conversation: str = ""
    contact: str = ""
    site: str = ""
    queue: str = ""
    automatic: bool = False
    facts: Facts = Facts(kind="left_message", site="")
    ticket: int = 0
    opened_at: int = 0
    text: str = ""
    reference: str = ""
    agent: str = ""
    agent_name: str = ""
    claim: int = 0
    claim_until: int = 0
    reminder: int = 0
    escalation: int = 0
    reminder_at: int | None = None
    escalation_at: int | None = None
    revision: int = 0
    begun: Began | None = None
    live: Live | None = None
    failed: str = ""
    email: str = ""
    matches: tuple[Match, ...] = ()
    looked_up: bool = False
    customer: str = ""
    customer_name: str = ""

    @property
    def kind(self) -> str:
        """The kind of notice that announces it: ``left_message`` or ``ticket``."""
        return "ticket" if self.ticket else "left_message"

    @property
    def address(self) -> str:
        """The customer's address: as he gave it, else the one by which he was looked for."""
        return self.facts.email or self.email

    @property
    def writing(self) -> Live | None:
        """The step under way, if it changes something outside."""
        return self.live if self.live and self.live.step is not Step.LOOKUP else None

    @property
    def failed_step(self) -> Step | None:
        """The step that failed, if one did."""
        return STEPS[type(self.begun)] if self.begun and self.failed else None

    @property
    def expires_at(self) -> int | None:
        """When the claim runs out: some time after the last step, never while one is writing."""
        return self.claim_until if self.phase in CLAIMABLE and not self.writing else None

    @property
    def due_at(self) -> int | None:
        """The earliest deadline; at once while the announcement is not written."""
        if self.phase in (Phase.OPEN, *CLAIMABLE) and not self.text:
            return self.opened_at
        if self.phase is Phase.OPEN:
            deadlines = (self.reminder_at, self.escalation_at)
            return min((at for at in deadlines if at is not None), default=None)
        return self.expires_at


def evolve(state: State, event: Event, at: int) -> None:
    """Apply one recorded event."""
    state.phase = NEXT[state.phase][type(event)]
    match event:
        case e.Opened():
            _opened(state, event, at)
        case e.Announced():
            state.text, state.reference = event.text, event.reference
        case e.Reminded():
            state.reminder_at = None
        case e.Escalated():
            state.reminder_at = state.escalation_at = None
        case e.Claimed() | e.TakenOver():
            state.agent, state.agent_name = event.agent, event.name
            state.claim, state.claim_until = event.until - at, event.until
        case e.Released() | e.ClaimExpired():
            _opened_again(state, at)
        case e.Completed() | e.Dropped():
            state.live, state.failed = None, ""
        case _:
            _evolve_step(state, event)
            state.claim_until = at + state.claim


def _evolve_step(state: State, event: Event) -> None:
    match event:
        case e.SearchBegan():
            _began(state, event)
            state.email = event.email
        case e.CreationBegan() | e.NoteBegan() | e.ReplyBegan() | e.FollowUpBegan():
            _began(state, event)
        case e.LookedUp():
            state.live, state.matches, state.looked_up = None, event.matches, True
        case e.Linked():
            state.live, state.customer, state.customer_name = None, event.ref, event.name
        case e.Filed() | e.Answered() | e.FollowUpScheduled():
            state.live = None
        case e.StepFailed():
            state.live, state.failed = None, event.reason
        case e.StepUnknown():
            state.live = Live(step=event.step, revision=event.revision, unknown=event.reason)
        case e.StepSettled():
            _settled(state, event)
        case _:
            assert_never(event)  # type: ignore[arg-type]


def _opened(state: State, event: e.Opened, at: int) -> None:
    state.conversation, state.site, state.queue = event.conversation, event.site, event.queue
    state.automatic, state.facts, state.ticket = event.automatic, event.facts, event.ticket
    state.email, state.opened_at = event.facts.email, at
    state.contact = event.contact
    state.reminder, state.escalation = event.reminder, event.escalation
    _unclaimed(state, at)


def _unclaimed(state: State, at: int) -> None:
    state.reminder_at, state.escalation_at = at + state.reminder, at + state.escalation


def _opened_again(state: State, at: int) -> None:
    state.agent = state.agent_name = ""
    state.live, state.failed = None, ""
    state.matches, state.looked_up = (), False
    _unclaimed(state, at)


def _began(state: State, event: Began) -> None:
    state.begun, state.revision, state.failed = event, event.revision, ""
    state.live = Live(step=STEPS[type(event)], revision=event.revision)


def _settled(state: State, event: e.StepSettled) -> None:
    if event.outcome == "drop":
        state.live, state.failed = None, "dropped"
    else:
        state.live = Live(step=event.step, revision=event.revision)


def summary(stream: str, state: State) -> Summary:
    """Return what others may look up about the enquiry."""
    labels = {f"conversation={state.conversation}", f"site={state.site}"}
    if state.agent:
        labels.add(f"agent={state.agent}")
    live = state.live
    return Summary(
        stream=stream,
        phase=state.phase,
        queue=state.queue,
        due_at=state.due_at,
        labels=frozenset(labels),
        facts={
            "conversation": state.conversation,
            "site": state.site,
            "facts": six_facts(state.facts),
            "ticket": state.ticket,
            "subject": state.facts.subject,
            "text": state.text,
            "reference": state.reference,
            "claimed_by": state.agent,
            "claimed_by_name": state.agent_name,
            "opened_at": state.opened_at,
            "email": state.email,
            "looked_up": state.looked_up,
            "matches": [attrs.asdict(match) for match in state.matches],
            "customer": state.customer,
            "customer_name": state.customer_name,
            "step": str(live.step) if live else "",
            "unknown": live.unknown if live else "",
            "failed": state.failed,
            "failed_step": str(state.failed_step or ""),
        },
    )
