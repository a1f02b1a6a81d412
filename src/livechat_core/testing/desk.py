"""A whole desk for tests: real rules, runtime and wire protocol; the clock stands still.

Outside systems are in memory and fail as planned::

    async with Scene(store) as scene:
        maria, ana = await scene.visitor(), await scene.staff("ana")
        chat = await maria.do("conversation.start", site="performances", question="Hi")
        await scene.settle()
        (offer,) = ana.lists()["offers"]

Nothing runs beside the test: what the service would do is done by `settle` and `wait`.
"""

import json
import random
from collections.abc import Callable, Coroutine, Sequence
from itertools import count
from types import TracebackType
from typing import Any, Self, cast

import anyio.lowlevel

from livechat_core.backends.ephemeral_memory import MemoryEphemeral
from livechat_core.desk import Desk
from livechat_core.hookspecs import hookimpl
from livechat_core.plugins import BUILT_IN, Plugins
from livechat_core.ports import (
    CustomerRecords,
    Ephemeral,
    Erm,
    Files,
    Identity,
    Mailer,
    Notifier,
    Person,
    Request,
    Store,
)
from livechat_core.protocol import Session
from livechat_core.rules import Queue, Rules, Site, Staff, Subscription, seconds
from livechat_core.service import Service
from livechat_core.settings import Settings

from .adapters import MemoryErm, MemoryFiles, MemoryMailer, MemoryNotifier, MemoryRecords
from .clock import FakeClock
from .faults import FaultyErm, FaultyMailer, FaultyNotifier, FaultyRecords, Script

RULES = Rules(
    sites={
        "performances": Site(name="Performances", queues=("support", "sales")),
        "drumstory": Site(name="Drumstory", queues=("sales",)),
    },
    queues={"support": Queue(name="Support"), "sales": Queue(name="Sales")},
    staff={
        "ana": Staff(name="Ana"),
        "ben": Staff(name="Ben"),
        "sam": Staff(name="Sam", supervisor=True, tier=1),
        "eve": Staff(name="Eve", queues=("sales",)),
    },
    notifiers=(Subscription(notifier="team"), Subscription(notifier="slack")),
)
"""The rules of a scene, unless a test brings its own."""

MOMENT = seconds(0.001)
SHORT = seconds(0.1)
STEP = seconds(5)
MOST_ROUNDS = 400


class SceneClock(FakeClock):
    """A clock that stands still, but short pauses (after a conflict) are over at once."""

    async def sleep(self, duration: int) -> None:
        """Wait until somebody advances the clock, if it is for long."""
        if duration > SHORT:
            await super().sleep(duration)
        else:
            self.advance(max(duration, 0))
            await anyio.lowlevel.checkpoint()


class SceneService(Service):
    """A service whose spawned work waits until the scene settles."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.spawned: list[Callable[[], Coroutine[Any, Any, None]]] = []

    def spawn(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Keep the work for later."""
        self.spawned.append(work)


class Adapters:
    """The plugin of a scene: adapters in memory that fail as planned, and a host that knows staff.

    Args:
        erm: Another ERM than the one in memory.
    """

    def __init__(self, erm: MemoryErm | None = None) -> None:
        self.erm = erm or MemoryErm()
        self.records = MemoryRecords()
        self.mailer = MemoryMailer()
        self.files = MemoryFiles()
        self.carrier = MemoryEphemeral()
        self.channels = {name: MemoryNotifier(name) for name in ("team", "slack")}
        self.erm_script = Script()
        self.records_script = Script()
        self.mail_script = Script()
        self.scripts = {name: Script() for name in self.channels}

    @hookimpl
    def livechat_erm(self) -> Erm:
        """Return the ERM."""
        return FaultyErm(self.erm, self.erm_script)

    @hookimpl
    def livechat_records(self) -> CustomerRecords:
        """Return the records of customers."""
        return FaultyRecords(self.records, self.records_script)

    @hookimpl
    def livechat_mailer(self) -> Mailer:
        """Return the post office."""
        return FaultyMailer(self.mailer, self.mail_script)

    @hookimpl
    def livechat_files(self) -> Files:
        """Return the place for attachments."""
        return self.files

    @hookimpl
    def livechat_ephemeral(self) -> Ephemeral:
        """Return what carries typing marks; all processes of a scene share it."""
        return self.carrier

    @hookimpl
    def livechat_notifiers(self) -> list[Notifier]:
        """Return the channels."""
        return [
            FaultyNotifier(channel, self.scripts[name]) for name, channel in self.channels.items()
        ]

    @hookimpl
    def livechat_identity(self) -> Identity:
        """Return a host that believes the test's headers."""
        return _Host()


class _Host:
    async def agent(self, request: Request) -> str | None:
        return request.headers.get("x-agent")

    async def visitor(self, request: Request) -> Person | None:
        told = {name.removeprefix("x-"): value for name, value in request.headers.items()}
        if "name" not in told:
            return None
        return Person(
            id=told.get("id", told["name"]),
            name=told["name"],
            email=told.get("email", ""),
            phone=told.get("phone", ""),
            roles=frozenset(told.get("roles", "").split()),
            registered=told.get("registered", "yes") == "yes",
            owner=told.get("owner", ""),
            valid_until=int(told["until"]) if "until" in told else None,
        )


class Refused(Exception):
    """The desk answered with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["data"])
        self.code: str = error["message"]
        self.facts: dict[str, Any] = error["data"]


class Client:
    """One connection that speaks the wire protocol, and all that was pushed to it."""

    def __init__(self, scene: "Scene", request: Request) -> None:
        self.pushed: list[dict[str, Any]] = []
        self.welcome: dict[str, Any] = {}
        self.scene = scene
        self.session = Session(scene.service, request, self._push)

    def _push(self, frame: bytes) -> None:
        self.pushed.append(json.loads(frame))

    async def open(self, **params: Any) -> Self:  # noqa: ANN401 - JSON
        """Open the session."""
        self.welcome = await self.call("session.open", **params)
        return self

    async def call(self, method: str, **params: Any) -> Any:  # noqa: ANN401 - JSON
        """Call a method and return its result.

        Raises:
            Refused: The desk said no.
        """
        frame = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = json.loads(await self.session.receive(json.dumps(frame)) or b"null")
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    async def do(self, method: str, **params: Any) -> Any:  # noqa: ANN401 - JSON
        """Send a command a moment later, with a fresh client-made id unless the test brings one."""
        self.scene.clock.advance(MOMENT)
        return await self.call(method, **{"id": self.scene.client_id(), **params})

    async def lists(self) -> dict[str, list[dict[str, Any]]]:
        """Return the staff lists as they stand."""
        found: dict[str, list[dict[str, Any]]] = await self.call("desk.lists")
        return found

    def told(self, method: str) -> list[dict[str, Any]]:
        """Return the parameters of all notifications of this name, in order."""
        return [frame["params"] for frame in self.pushed if frame["method"] == method]

    async def close(self) -> None:
        """Drop the connection."""
        await self.session.close()


class _Open:
    """A store that is open already and stays open."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        return getattr(self._store, name)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


class Scene:
    """A process of a desk, its outside systems and its clients.

    Args:
        store: Where it records; opened on entering and closed on leaving.
        rules: Other rules than `RULES`.
        adapters: Other outside systems.
        clock: The store's clock, if it has one.
        plugins: Further plugins, asked before the adapters.
    """

    def __init__(
        self,
        store: Store,
        *,
        rules: Rules = RULES,
        adapters: Adapters | None = None,
        clock: FakeClock | None = None,
        plugins: Sequence[object] = (),
    ) -> None:
        self.store = store
        self.plugins = plugins
        self.clock = clock or SceneClock()
        self.outside = adapters or Adapters()
        self.rules = rules
        self._ids = count(1)
        self._make()

    def _make(self) -> None:
        extra = (self.outside, *self.plugins)
        plugins = Plugins(extra, entry_points=False, disabled=frozenset(BUILT_IN))
        for failure in plugins.failures:
            raise failure.error
        settings, store = Settings(rules=self.rules), cast("Store", _Open(self.store))
        chance = random.Random(1)  # noqa: S311 - the same jitter each time
        self.desk = Desk(settings, plugins, clock=self.clock, store=store, chance=chance)
        self.service = SceneService(self.desk)

    async def __aenter__(self) -> Self:
        """Open the store and begin."""
        await self.store.__aenter__()
        return await self.begin()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the store."""
        await self.store.__aexit__(kind, error, trace)

    async def begin(self) -> Self:
        """Begin on a store that is open."""
        await self.desk.__aenter__()
        await self.service.start()
        return self

    async def restart(self) -> None:
        """Let the process die with all its connections, and begin a new one on the same store."""
        self._make()
        await self.begin()

    async def beside(self) -> "Scene":
        """Return a second process of the same desk."""
        other = Scene(
            self.store,
            rules=self.rules,
            adapters=self.outside,
            clock=self.clock,
            plugins=self.plugins,
        )
        other._ids = self._ids
        return await other.begin()

    def client_id(self) -> str:
        """Return a client-made id that was not used before."""
        return f"command-{next(self._ids)}"

    async def visitor(
        self,
        site: str = "performances",
        token: str = "",
        url: str = "https://shop.example/shoes",
        headers: dict[str, str] | None = None,
        peer: str = "",
    ) -> Client:
        """Let a visitor open a page; a signed-in one has ``x-name`` and more.

        Further headers: ``x-id``, ``x-email``, ``x-phone``, ``x-roles`` (between blanks),
        ``x-registered`` (``yes``), ``x-owner`` and ``x-until``.
        """
        client = Client(self, Request(headers=headers or {}, peer=peer))
        page = {"site": site, "url": url, "title": "Shoes"}
        return await client.open(**{"as": "visitor", "token": token, "page": page})

    async def staff(self, agent: str, *, watch: bool = False) -> Client:
        """Let a member of staff sign in."""
        client = Client(self, Request(headers={"x-agent": agent}))
        return await client.open(**{"as": "staff", "watch": watch})

    async def tick(self) -> None:
        """Do what is due now, and push what changed."""
        await self.desk.feed.follow(0)
        await self.service.renew()
        await self.service.tick()
        while self.service.spawned:
            await self.service.spawned.pop(0)()
        self.service.board.push()
        self.service.whispers.round()

    async def settle(self) -> None:
        """Tick until nothing more is recorded.

        Raises:
            AssertionError: It never ends.
        """
        for _ in range(MOST_ROUNDS):
            before = (await self.store.wait(0, 0)).position
            await self.tick()
            if (await self.store.wait(0, 0)).position == before:
                return
        raise AssertionError("the desk does not come to rest")

    async def wait(self, duration: float) -> None:
        """Let so many seconds pass, doing what is due on the way."""
        await self.settle()
        end = self.clock.now() + seconds(duration)
        while (left := end - self.clock.now()) > 0:
            due = self.desk.index.next_due() or end
            ahead = due - self.clock.now()
            self.clock.advance(min(left, STEP, ahead) if ahead > 0 else min(left, STEP))
            await self.settle()
