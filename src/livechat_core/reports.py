"""Daily figures at run time: today's are counted when asked for, those of days over are kept (F64).

Theory. Nothing is ever added to what is kept: a day is counted again as a whole, from the
summaries of all chats that began on it. So it does not matter who counts, how often, or where a
process dies. What must be counted again is known by the journal position through which all kept
days are right: the days of the chats that changed behind it, and those that were not over then.
The position is recorded with the last day of a round, so a round that was broken off is begun
again. Two processes that count at once say which version they replace, and the second gives up.
"""

import logging
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import attrs

from . import crashpoints, figures, record
from .desk import Desk
from .errors import LivechatError, Rejected
from .figures import Day
from .ports import Search
from .rules import seconds
from .streams import Query, Summary

logger = logging.getLogger("livechat_core")

ROUND = seconds(3600)
"""How often days that are over are looked at again."""
FRESH = seconds(30)
"""How long today's figures are not counted again."""
PAGE = 500
MOST_DAYS = 366


class Reports:
    """Counts and keeps the figures of a desk.

    Args:
        desk: The desk, entered.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._looked = 0
        self._today: tuple[int, date, Day] | None = None

    async def days(self, first: date, last: date) -> dict[date, Day]:
        """Return the figures of some days, of those that have any.

        Raises:
            Rejected: ``bad_days``: none, or too many.
        """
        if not 0 <= (last - first).days < MOST_DAYS:
            raise Rejected("bad_days", first=str(first), last=str(last), limit=MOST_DAYS)
        found = {}
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            told = await self._day(day)
            if told["queues"]:
                found[day] = told
        return found

    async def fold(self) -> None:
        """Keep the figures of all days that are over and have changed, if it is time to."""
        now = self._desk.clock.now()
        if now - self._looked < ROUND:
            return
        self._looked = now
        try:
            await self._round(figures.day_of(now, self._desk.rules.zone))
        except Rejected as error:
            logger.debug("another process keeps the figures: %s", error)
        except LivechatError:
            self._looked = 0
            raise

    async def _round(self, today: date) -> None:
        through, since = await self._kept()
        head = (await self._desk.store.wait(0, 0)).position
        wanted = {day for day in await self._changed(through) if day < today}
        wanted |= {since + timedelta(days=later) for later in range((today - since).days)}
        found = [(day, await self._count(day)) for day in sorted(wanted)]
        over = [(day, told) for day, told in found if told["queues"]]
        for place, (day, told) in enumerate(over, start=1):
            await self._keep(day, told, head if place == len(over) else through)
            crashpoints.here("reports.kept")

    async def _kept(self) -> tuple[int, date]:
        """Return the position through which kept figures are right, and the day they were kept."""
        newest = Query(kind="record", phases=(str(record.Phase.KEPT),), newest=True, limit=1)
        zone = self._desk.rules.zone
        for row in await self._desk.store.summaries(newest):
            return int(row.facts["through"]), figures.day_of(row.facts["saved_at"], zone)
        return 0, figures.day_of(self._desk.clock.now(), zone)

    async def _changed(self, since: int) -> set[date]:
        """Return the days of the chats that changed behind a position."""
        zone, found = self._desk.rules.zone, set[date]()
        query = Query(kind="conversation", changed_after=since, limit=PAGE)
        while True:
            page = await self._desk.store.summaries(query)
            found |= {figures.day_of(chat.begun_at, zone) for chat in page}
            if len(page) < PAGE:
                return found
            query = attrs.evolve(query, past=page[-1])

    async def _keep(self, day: date, told: Day, through: int) -> None:
        stream = record.stream_of("figures", str(day))
        state: record.State = await self._desk.view(stream)
        command = record.Keep(
            day=str(day), values=dict(told), through=through, expected=state.version
        )
        await self._desk.dispatch(stream, command)

    async def _day(self, day: date) -> Day:
        now = self._desk.clock.now()
        if day < figures.day_of(now, self._desk.rules.zone):
            state: record.State = await self._desk.view(record.stream_of("figures", str(day)))
            return state.values or {"queues": {}, "agents": {}}
        if self._today is None or self._today[1] != day or now - self._today[0] >= FRESH:
            self._today = (now, day, await self._count(day))
        return self._today[2]

    async def _count(self, day: date) -> Day:
        """Count a day from the summaries of its chats."""
        zone = self._desk.rules.zone
        search = Search(
            since=figures.begin_of(day, zone),
            until=figures.begin_of(day + timedelta(days=1), zone),
            limit=PAGE,
        )
        chats: list[Summary] = []
        while True:
            page = await self._desk.store.search(search)
            chats += page
            if len(page) < PAGE:
                return figures.tally(chats, self._desk.rules.wait_goal)
            search = attrs.evolve(search, before=page[-1].number)


def rows(days: dict[date, Day], queue: str = "", agent: str = "") -> Iterable[dict[str, Any]]:
    """Yield the figures of days as rows, of each queue and agent or of one of them only."""
    for day, told in days.items():
        for kind, wanted in (("queue", queue), ("agent", agent)):
            for name, counted in sorted(told[f"{kind}s"].items()):
                if (not queue and not agent) or name == wanted:
                    yield {"day": str(day), "kind": kind, "id": name, "figures": counted}
