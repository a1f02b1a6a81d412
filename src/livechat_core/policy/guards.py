"""What a commit must hold across streams, counted by the store inside the commit."""

from collections.abc import Callable, Iterator

import attrs

from .. import contact, conversation, job, presence, record
from ..rules import Rules
from ..streams import Event, Guard, Query
from .mails import guard_mail
from .orders import Happened

_SERVED = (str(conversation.Phase.OFFERED), str(conversation.Phase.ACTIVE))


def _guard_start(happened: Happened, rules: Rules) -> Iterator[Guard]:
    state: conversation.State = happened.state
    if state.phase is conversation.Phase.MESSAGE_LEFT:
        return
    going_on = tuple(str(phase) for phase in conversation.OPEN)
    yield Guard(
        name="open_conversation",
        query=Query(kind="conversation", phases=going_on, labels=(f"visitor={state.visitor}",)),
        limit=rules.visitor_chats,
    )
    if state.phase is conversation.Phase.WITH_BOT:
        return  # it takes no place in a line, and a hand-off is never refused
    waits = tuple(str(phase) for phase in conversation.WAITS)
    yield Guard(
        name="queue_full",
        query=Query(kind="conversation", phases=waits, queue=state.queue),
        limit=rules.queues[state.queue].limit,
    )
    if state.address:
        yield Guard(
            name="address_full",
            query=Query(kind="conversation", phases=waits, labels=(f"address={state.address}",)),
            limit=rules.waiting_per_address,
        )


def _guard_served(happened: Happened, rules: Rules) -> Iterator[Guard]:
    """Chats that are offered or with agents, in this queue and on the desk (F6)."""
    name = happened.state.queue
    queue = rules.queues.get(name)
    limits = ((name, queue.chat_limit if queue else None), (None, rules.desk_chats or None))
    for within, limit in limits:
        if limit is not None:
            query = Query(kind="conversation", phases=_SERVED, queue=within)
            yield Guard(name="queue_busy" if within else "desk_busy", query=query, limit=limit)


def _guard_presence(happened: Happened, _: Rules) -> Iterator[Guard]:
    live = tuple(str(phase) for phase in presence.LIVE)
    label = f"agent={happened.state.agent}"
    query = Query(kind="presence", phases=live, labels=(label,))
    yield Guard(name="one_presence", query=query, limit=1)


def _guard_contact(happened: Happened, _: Rules) -> Iterator[Guard]:
    address = happened.state.address
    if not address:  # another identifier names it, and no other stream has that name
        return
    query = Query(kind="contact", phases=("known",), labels=(f"address={address}",))
    yield Guard(name="one_contact", query=query, limit=1)


def _guard_retired(happened: Happened, _: Rules) -> Iterator[Guard]:
    """No chat goes on in a queue, or on a site, that is not there any more."""
    state: record.State = happened.state
    going_on = tuple(str(phase) for phase in conversation.OPEN)
    query = Query(kind="conversation", phases=going_on)
    if state.topic == "queue":
        query = attrs.evolve(query, queue=state.name)
    elif state.topic == "site":
        query = attrs.evolve(query, labels=(f"site={state.name}",))
    else:
        return
    yield Guard(name=f"{state.topic}_in_use", query=query, limit=0)


GUARDS: dict[type[Event], Callable[[Happened, Rules], Iterator[Guard]]] = {
    conversation.Started: _guard_start,
    conversation.Reopened: _guard_start,
    conversation.Offered: _guard_served,
    conversation.Accepted: _guard_served,
    presence.SignedIn: _guard_presence,
    job.Owed: guard_mail,
    contact.Claimed: _guard_contact,
    record.Retired: _guard_retired,
}
