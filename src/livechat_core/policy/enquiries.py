"""What follows from enquiries and from the jobs that carry out their steps."""

from collections.abc import Iterator
from typing import Any

import attrs

from .. import contact, conversation, enquiry, job
from ..contact import Fact, Source, address_of
from ..enquiry import Step
from ..rules import Rules
from ..streams import Event
from .notices import notices
from .orders import Happened, Order, Reaction, job_name, step_job


def _opened(happened: Happened, rules: Rules) -> Iterator[Order]:
    yield from notices(happened, rules, happened.state.kind)


def _again(kind: str) -> Reaction:
    """Announce again; an enquiry that was claimed and given back is reminded of once more."""

    def announce(happened: Happened, rules: Rules) -> Iterator[Order]:
        for order in notices(happened, rules, kind):
            yield attrs.evolve(order, stream=f"{order.stream}.{happened.at}")

    return announce


def _standing(happened: Happened, rules: Rules) -> Iterator[Order]:
    """Show in every channel who has the enquiry now, or what became of it."""
    for subscription in rules.notifiers:
        if happened.state.kind in subscription.kinds:
            command = job.Owe(
                port="notifier",
                target=subscription.notifier,
                action="update",
                subject=happened.stream,
            )
            name = f"update.{subscription.notifier}"
            yield Order(stream=job_name(happened.stream, name, happened.at), command=command)


def _over(happened: Happened, rules: Rules) -> Iterator[Order]:
    yield from _standing(happened, rules)
    if not happened.state.ticket:  # the chat of a ticket goes on by itself
        yield Order(stream=happened.state.conversation, command=conversation.Close())


def _step(step: Step, port: str) -> Reaction:
    def begin(happened: Happened, _: Rules) -> Iterator[Order]:
        event: Any = happened.event
        told = attrs.asdict(event, filter=lambda field, _: field.name != "revision")
        command = job.Owe(
            port=port,
            action=str(step),
            subject=happened.stream,
            revision=event.revision,
            payload=told,
        )
        yield Order(stream=step_job(happened.stream, step, event.revision), command=command)

    return begin


def _linked(happened: Happened, rules: Rules) -> Iterator[Order]:
    event: Any = happened.event
    # Enquiries of earlier versions do not say whose they are.
    named = f"contact/{address_of(happened.state.address, rules.key)}"
    # Of a customer who was created just now the ERM knows only what the visitor said.
    known = event.name if event.how != "created" else ""
    facts = (Fact(field="name", value=known, source=Source.ERM),) if known else ()
    command = contact.Link(ref=event.ref, source=happened.stream, facts=facts)
    yield Order(stream=happened.state.contact or named, command=command)


def _settled(happened: Happened, _: Rules) -> Iterator[Order]:
    event: Any = happened.event
    stream = step_job(happened.stream, event.step, event.revision)
    yield Order(stream=stream, command=job.Settle(outcome=event.outcome), needed=True)


def reported(happened: Happened, _: Rules) -> Iterator[Order]:
    """Hand what became of a step to its enquiry."""
    state: job.State = happened.state
    told: dict[str, Any] = {"step": Step(state.action), "revision": state.revision}
    match happened.event:
        case job.Succeeded(result=result):
            told["result"] = {key: value for key, value in result.items() if key != "matches"}
            told["matches"] = tuple(enquiry.Match(**row) for row in result.get("matches", ()))
        case job.Died(reason=reason):
            told["failed"] = reason
        case job.Lost(reason=reason) if state.repeat == "ask":
            told["unknown"] = reason
        case _:
            return
    yield Order(stream=state.subject, command=enquiry.Report(**told))


REACTIONS: dict[type[Event], Reaction] = {
    enquiry.Opened: _opened,
    enquiry.Reminded: _again("reminder"),
    enquiry.Escalated: _again("escalation"),
    enquiry.Claimed: _standing,
    enquiry.Released: _standing,
    enquiry.ClaimExpired: _standing,
    enquiry.TakenOver: _standing,
    enquiry.Completed: _over,
    enquiry.Dropped: _over,
    enquiry.SearchBegan: _step(Step.LOOKUP, "erm"),
    enquiry.CreationBegan: _step(Step.CREATE, "erm"),
    enquiry.NoteBegan: _step(Step.NOTE, "erm"),
    enquiry.ReplyBegan: _step(Step.MAIL, "mailer"),
    enquiry.FollowUpBegan: _step(Step.FOLLOW_UP, "erm"),
    enquiry.Linked: _linked,
    enquiry.StepSettled: _settled,
}
