"""The visitors of the simulated day: some chat, some wait in vain, some reload, some come back."""

from functools import partial
from typing import TYPE_CHECKING

from livechat_core.conversation import OPEN, WAITS
from livechat_core.ports import Request
from livechat_core.rules import seconds
from livechat_core.testing.desk import Client, Scene
from tests.simulation.company import COMPANY

if TYPE_CHECKING:
    from tests.simulation.day import Day

WISHES = ("support", "support", "support", "sales", "sales", "billing", "shop")
QUESTION = "Where is my order?"


class Page(Client):
    """A connection of a visitor, who reads nothing of what he is told."""

    def _push(self, frame: bytes) -> None:
        self.scene.told = len(frame)  # type: ignore[attr-defined]


class Visitor:
    """One visitor."""

    def __init__(self, day: "Day", number: int, at: int) -> None:
        chance = day.chance
        self.day = day
        self.number = number
        self.at = at
        self.site = "performances" if chance.random() < 0.8 else "drumstory"
        self.language = chance.choice(("en", "en", "fr-FR"))
        self.email = f"v{number}@customer.example" if chance.random() < 0.15 else ""
        self.client: Page | None = None
        self.token = ""
        self.stream = ""
        self.patience = 0
        self._gone = False

    def plan(self) -> None:
        """Plan the visit."""
        self.day.plan(self.at, self.begin)

    async def begin(self) -> None:
        self._gone = False
        self.stream = ""
        await self.come()
        if self.day.chance.random() < 0.95:
            self.day.within(2, 60, self.start)
        else:
            self.day.within(20, 300, self.leave)

    async def come(self) -> None:
        """Open a page; if no process is there, try again."""
        day = self.day
        if self.client or self._gone:
            return
        if not day.up:
            day.within(1, 5, self.come)
            return
        scene: Scene = day.chance.choice(day.up).scene
        self.client = Page(scene, Request(headers={}, peer=f"10.0.0.{self.number}"))
        page = {"site": self.site, "url": "https://shop.example/shoes", "title": "Shoes"}
        told = {"as": "visitor", "token": self.token, "page": page, "language": self.language}
        await self.client.open(**told)
        day.counts["visitor comes back" if self.token else "visitor comes"] += 1
        self.token = self.client.welcome["token"]

    def cut(self) -> None:
        """The process that had the page is gone."""
        self.client = None
        self.day.counts["visitor cut off"] += 1
        self.day.within(1, 20, self.come)

    async def reload(self) -> None:
        """Come back at once, or after the desk has noticed."""
        if self.client:
            await self.client.close()
            self.client = None
            self.day.counts["visitor disconnects"] += 1
            away = (70, 320) if self.day.chance.random() < 0.2 else (0.2, 10)
            self.day.within(*away, self.come)

    async def leave(self) -> None:
        """Close the page."""
        self._gone = True
        if self.client:
            await self.client.close()
        self.client = None

    async def start(self) -> None:
        """Begin a chat; who cannot, leaves a message or goes."""
        day = self.day
        if self.client is None:
            if not self._gone:
                day.within(1, 10, self.start)
            return
        wish = day.chance.choice(WISHES)
        queue = wish if wish in COMPANY.sites[self.site].queues else ""
        told = {"site": self.site, "queue": queue, "question": QUESTION, "email": self.email}
        ack = await day.do(self.client, "conversation.start", **told)
        if ack is None:
            if day.chance.random() < 0.6:
                await self.leave_message()
            day.within(2, 60, self.leave)
            return
        self.stream = ack["stream"]
        self.patience = day.now + seconds(60 + day.chance.expovariate(1 / 240))
        day.within(5, 40, partial(self.go_on, self.stream))

    async def leave_message(self) -> None:
        if self.client:
            email = self.email or f"w{self.number}@customer.example"
            told = {"site": self.site, "email": email, "question": QUESTION}
            if self.stream:
                told["stream"] = self.stream
            await self.day.do(self.client, "conversation.leave_message", **told)

    async def go_on(self, stream: str) -> None:
        """Wait, talk, reload, or give up."""
        if stream != self.stream or self._gone:
            return
        day = self.day
        day.within(20, 90, partial(self.go_on, stream))
        if self.client is None:
            return
        chat = self.client.scene.desk.index.get(stream)
        draw = day.chance.random()
        if chat is None or chat.phase not in OPEN:
            await self._finish(stream, draw)
        elif draw < 0.03:
            await self.reload()
        elif chat.phase in WAITS and day.now > self.patience:
            await self._give_up(stream, draw)
        elif draw < 0.06:
            for _ in range(4):
                await day.do(self.client, "conversation.post", stream=stream, text="Hello?")
        elif draw < 0.075 and chat.phase not in WAITS:
            await day.do(self.client, "conversation.close", stream=stream)
        elif draw < 0.4 and chat.phase not in WAITS:
            await day.do(self.client, "conversation.post", stream=stream, text="Yes.")

    async def _give_up(self, stream: str, draw: float) -> None:
        self.day.counts["visitor gives up"] += 1
        if draw < 0.4:
            await self.leave_message()
        elif draw < 0.7 and self.client:
            await self.day.do(self.client, "conversation.close", stream=stream)
        else:
            await self.leave()

    async def _finish(self, stream: str, draw: float) -> None:
        self.stream = ""
        if self.client and draw < 0.3:
            await self.day.do(self.client, "conversation.rate", stream=stream, value=2)
        await self.leave()
        if draw > 0.85:
            self.day.within(300, 3600, self.begin)
