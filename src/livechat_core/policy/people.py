"""What follows from colleagues who take part in a chat: their working time knows where they are."""

from collections.abc import Iterator
from typing import Any

from .. import conversation, presence
from ..conversation import Seat
from ..rules import Rules
from ..streams import Event
from .chats import free_slot, take_slot
from .orders import Happened, Order, Reaction


def _joined(happened: Happened, rules: Rules) -> Iterator[Order]:
    event: Any = happened.event
    queue = rules.queues.get(happened.state.queue)
    weight = queue.weight if queue and rules.joined_counts else 0
    command = presence.JoinChat(conversation=happened.stream, weight=weight)
    yield Order(stream=event.seat.presence, command=command, needed=True)


def _left(happened: Happened, _: Rules) -> Iterator[Order]:
    event: Any = happened.event
    yield from left(happened, event.seat)


def left(happened: Happened, seat: Seat) -> Iterator[Order]:
    """Note in a colleague's working time that he is no guest in the chat any more."""
    yield Order(stream=seat.presence, command=presence.LeaveChat(conversation=happened.stream))


def _taken_over(happened: Happened, rules: Rules) -> Iterator[Order]:
    event: Any = happened.event
    yield from left(happened, event.seat)
    yield take_slot(happened, event.seat, rules, by_hand=True, answered=True)
    yield from free_slot(happened, event.former)


def _handed_over(happened: Happened, _: Rules) -> Iterator[Order]:
    """Free the place of who had the chat; who has it now may have been a guest."""
    event: Any = happened.event
    yield from left(happened, event.seat)
    yield from free_slot(happened, event.former)


REACTIONS: dict[type[Event], Reaction] = {
    conversation.Joined: _joined,
    conversation.Left: _left,
    conversation.TakenOver: _taken_over,
    conversation.TransferAccepted: _handed_over,
}
