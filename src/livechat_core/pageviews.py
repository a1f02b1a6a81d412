"""Page views, gathered: one event for each visit in ten seconds, and at once when more happens."""

from . import visit
from .desk import Desk
from .streams import Actor
from .visit import Page

KEPT = 50


class PageViews:
    """The pages of visitors that are not recorded yet.

    Args:
        desk: The desk.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._recorded: dict[str, int] = {}
        self._waiting: dict[str, tuple[Actor, tuple[Page, ...]]] = {}

    async def view(self, actor: Actor, pages: tuple[Page, ...]) -> None:
        """Record pages now, or with the next ones if some were recorded a moment ago."""
        now = self._desk.clock.now()
        _, waiting = self._waiting.get(actor.id, (actor, ()))
        seen = tuple(Page(site=one.site, url=one.url, title=one.title, at=now) for one in pages)
        self._waiting[actor.id] = (actor, (*waiting, *seen)[-KEPT:])
        if now - self._recorded.get(actor.id, 0) >= self._desk.rules.page_interval:
            await self.record(actor.id)

    async def record(self, visitor: str) -> None:
        """Record what waits of one visitor."""
        actor, pages = self._waiting.pop(visitor, (None, ()))
        if actor is not None:
            self._recorded[visitor] = self._desk.clock.now()
            await self._desk.dispatch(f"visit/{visitor}", visit.View(by=actor, pages=pages))

    async def flush(self) -> None:
        """Record what has waited long enough, and forget who was here long ago."""
        due = self._desk.clock.now() - self._desk.rules.page_interval
        for visitor in [one for one in self._waiting if self._recorded.get(one, 0) <= due]:
            await self.record(visitor)
        self._recorded = {one: at for one, at in self._recorded.items() if at > due}
