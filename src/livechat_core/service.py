"""The background work of one process: timers, jobs, routing, the process's lease, and the sweep.

The process that records something does what follows from it at once. The sweep, at most every five
seconds, finds what a lost hint, a dead process or another clock left behind (G8, G21).
"""

import logging
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import partial
from itertools import count
from typing import Any

import anyio
from anyio.abc import TaskGroup

from . import conversation, presence, process
from .attachments import Attachments
from .board import Board
from .desk import Desk
from .errors import LivechatError
from .inbox import Inbox
from .marks import Marks
from .pageviews import PageViews
from .pops import Pops
from .privacy import Retention
from .reports import Reports
from .router import Router
from .rules import seconds
from .streams import Query, Summary
from .timers import Timers
from .whispers import Whispers
from .worker import Adapters, Worker

logger = logging.getLogger("livechat_core")

TICK = seconds(1)
BREATH = seconds(0.02)
"""How long news is gathered before it is looked at, so that a busy desk does more than look."""
SWEEP = seconds(5)
OVERDUE = seconds(2)
PROCESS_LEASE = seconds(20)


class Service:
    """Keeps one process of a desk going.

    Args:
        desk: The desk, entered.
        process: Name of this process; fresh by default, never the host's (G21).
    """

    def __init__(self, desk: Desk, process_id: str = "") -> None:
        self.desk = desk
        self.process = process_id or secrets.token_hex(8)
        settings, clock = desk.settings, desk.clock
        self.erm = desk.plugins.erm(settings, clock)
        self.records = desk.plugins.records(settings, clock)
        bots = desk.plugins.bots(settings, clock)
        desk.overlay.bots = bots.keys()
        self.worker = Worker(
            desk,
            self.process,
            Adapters(
                notifiers=desk.plugins.notifiers(settings, clock),
                erm=self.erm,
                mailer=desk.plugins.mailer(settings, clock),
                bots=bots,
                records=self.records,
            ),
        )
        self.pops = Pops(clock, self.spawn, self.records, self.erm)
        self.router = Router(desk)
        self.retention = Retention(desk)
        self.reports = Reports(desk)
        self.board = Board(desk.index, desk.rules, desk.givens, clock)
        self.whispers = Whispers(desk, self.process, desk.plugins.ephemeral(settings, clock))
        self.marks = Marks(desk, self.whispers)
        self.inbox = Inbox(desk.index, desk.rules)
        self.attachments = Attachments(desk)
        self.timers = Timers(desk, self.process, self.attachments)
        self.identity = desk.plugins.identity(settings, clock)
        self.geo = desk.plugins.geo(settings)
        self.pageviews = PageViews(desk)
        self._group: TaskGroup | None = None
        self._connections = count(1)
        self._gone: dict[str, int] = {}
        self._closed: dict[str, str] = {}
        self._swept = 0

    def spawn(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run something beside the service; without a running service it is left out."""
        if self._group is not None:
            self._group.start_soon(_logged, work)

    def next_connection(self) -> str:
        """Return a name for a new connection that no other process uses."""
        return f"{self.process}.{next(self._connections)}"

    # --- life --------------------------------------------------------------------------------

    async def start(self) -> None:
        """Record that this process runs, and look after what an earlier one left."""
        command = process.Start(host=socket.gethostname()[:64], lease=PROCESS_LEASE)
        await self.desk.dispatch(f"process/{self.process}", command)
        now = self.desk.clock.now()
        for chat in self.desk.index.all("conversation"):
            if chat.phase in conversation.OPEN:
                self._gone.setdefault(chat.facts["visitor"], now)

    async def stop(self) -> None:
        """Record that this process ends."""
        await self.desk.dispatch(f"process/{self.process}", process.Stop())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Enter the desk and keep it going within the block."""
        async with self.desk:
            await self.start()
            async with anyio.create_task_group() as group:
                group.start_soon(self.run, group)
                try:
                    yield
                finally:
                    group.cancel_scope.cancel()
                    with anyio.CancelScope(shield=True):
                        await self.stop()

    async def run(self, group: TaskGroup) -> None:
        """Work until cancelled: follow the feed, keep time, renew the lease."""
        self._group = group
        group.start_soon(self._follow)
        group.start_soon(self.board.run)
        group.start_soon(self.whispers.run)
        group.start_soon(self._renew)
        while True:
            await _logged(partial(self.tick, group))
            await self._pause()
            await self.desk.clock.sleep(BREATH)

    async def _pause(self) -> None:
        """Wait for news or for the next deadline, at most a tick."""
        desk = self.desk
        due = desk.index.next_due()
        wait = TICK if due is None else max(0, min(TICK, due - desk.clock.now()))
        async with anyio.create_task_group() as group:
            group.start_soon(_then, desk.feed.news, group)
            await desk.clock.sleep(wait)
            group.cancel_scope.cancel()

    async def _follow(self) -> None:
        while True:
            try:
                await self.desk.feed.follow(SWEEP)
                await self.desk.clock.sleep(BREATH)
            except LivechatError:
                logger.exception("the feed could not be read; trying again")
                await self.desk.clock.sleep(TICK)

    async def _renew(self) -> None:
        while True:
            await self.desk.clock.sleep(SWEEP)
            await _logged(self.renew)

    async def renew(self) -> None:
        """Prolong the process's lease."""
        until = self.desk.clock.now() + PROCESS_LEASE
        await self.desk.store.renew(f"process/{self.process}", until)

    # --- time --------------------------------------------------------------------------------

    async def tick(self, group: TaskGroup | None = None) -> None:
        """Do all that is due now.

        Args:
            group: Where jobs run side by side; without it they are done one after the other.
        """
        now = self.desk.clock.now()
        due: list[Summary] = []
        if now - self._swept >= SWEEP:
            self._swept = now
            self.board.stir()
            due += await self._overdue(now)
            await self._visitors_back()
            await self.retention.sweep()
        due += self.desk.index.due(now)
        for summary in due:
            if summary.kind == "job":
                if group is None:
                    await self.worker.attend(summary)
                else:
                    group.start_soon(self.worker.attend, summary)
            else:
                await self.timers.elapse(summary)
        await self._agents_gone()
        await self._visitors_gone(now)
        await _logged(self.pageviews.flush)
        await _logged(self.marks.flush)
        await self._profiles()
        await _logged(self.router.route)
        await _logged(self.reports.fold)

    async def _profiles(self) -> None:
        """Let everybody at work do so by the profile that somebody gave him meanwhile."""
        for working in self.desk.overlay.stale():
            try:
                await self.desk.dispatch(working, presence.SetProfile())
            except LivechatError as error:
                self.desk.overlay.again(working)
                logger.warning("profile of %s: %s", working, error.code)

    async def settle(self, rounds: int = 100) -> None:
        """Tick until nothing is due any more: for tests and for shutting down."""
        for _ in range(rounds):
            before = (await self.desk.store.wait(0, 0)).position
            await self.tick()
            if (await self.desk.store.wait(0, 0)).position == before:
                return

    async def _overdue(self, now: int) -> list[Summary]:
        query = Query(due_before=now - OVERDUE, order="due", limit=200)
        found = await self.desk.store.summaries(query)
        kinds = self.timers.kinds | {"job"}
        return [summary for summary in found if summary.kind in kinds]

    # --- agents ------------------------------------------------------------------------------

    async def agent_disconnected(self, working: str, connection: str) -> None:
        """Record that a window of an agent is gone; if that fails, go on trying (G10, G22)."""
        self._closed[connection] = working
        await self._agents_gone()
        if connection in self._closed:
            logger.warning("the end of %s is not recorded: the store is in trouble", connection)

    async def _agents_gone(self) -> None:
        for connection, working in tuple(self._closed.items()):
            with suppress(LivechatError):
                await self.desk.dispatch(working, presence.Disconnect(connection=connection))
                self._closed.pop(connection, None)

    # --- visitors ----------------------------------------------------------------------------

    async def visitor_connected(self, visitor: str) -> None:
        """Note one more connection of a visitor here."""
        self.desk.connected[visitor] = self.desk.connected.get(visitor, 0) + 1
        self._gone.pop(visitor, None)
        chat = self.desk.index.chat_of(visitor)
        if chat is not None and chat.facts["visitor_gone"]:
            await self.desk.dispatch(chat.stream, conversation.VisitorBack())

    def visitor_disconnected(self, visitor: str) -> None:
        """Note one connection of a visitor less."""
        left = self.desk.connected.get(visitor, 1) - 1
        if left > 0:
            self.desk.connected[visitor] = left
        else:
            self.desk.connected.pop(visitor, None)
            self._gone[visitor] = self.desk.clock.now()

    async def _visitors_back(self) -> None:
        """Say of whom another process takes for gone that he is connected here."""
        for visitor in tuple(self.desk.connected):
            chat = self.desk.index.chat_of(visitor)
            if chat is not None and chat.facts["visitor_gone"]:
                with suppress(LivechatError):
                    await self.desk.dispatch(chat.stream, conversation.VisitorBack())

    async def _visitors_gone(self, now: int) -> None:
        limit = now - self.desk.rules.visitor_gone
        for visitor in [one for one, since in self._gone.items() if since <= limit]:
            chat = self.desk.index.chat_of(visitor)
            try:
                if chat is not None:
                    await self.desk.dispatch(chat.stream, conversation.VisitorGone())
                self._gone.pop(visitor, None)
            except LivechatError as error:
                logger.warning("visitor %s is gone: %s", visitor, error.code)


async def _logged(work: Callable[[], Awaitable[None]]) -> None:
    """Do something that must not end the service when the store is in trouble (G22)."""
    try:
        await work()
    except LivechatError:
        logger.exception("background work failed; the sweep comes again")


async def _then(wait: object, group: TaskGroup) -> None:
    await wait()  # type: ignore[operator]
    group.cancel_scope.cancel()


@asynccontextmanager
async def serve(desk: Desk) -> AsyncIterator[Service]:
    """Enter a desk and keep it going within the block.

    Args:
        desk: A desk that has not been entered.
    """
    service = Service(desk)
    async with service.running():
        yield service
