"""What follows from a ticket that is made from a chat: the work on it; its maker has it (F66)."""

from collections.abc import Iterator
from typing import Any

import attrs

from .. import conversation, enquiry
from ..rules import Rules
from ..streams import Event, id_of
from .chats import chat_facts
from .contacts import whose
from .orders import Happened, Order, Reaction


def _made(happened: Happened, rules: Rules) -> Iterator[Order]:
    event: Any = happened.event
    state: conversation.State = happened.state
    facts = attrs.evolve(
        chat_facts(state, rules, "ticket"), subject=event.subject, remark=event.note
    )
    command = enquiry.Open(
        conversation=happened.stream,
        site=state.site,
        queue=state.queue,
        facts=facts,
        contact=whose(state, rules),
        ticket=event.ticket,
        agent=event.agent,
        name=event.name,
    )
    yield Order(stream=f"enquiry/{id_of(happened.stream)}.{event.ticket}", command=command)


REACTIONS: dict[type[Event], Reaction] = {conversation.TicketMade: _made}
"""What follows from tickets."""
