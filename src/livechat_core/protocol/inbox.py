"""The inbox over the wire: its views, page by page, and the tags that are in use."""

from collections import Counter
from typing import Any

import attrs

from .. import text
from ..codec import arguments
from ..errors import Invalid
from ..inbox import VIEWS
from ..service import Service
from ..streams import Query, Summary
from .staff import Colleague

Params = dict[str, Any]
MOST = 100
PAGE = 200
LATEST = 1000
"""Of so many conversations, the latest, the tags are counted."""


@attrs.frozen(kw_only=True)
class Wanted:
    """Which page of which view.

    Args:
        view: ``mine``, ``mentions``, ``unassigned``, ``team`` or ``all``.
        before: The ``more`` of the page before.
        limit: So many at most, up to 100.
    """

    view: text.Word
    before: int | None = None
    limit: int = 50


async def show(service: Service, colleague: Colleague, params: Params) -> Params:
    """Return a page of a view, the newest chat first, and how many stand in each (S3-12)."""
    wanted = Wanted(**arguments(Wanted, params))
    if wanted.view not in VIEWS:
        raise Invalid("invalid_type", field="view", why="one of " + ", ".join(VIEWS))
    if not 1 <= wanted.limit <= MOST:
        raise Invalid("invalid_type", field="limit", most=MOST)
    found = await _found(service, colleague, wanted.view)
    found.sort(key=lambda chat: -chat.number)
    rest = [chat for chat in found if wanted.before is None or chat.number < wanted.before]
    page = rest[: wanted.limit]
    return {
        "view": wanted.view,
        "found": [colleague.lists.row(chat) for chat in page],
        "more": page[-1].number if len(rest) > len(page) else 0,
        "counts": service.inbox.counts(colleague.actor.id),
    }


async def _found(service: Service, colleague: Colleague, view: str) -> list[Summary]:
    me, index = colleague.actor.id, service.desk.index
    if view == "mentions":  # they stay when the chat is over, and the index knows it no more
        await colleague.recall()
        wanted = Query(kind="conversation", labels=(f"mention={me}",), newest=True, limit=PAGE)
        return list(await service.desk.store.summaries(wanted))
    known = (index.get(stream) for stream in service.inbox.view(view, me))
    return [chat for chat in known if chat is not None]


async def tags(service: Service, colleague: Colleague) -> list[Params]:
    """Return the tags of the latest conversations that somebody may see, the most used first."""
    counted: Counter[str] = Counter()
    query = Query(kind="conversation", newest=True, limit=PAGE)
    for _ in range(LATEST // PAGE):
        page = await service.desk.store.summaries(query)
        for chat in page:
            if colleague.lists.serves(chat.queue):
                counted.update(chat.facts.get("tags", ()))
        if len(page) < PAGE:
            break
        query = attrs.evolve(query, past=page[-1])
    return [
        {"tag": tag, "count": count}
        for tag, count in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    ]
