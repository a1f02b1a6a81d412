"""The agents of the simulated day: shifts, breaks, answers to offers, talks, and bad connections.

An agent knows what his window was told, nothing else.
"""

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from livechat_core.ports import Request
from livechat_core.rules import Assignment, seconds
from livechat_core.testing.desk import Client, Scene
from tests.simulation.company import COMPANY, NAMES, QUEUES, shift

if TYPE_CHECKING:
    from tests.simulation.day import Day

FIRST_REPLY = {name for name, queue in QUEUES.items() if queue.assignment is Assignment.FIRST_REPLY}


class Window(Client):
    """A connection of an agent, with the lists as it was told of them."""

    def __init__(self, scene: Scene, agent: str) -> None:
        super().__init__(scene, Request(headers={"x-agent": agent}))
        self.rows: dict[str, dict[str, dict[str, Any]]] = {}
        self.fresh: list[tuple[str, dict[str, Any]]] = []
        self.status: dict[str, Any] = {}

    async def begin(self) -> None:
        await self.open(**{"as": "staff"})
        for name, rows in self.welcome["lists"].items():
            self._take(name, rows, [])

    def _push(self, frame: bytes) -> None:
        told = json.loads(frame)
        if told["method"] == "list":
            params = told["params"]
            self._take(params["list"], params["changed"], params["gone"])
        elif told["method"] == "status":
            self.status = told["params"]

    def _take(self, name: str, changed: list[dict[str, Any]], gone: list[str]) -> None:
        known = self.rows.setdefault(name, {})
        for key in gone:
            known.pop(key, None)
        for row in changed:
            known[row["key"]] = row
            self.fresh.append((name, row))


class Agent:
    """One agent."""

    def __init__(self, day: "Day", name: str, number: int) -> None:
        self.day = day
        self.name = name
        self.begins, self.ends = shift(number)
        self.client: Window | None = None
        self.changed_at = day.now
        self.goes = False
        self._working = False
        self._breaks = False
        self._asked: set[str] = set()
        self._talks: dict[str, int] = {}

    def plan(self) -> None:
        """Plan the shift."""
        day = self.day
        if self.ends <= day.now or self.begins >= day.end:
            return
        day.plan(max(self.begins, day.now) + seconds(day.chance.uniform(0, 300)), self.begin)
        day.plan(self.ends + seconds(day.chance.uniform(0, 300)), self.go_home)
        for part in (0.25, 0.5, 0.75):
            at = self.begins + round((self.ends - self.begins) * part)
            if at > day.now:
                day.plan(at + seconds(day.chance.uniform(-900, 900)), self.pause)

    async def begin(self) -> None:
        self._working = True
        await self.come()
        self.day.within(600, 4800, self.lose_connection)
        if self.name == "sam":
            self.day.within(60, 300, self.arrange)

    async def come(self) -> None:
        """Open a window; if no process is there, try again."""
        if self.client or not self._working:
            return
        day = self.day
        if not day.up:
            day.within(1, 5, self.come)
            return
        self.client = Window(day.chance.choice(day.up).scene, self.name)
        self.changed_at = day.now
        self._asked.clear()
        self._talks.clear()
        day.counts["agent connects"] += 1
        await self.client.begin()
        if not self._breaks:
            await day.do(self.client, "presence.set_status", status="available")

    def cut(self) -> None:
        """The process that had the window is gone."""
        self.client, self.changed_at = None, self.day.now
        self.day.counts["agent cut off"] += 1
        self.day.within(1, 20, self.come)

    async def leave(self) -> None:
        """Close the window for good."""
        self._working = False
        if self.client:
            await self.client.close()
        self.client, self.changed_at = None, self.day.now

    async def lose_connection(self) -> None:
        """The line breaks, for less than the grace or for more."""
        if not self._working:
            return
        if self.client:
            await self.client.close()
            self.client, self.changed_at = None, self.day.now
            self.day.counts["agent disconnects"] += 1
            long = self.day.chance.random() < 0.3
            self.day.within(*((70, 240) if long else (2, 45)), self.come)
        self.day.within(600, 4800, self.lose_connection)

    async def pause(self) -> None:
        status = self.day.chance.choice(("away", "busy", "lunch"))
        if self.client and await self.day.do(self.client, "presence.set_status", status=status):
            self._breaks = True
            self.day.within(300, 1800, self.resume)

    async def resume(self) -> None:
        self._breaks = False
        if self.client and self._working:
            await self.day.do(self.client, "presence.set_status", status="available")

    async def go_home(self) -> None:
        """Finish the chats, or leave at once."""
        if not self.client or self.day.chance.random() < 0.3:
            await self.leave()
            return
        self._breaks = self.goes = True
        await self.day.do(self.client, "presence.set_status", status="offline")
        self.day.within(300, 900, self.leave)

    # --- chats -----------------------------------------------------------------------------------

    def hear(self) -> None:
        """Take in what the window was told."""
        window = self.client
        if window is None:
            return
        fresh, window.fresh = window.fresh, []
        for name, row in fresh:
            if name == "offers" and row["offer"] not in self._asked:
                self._asked.add(row["offer"])
                if self.day.chance.random() < 0.93:
                    act = partial(self.answer, window, row["stream"], row["offer"])
                    self.day.within(1, 20, act)
            elif name == "mine" and row["stream"] not in self._talks:
                length = min(max(self.day.chance.expovariate(1 / 280), 40), 1800)
                self._talks[row["stream"]] = self.day.now + seconds(length)
                self._soon(window, row["stream"], 3, 100)
            elif name == "waiting" and self._likes(row):
                self.day.within(2, 60, partial(self.reply_first, window, row["stream"]))
        if window.status.get("reason") == "missed" and not self._breaks:
            self._breaks = True
            self.day.counts["away after misses"] += 1
            self.day.within(20, 120, self.resume)

    def _likes(self, row: dict[str, Any]) -> bool:
        """Tell whether he will reply to a chat that anybody may take."""
        free = row["queue"] in FIRST_REPLY and not self._breaks
        return free and self.day.chance.random() < 0.15

    def _soon(self, window: Window, stream: str, least: float, most: float) -> None:
        self.day.within(least, most, partial(self.talk, window, stream))

    async def answer(self, window: Window, stream: str, offer: str) -> None:
        if self.client is window:
            says = "decline" if self.day.chance.random() < 0.1 else "accept"
            await self.day.do(window, f"conversation.{says}", stream=stream, offer=offer)

    async def reply_first(self, window: Window, stream: str) -> None:
        if self.client is window and stream in window.rows["waiting"]:
            await self.day.do(window, "conversation.post", stream=stream, text="May I help?")

    async def talk(self, window: Window, stream: str) -> None:
        """Say something, give the chat to somebody else, or end it."""
        if self.client is not window:
            return
        if stream not in window.rows["mine"]:
            self._talks.pop(stream, None)
            return
        chance, day = self.day.chance, self.day
        if day.now >= self._talks[stream]:
            await day.do(window, "conversation.close", stream=stream)
            return
        draw = chance.random()
        if draw < 0.02:
            colleague = chance.choice([one for one in NAMES if one != self.name])
            await day.do(window, "conversation.transfer", stream=stream, agent=colleague)
        elif draw < 0.04:
            queue = chance.choice(list(QUEUES))
            await day.do(window, "conversation.transfer", stream=stream, queue=queue, anyway=True)
        else:
            await day.do(window, "conversation.post", stream=stream, text="Let me see.")
        self._soon(window, stream, 60, 150)

    async def arrange(self) -> None:
        """A supervisor looks at the line and moves somebody forward, assigns, or takes a chat."""
        if not self._working:
            return
        window, day = self.client, self.day
        rows = list(window.rows["waiting"].values()) if window else []
        if window and rows:
            stream = day.chance.choice(rows)["stream"]
            draw = day.chance.random()
            if draw < 0.3:
                await day.do(window, "conversation.prioritize", stream=stream, priority=2)
            elif draw < 0.6:
                agent = day.chance.choice(list(COMPANY.staff))
                await day.do(window, "conversation.assign", stream=stream, agent=agent)
            else:
                await day.do(window, "conversation.pick", stream=stream)
        day.within(120, 600, self.arrange)
