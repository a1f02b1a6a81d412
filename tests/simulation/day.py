"""A day of a whole desk on the memory store, under a clock that jumps from one event to the next.

People act only through their connections, and all they do, and all that goes wrong, is drawn from
one generator: the same seed gives the same day. A process that is down is not ticked and comes back
on the same store. Each process hears of the other only when it is ticked.
"""

import heapq
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import anyio

from livechat_core.plugins import Plugins
from livechat_core.rules import seconds
from livechat_core.service import SWEEP
from livechat_core.settings import Settings
from livechat_core.testing.desk import Client, Refused, Scene, SceneClock
from tests.desk.invariants import check, settled
from tests.simulation.agents import Agent
from tests.simulation.company import COMPANY, HOUR, MIDNIGHT, NAMES, arrivals
from tests.simulation.ledger import Ledger
from tests.simulation.visitors import Visitor
from tests.simulation.watch import Watch

BREATH = seconds(1)
PUSHES = seconds(4)
"""People are slow to look: a push costs as much as all else in a tick."""
STEP = seconds(5)
QUIET = seconds(15)
"""Below the lease of a process, so that nobody takes it for lost."""
READ = seconds(60)

Act = Callable[[], Awaitable[None]]


class Server:
    """One process of the desk, up or down."""

    def __init__(self, scene: Scene, since: int) -> None:
        self.scene = scene
        self.up = True
        self.since = since
        self._pushed = 0
        self._renewed = 0

    async def tick(self, now: int) -> None:
        """Do what is due, and now and then push what changed (`Scene.tick` always does)."""
        desk, service = self.scene.desk, self.scene.service
        await desk.feed.follow(0)
        if now - self._renewed >= SWEEP:
            self._renewed = now
            await service.renew()
        await service.tick()
        while service.spawned:
            await service.spawned.pop(0)()
        if now - self._pushed >= PUSHES and service.board._stirred.is_set():
            self._pushed = now
            service.board._stirred = anyio.Event()
            service.board.push()


class Day:
    """One simulated day.

    Args:
        seed: All that happens follows from it.
        visitors: How many come.
        hours: From which hour to which.
    """

    def __init__(self, seed: int, visitors: int = 2_000, hours: tuple[int, int] = (0, 24)) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same chance each time
        self.clock = SceneClock(MIDNIGHT + hours[0] * HOUR)
        self.end = MIDNIGHT + hours[1] * HOUR
        self.counts: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.servers: list[Server] = []
        self.dark: list[tuple[int, int]] = []
        self._planned: list[tuple[int, int, Act]] = []
        self._order = count()
        self.agents = [Agent(self, name, number) for number, name in enumerate(NAMES)]
        self.visitors = [
            Visitor(self, number, at)
            for number, at in enumerate(arrivals(self.chance, visitors, *hours))
        ]
        self.ledger = Ledger(self)
        self.watch = Watch(self)

    @property
    def now(self) -> int:
        return self.clock.now()

    @property
    def up(self) -> list[Server]:
        return [server for server in self.servers if server.up]

    def plan(self, at: int, act: Act) -> None:
        """Do something at a moment."""
        heapq.heappush(self._planned, (at, next(self._order), act))

    def within(self, least: float, most: float, act: Act) -> None:
        """Do something in so many seconds from now."""
        self.plan(self.now + seconds(self.chance.uniform(least, most)), act)

    async def do(self, client: Client, method: str, **params: Any) -> dict[str, Any] | None:
        """Send a command; a refusal is fine if the desk means it."""
        try:
            answer: dict[str, Any] = await client.do(method, **params)
        except Refused as refused:
            assert refused.facts["http"] < 500, (method, refused)  # noqa: PT017 - it may be done
            self.refused[f"{method} {refused.code}"] += 1
            return None
        self.counts[method] += 1
        return answer

    # --- the day ---------------------------------------------------------------------------------

    async def run(self) -> None:
        """Live through the day and check it."""
        await self._open()
        read = self.now
        while self.now < self.end:
            await self._go_on(self.end)
            if self.now - read >= READ:
                read = self.now
                await self.ledger.read()
                self.watch.people()
        await self._rest()

    async def _open(self) -> None:
        store = Plugins(entry_points=False).store(Settings(), self.clock)
        scene = Scene(store, rules=COMPANY, clock=self.clock)
        await scene.__aenter__()
        self.servers.append(Server(scene, self.now))
        for person in (*self.agents, *self.visitors):
            person.plan()
        for hour in range(6, 22, 2):
            self._plan_at(hour, 2, self.a_process_dies)
        self._plan_at(10, 1, self.a_second_process_begins)
        self._plan_at(14, 1, self.the_second_process_stops)

    def _plan_at(self, hour: float, spread: float, act: Act) -> None:
        at = MIDNIGHT + round((hour + spread * self.chance.random()) * HOUR)
        if self.now <= at < self.end:
            self.plan(at, act)

    async def _go_on(self, end: int) -> None:
        """Jump to the next moment at which something happens, and let it happen."""
        before = await self._position()
        self.clock.advance(max(BREATH, min(self._next(), end) - self.now))
        while self._planned and self._planned[0][0] <= self.now:
            await heapq.heappop(self._planned)[-1]()
        await self._tick()
        self._eager = await self._position() != before

    _eager = False

    def _next(self) -> int:
        step = QUIET
        if any(scene.desk.index.all("conversation") for scene in self._scenes()):
            step = BREATH if self._eager else STEP
        moments = [self.now + step]
        if self._planned:
            moments.append(self._planned[0][0])
        for scene in self._scenes():
            dues = (scene.desk.index.next_due(), scene.desk.index.floor.next_ready())
            moments += [due for due in dues if due is not None and due > self.now]
        return min(moments)

    def _scenes(self) -> list[Scene]:
        return [server.scene for server in self.up]

    async def _position(self) -> int:
        return (await self.servers[0].scene.store.wait(0, 0)).position

    async def _tick(self) -> None:
        """Let each process that is up do what is due, in any order."""
        for server in self.chance.sample(self.up, len(self.up)):
            await server.tick(self.now)
            self.watch.ticked(server)
        for agent in self.agents:
            agent.hear()

    async def _rest(self) -> None:
        """Let everybody go home and time pass until all is over; then check everything."""
        self._planned.clear()
        for person in (*self.agents, *self.visitors):
            await person.leave()
        for server in self.servers:
            if not server.up:
                await server.scene.restart()
                server.up = True
        for _ in range(30):
            for scene in self._scenes():
                await scene.wait(10)
            self.clock.advance(HOUR)
        for scene in (*self._scenes(), *self._scenes()):
            await scene.settle()
        await self.ledger.read()
        for scene in self._scenes():
            settled(await check(scene))

    # --- what goes wrong -------------------------------------------------------------------------

    async def a_process_dies(self) -> None:
        """All of its connections are gone without a word; it is back a little later."""
        if not self.up:
            return
        server = self.chance.choice(self.up)
        server.up = False
        self.counts["restart"] += 1
        self._went_dark()
        for person in (*self.agents, *self.visitors):
            if person.client and person.client.scene is server.scene:
                person.cut()

        async def back() -> None:
            await server.scene.restart()
            self._up_again(server)

        self.within(1, 45, back)

    async def a_second_process_begins(self) -> None:
        first = self.servers[0]
        if len(self.servers) == 1 and first.up:
            self.servers.append(Server(await first.scene.beside(), self.now))
            self.counts["second process"] += 1

    async def the_second_process_stops(self) -> None:
        """It is asked to stop and does so in good order."""
        if len(self.servers) == 1 or not self.servers[1].up:
            return
        server = self.servers[1]
        for person in (*self.agents, *self.visitors):
            if person.client and person.client.scene is server.scene:
                await person.client.close()
                person.cut()
        await server.scene.service.stop()
        del self.servers[1]
        self._went_dark()

    def _went_dark(self) -> None:
        if not self.up:
            self.dark.append((self.now, self.end * 2))

    def _up_again(self, server: Server) -> None:
        server.up, server.since = True, self.now
        if self.dark:
            begun, until = self.dark[-1]
            self.dark[-1] = (begun, min(until, self.now))

    def lit(self, begin: int, end: int) -> int:
        """Return for how long between two moments some process was up."""
        lost = sum(max(0, min(end, to) - max(begin, since)) for since, to in self.dark)
        return end - begin - lost
