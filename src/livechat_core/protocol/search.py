"""Finding conversations: by words, people, tags, dates and number, in any combination (S3-33)."""

from typing import Any

import attrs

from .. import text
from ..codec import arguments
from ..enquiry import shown_name
from ..errors import Invalid, NotFound
from ..policy import address_of
from ..ports import Search
from ..service import Service
from ..streams import Summary
from .staff import Colleague

Params = dict[str, Any]
MOST = 100


@attrs.frozen(kw_only=True)
class Wanted:
    """What is searched for; all that is given must hold.

    Args:
        words: Words of the visitor's and the agents' lines, of name, address and question.
        tag: A tag of the conversation (S3-25).
        contact: Id of the person.
        email: The visitor's address.
        visitor: Id of the visit.
        agent: Who had it last.
        queue: Where it is.
        site: Where it began.
        number: The number that both sides see.
        since: Begun at or after this time.
        until: Begun before this time.
        before: The ``more`` of the page before.
        limit: So many at most, up to 100.
    """

    words: text.Line = ""
    tag: text.Line = ""
    contact: text.Word = ""
    email: text.OptionalEmail = ""
    visitor: text.Word = ""
    agent: text.Word = ""
    queue: text.Word = ""
    site: text.Word = ""
    number: int | None = None
    since: int | None = None
    until: int | None = None
    before: int | None = None
    limit: int = 20


async def search(service: Service, colleague: Colleague, params: Params) -> Params:
    """Return the conversations that are found, newest first, and where the next page begins.

    Agents find those of the queues they serve, and those they had themselves.
    """
    wanted = Wanted(**arguments(Wanted, params))
    if not 1 <= wanted.limit <= MOST:
        raise Invalid("invalid_type", field="limit", most=MOST)
    rows: dict[int, Summary] = {}
    for one in _searches(service, colleague, wanted):
        rows |= {row.number: row for row in await service.desk.store.search(one)}
    found = [rows[number] for number in sorted(rows, reverse=True)][: wanted.limit]
    more = found[-1].number if len(found) == wanted.limit else 0
    return {"found": [_item(service, row) for row in found], "more": more}


async def find(service: Service, colleague: Colleague, params: Params) -> Params:
    """Return the conversation with a number that a customer quotes (S4-22).

    Raises:
        NotFound: There is none, or it is not this person's to see.
    """
    wanted = Wanted(**arguments(Wanted, params))
    if wanted.number is None:
        raise Invalid("invalid_type", field="number", why="missing")
    only = Search(number=wanted.number, limit=1)
    for row in await service.desk.store.search(only):
        await colleague.may_see(row.stream)
        return _item(service, row)
    raise NotFound


def _searches(service: Service, colleague: Colleague, wanted: Wanted) -> list[Search]:
    """Return the searches whose results together are what a person may find."""
    queues = (wanted.queue,) if wanted.queue else ()
    anywhere = Search(
        words=wanted.words,
        labels=_labels(wanted, service.desk.rules.key),
        number=wanted.number,
        before=wanted.before,
        since=wanted.since,
        until=wanted.until,
        limit=wanted.limit,
    )
    whole = _within(anywhere, queues)
    served = colleague.lists.queues
    if served is None:
        return [whole]
    own = attrs.evolve(whole, labels=(f"agent={colleague.actor.id}", *whole.labels))
    within = tuple(sorted(served.intersection(queues) if queues else served))
    return [own, _within(anywhere, within)] if within else [own]


def _within(search: Search, queues: tuple[str, ...]) -> Search:
    """Return a search in some queues; one is a label, which has an index of its own."""
    if len(queues) > 1:
        return attrs.evolve(search, queues=queues)
    labels = (*search.labels, *(f"queue={queue}" for queue in queues))
    return attrs.evolve(search, labels=labels, queues=())


def _labels(wanted: Wanted, key: bytes) -> tuple[str, ...]:
    """Return the labels that must hold, the rarest first."""
    found = {
        "email": address_of(wanted.email, key) if wanted.email else "",
        "contact": wanted.contact,
        "visitor": wanted.visitor,
        "tag": wanted.tag,
        "agent": wanted.agent,
        "site": wanted.site,
    }
    return tuple(f"{name}={value}" for name, value in found.items() if value)


def _item(service: Service, chat: Summary) -> Params:
    facts, rules = chat.facts, service.desk.rules
    site, queue, agent = facts["site"], chat.queue or "", chat.labelled("agent")
    person = rules.staff.get(agent)
    return {
        "stream": chat.stream,
        "number": chat.number,
        "phase": chat.phase,
        "begun_at": chat.begun_at,
        "site": site,
        "site_name": rules.sites[site].name if site in rules.sites else site,
        "queue": queue,
        "queue_name": rules.queues[queue].name if queue in rules.queues else queue,
        "name": shown_name(facts["name"], signed_in=facts["signed_in"]),
        "email": facts["email"],
        "question": facts["question"],
        "agent": agent,
        "agent_name": person.name if person else agent,
        "tags": sorted(
            label.removeprefix("tag=") for label in chat.labels if label.startswith("tag=")
        ),
        "closed_reason": facts["closed_reason"],
        "rating": facts["rating"],
    }
