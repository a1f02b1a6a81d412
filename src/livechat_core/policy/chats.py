"""What follows from chats, visits and agents' working time."""

from collections.abc import Iterator
from typing import Any

import attrs

from .. import conversation, enquiry, presence, visit
from ..conversation import Seat
from ..enquiry import Facts
from ..rules import Rules
from ..streams import Event, id_of
from .contacts import Introduction, introduced, whose
from .notices import notices, team_mails
from .orders import Happened, Order, Reaction


def _take(happened: Happened, rules: Rules) -> Iterator[Order]:
    event: Any = happened.event
    accepted = isinstance(event, conversation.Accepted)
    by_hand = accepted or bool(event.by)
    yield take_slot(happened, event.seat, rules, by_hand=by_hand, answered=accepted)


def take_slot(
    happened: Happened, seat: Seat, rules: Rules, *, by_hand: bool, answered: bool
) -> Order:
    """Return that an agent must have a place for the chat."""
    queue = rules.queues.get(happened.state.queue)
    command = presence.TakeSlot(
        conversation=happened.stream,
        by_hand=by_hand,
        answered=answered,
        queue=happened.state.queue,
        weight=queue.weight if queue else 1,
        agent_limit=queue.agent_limit if queue else None,
    )
    return Order(stream=seat.presence, command=command, needed=True)


def free_slot(
    happened: Happened, seat: Seat | None, how: str = "", wrap_up: int = 0
) -> Iterator[Order]:
    """Yield that an agent's place for the chat is free again."""
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
    yield from free_slot(happened, event.seat, how)


def _free_former(happened: Happened, _: Rules) -> Iterator[Order]:
    event: Any = happened.event
    yield from free_slot(happened, event.former, getattr(event, "reason", ""))


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
    for chat in sorted(event.slots.union(happened.state.guest_of)):
        command = conversation.ReleaseAgent(agent=happened.state.agent, reason=event.reason)
        yield Order(stream=chat, command=command)


def _started(happened: Happened, rules: Rules) -> Iterator[Order]:
    state: conversation.State = happened.state
    if state.phase is conversation.Phase.MESSAGE_LEFT:
        return
    yield Order(
        stream=f"visit/{state.visitor}", command=visit.ChatBegan(conversation=happened.stream)
    )
    yield from _introduced(happened, rules, state.site)
    if state.phase is not conversation.Phase.WITH_BOT:
        yield from _announced(happened, rules)


def _reopened(happened: Happened, rules: Rules) -> Iterator[Order]:
    visitor = f"visit/{happened.state.visitor}"
    yield Order(stream=visitor, command=visit.ChatBegan(conversation=happened.stream))
    if happened.state.owner is None:
        yield from _announced(happened, rules)


def _announced(happened: Happened, rules: Rules) -> Iterator[Order]:
    facts = chat_facts(happened.state, rules, "enquiry")
    yield from _in_segment(happened, notices(happened, rules, "enquiry", facts=facts))
    yield from _in_segment(happened, team_mails(happened, rules, facts))


def _waited_long(happened: Happened, rules: Rules) -> Iterator[Order]:
    facts = chat_facts(happened.state, rules, "waiting")
    yield from _in_segment(happened, notices(happened, rules, "waiting", facts=facts))


def _in_segment(happened: Happened, orders: Iterator[Order]) -> Iterator[Order]:
    """Tell staff once more of a chat that goes on after its end."""
    segment = happened.state.segment
    for order in orders:
        again = f"{order.stream}.{segment}" if segment > 1 else order.stream
        yield attrs.evolve(order, stream=again)


def _message_left(happened: Happened, rules: Rules) -> Iterator[Order]:
    state: conversation.State = happened.state
    yield from _free_former(happened, rules)
    yield from _chat_over(happened)
    yield from _introduced(happened, rules)  # its enquiry brings him into the ERM
    command = enquiry.Open(
        conversation=happened.stream,
        site=state.site,
        queue=state.queue,
        facts=chat_facts(state, rules, "left_message"),
        contact=whose(state, rules),
    )
    yield Order(stream=f"enquiry/{id_of(happened.stream)}", command=command)


def _closed(happened: Happened, rules: Rules) -> Iterator[Order]:
    event: Any = happened.event
    state: conversation.State = happened.state
    queue = rules.queues.get(state.queue)
    former = event.former
    # Who was only asked has nothing to note, though he may have had the chat before.
    had_it = former and former.agent == state.last_owner and state.joined >= state.queued_at
    yield from free_slot(happened, former, wrap_up=queue.wrap_up if queue and had_it else 0)
    yield from _chat_over(happened)


def _chat_over(happened: Happened) -> Iterator[Order]:
    command = visit.ChatEnded(conversation=happened.stream, agent=happened.state.last_owner)
    yield Order(stream=f"visit/{happened.state.visitor}", command=command)


def _introduced(happened: Happened, rules: Rules, site: str = "") -> Iterator[Order]:
    event: Any = happened.event
    state: conversation.State = happened.state
    said = {name: getattr(state, name) for name in ("name", "email", "phone", "location")}
    vouched = {
        "name": state.name if state.signed_in else "",
        "email": state.email if state.reach.vouched else "",
    }
    said |= event.fields
    told = Introduction(site=site, said=said, person=state.person, vouched=vouched)
    yield from introduced(happened, told, rules)


def chat_facts(state: conversation.State, rules: Rules, kind: str) -> Facts:
    """Return what an announcement tells of a chat."""
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


def _arrived(happened: Happened, rules: Rules) -> Iterator[Order]:
    event: Any = happened.event
    site = rules.sites.get(event.page.site)
    if site is None or not site.notify_visits or not event.page.url:
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
    conversation.Requeued: _free_former,
    conversation.Quieted: _quiet,
    conversation.Stirred: _stir,
    conversation.Snoozed: _quiet,
    conversation.Woken: _stir,
    conversation.HolderLeft: _free_former,
    conversation.Reopened: _reopened,
    conversation.WaitedLong: _waited_long,
    conversation.MessageLeft: _message_left,
    conversation.Closed: _closed,
    presence.GraceBegan: _withdraw,
    presence.BecameBusy: _withdraw,
    presence.BecameAway: _withdraw,
    presence.DrainBegan: _withdraw,
    presence.Ended: _release,
    visit.Arrived: _arrived,
}
