"""What follows from chats, visits and agents' working time."""

from collections.abc import Iterator
from typing import Any

from .. import contact, conversation, enquiry, job, presence, visit
from ..conversation import Seat
from ..enquiry import Facts
from ..rules import Rules
from ..streams import Event, id_of
from .notices import notices
from .orders import Happened, Order, Reaction, address_of, job_name


def _take(happened: Happened, rules: Rules) -> Iterator[Order]:
    event: Any = happened.event
    queue = rules.queues.get(happened.state.queue)
    accepted = isinstance(event, conversation.Accepted)
    command = presence.TakeSlot(
        conversation=happened.stream,
        by_hand=accepted or bool(event.by),
        answered=accepted,
        queue=happened.state.queue,
        weight=queue.weight if queue else 1,
        agent_limit=queue.agent_limit if queue else None,
    )
    yield Order(stream=event.seat.presence, command=command, needed=True)


def _free(
    happened: Happened, seat: Seat | None, how: str = "", wrap_up: int = 0
) -> Iterator[Order]:
    if seat is not None:
        command = presence.FreeSlot(
            conversation=happened.stream,
            missed=how in ("lapsed", "unanswered"),
            answered=how == "declined",
            wrap_up=wrap_up,
        )
        yield Order(stream=seat.presence, command=command)


def _free_asked(happened: Happened, _: Rules) -> Iterator[Order]:
    event: Any = happened.event
    ends = {conversation.OfferLapsed: "lapsed", conversation.Declined: "declined"}
    how = ends.get(type(event), getattr(event, "reason", ""))
    yield from _free(happened, event.seat, how)


def _free_former(happened: Happened, _: Rules) -> Iterator[Order]:
    event: Any = happened.event
    yield from _free(happened, event.former, getattr(event, "reason", ""))


def _quiet(happened: Happened, _: Rules) -> Iterator[Order]:
    event: Any = happened.event
    command = presence.QuietSlot(conversation=happened.stream)
    yield Order(stream=event.seat.presence, command=command)


def _stir(happened: Happened, _: Rules) -> Iterator[Order]:
    event: Any = happened.event
    command = presence.StirSlot(conversation=happened.stream)
    yield Order(stream=event.seat.presence, command=command)


def _withdraw(happened: Happened, _: Rules) -> Iterator[Order]:
    event: Any = happened.event
    for chat in sorted(event.slots):
        yield Order(stream=chat, command=conversation.WithdrawOffer(agent=happened.state.agent))


def _release(happened: Happened, _: Rules) -> Iterator[Order]:
    event: Any = happened.event
    for chat in sorted(event.slots):
        command = conversation.ReleaseAgent(agent=happened.state.agent, reason=event.reason)
        yield Order(stream=chat, command=command)


def _started(happened: Happened, rules: Rules) -> Iterator[Order]:
    state: conversation.State = happened.state
    if state.phase is conversation.Phase.MESSAGE_LEFT:
        return
    yield Order(
        stream=f"visit/{state.visitor}", command=visit.ChatBegan(conversation=happened.stream)
    )
    yield from _note_claims(happened, rules)
    if state.phase is not conversation.Phase.WITH_BOT:
        yield from _announced(happened, rules)


def _announced(happened: Happened, rules: Rules) -> Iterator[Order]:
    facts = _chat_facts(happened.state, rules, "enquiry")
    yield from notices(happened, rules, "enquiry", facts=facts)


def _waited_long(happened: Happened, rules: Rules) -> Iterator[Order]:
    facts = _chat_facts(happened.state, rules, "waiting")
    yield from notices(happened, rules, "waiting", facts=facts)


def _message_left(happened: Happened, rules: Rules) -> Iterator[Order]:
    state: conversation.State = happened.state
    yield from _free_former(happened, rules)
    yield from _chat_over(happened)
    yield from _note_claims(happened, rules)
    command = enquiry.Open(
        conversation=happened.stream,
        site=state.site,
        queue=state.queue,
        facts=_chat_facts(state, rules, "left_message"),
    )
    yield Order(stream=f"enquiry/{id_of(happened.stream)}", command=command)


def _closed(happened: Happened, rules: Rules) -> Iterator[Order]:
    event: Any = happened.event
    state: conversation.State = happened.state
    queue = rules.queues.get(state.queue)
    former = event.former
    # Who was only asked has nothing to note, though he may have had the chat before.
    had_it = former and former.agent == state.last_owner and state.joined >= state.queued_at
    yield from _free(happened, former, wrap_up=queue.wrap_up if queue and had_it else 0)
    yield from _chat_over(happened)


def _chat_over(happened: Happened) -> Iterator[Order]:
    command = visit.ChatEnded(conversation=happened.stream, agent=happened.state.last_owner)
    yield Order(stream=f"visit/{happened.state.visitor}", command=command)


def _note_claims(happened: Happened, rules: Rules) -> Iterator[Order]:
    state: conversation.State = happened.state
    if not state.email:
        return
    address = address_of(state.email, rules.key)
    said = {"name": state.name, "email": state.email, "location": state.location}
    claims = tuple(
        contact.Claim(field=field, value=value, source=happened.stream)
        for field, value in said.items()
        if value
    )
    command = contact.Note(claims=claims, address=address)
    yield Order(stream=f"contact/{address}", command=command)


def _chat_facts(state: conversation.State, rules: Rules, kind: str) -> Facts:
    return Facts(
        kind=kind,
        site=_site_name(state.site, rules),
        name=state.name,
        signed_in=state.signed_in,
        email=state.email,
        question=state.question,
        page=state.page,
        location=state.location,
    )


def _site_name(site: str, rules: Rules) -> str:
    return rules.sites[site].name if site in rules.sites else site


def _transcript(happened: Happened, _: Rules) -> Iterator[Order]:
    event: Any = happened.event
    command = job.Owe(
        port="mailer",
        action="transcript",
        subject=happened.stream,
        payload={"to": event.email},
    )
    yield Order(stream=job_name(happened.stream, "transcript", happened.at), command=command)


def _arrived(happened: Happened, rules: Rules) -> Iterator[Order]:
    event: Any = happened.event
    site = rules.sites.get(event.page.site)
    if site is None or not site.notify_visits:
        return
    facts = Facts(
        kind="new_visitor",
        site=site.name,
        name=event.guest.name,
        signed_in=bool(event.guest.name),
        page=event.page.url,
        location=event.guest.location,
    )
    yield from notices(happened, rules, "new_visitor", facts=facts)


REACTIONS: dict[type[Event], Reaction] = {
    conversation.Started: _started,
    conversation.HandedOff: _announced,
    conversation.Offered: _take,
    conversation.Accepted: _take,
    conversation.TransferOffered: _take,
    conversation.Declined: _free_asked,
    conversation.OfferLapsed: _free_asked,
    conversation.OfferWithdrawn: _free_asked,
    conversation.TransferEnded: _free_asked,
    conversation.TransferAccepted: _free_former,
    conversation.Requeued: _free_former,
    conversation.Quieted: _quiet,
    conversation.Stirred: _stir,
    conversation.WaitedLong: _waited_long,
    conversation.MessageLeft: _message_left,
    conversation.Closed: _closed,
    conversation.TranscriptAsked: _transcript,
    presence.GraceBegan: _withdraw,
    presence.BecameBusy: _withdraw,
    presence.BecameAway: _withdraw,
    presence.DrainBegan: _withdraw,
    presence.Ended: _release,
    visit.Arrived: _arrived,
}
