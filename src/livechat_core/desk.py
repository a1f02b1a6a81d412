"""The desk: takes commands, lets the rules decide, records what follows, and tells who listens.

Theory. A command is decided on folded states, together with the commands that it causes for other
streams, until none are left. All of it is committed in one transaction. A conflict (somebody else
wrote first) drops the states concerned, waits a moment, and decides again. Only the named stream
has turns, until its commit; streams that reactions name have none, their expected versions decide:
two locks in two orders would deadlock. An answer leaves only after its commit.
"""

import hmac
import logging
import random
from collections.abc import AsyncIterator, Callable, Sequence
from types import TracebackType
from typing import Any, Self

import anyio
import attrs

from . import crashpoints, policy, visit
from .blanking import erase, remove_files
from .clock import SystemClock
from .codec import DECIDERS, Codec, blanked, searchable
from .errors import Conflict, LivechatError, Rejected
from .feed import Feed
from .floor import KEPT_WAITS
from .givens import Givens
from .index import LIVE, Index
from .overlay import Overlay
from .plugins import Plugins
from .ports import Clock, Store
from .repeats import Ack, Repeats
from .settings import Settings
from .states import Held, States, copied
from .streams import (
    Cause,
    Command,
    Commit,
    Committed,
    Event,
    Guard,
    Query,
    Recorded,
    Summary,
    Write,
)
from .turns import Turns

logger = logging.getLogger("livechat_core")

TRIES = 12
MAX_ORDERS = 400
MAX_EVENTS = 20_000


@attrs.define
class Plan:
    """A decision under way: the streams it touches, as they will be."""

    at: int
    read: dict[str, int] = attrs.field(factory=dict)
    held: dict[str, Held] = attrs.field(factory=dict)
    events: dict[str, list[Event]] = attrs.field(factory=dict)
    expected: dict[str, int] = attrs.field(factory=dict)
    guards: list[Guard] = attrs.field(factory=list)


class Desk:
    """One company's live chat: sites, agents and enquiries over one store.

    Entering opens the store and reads what goes on; `livechat_core.serve` does the background work.

    Args:
        settings: Rules, store address, adapters' tables.
        plugins: Where store, notifiers and ERM come from; built-in and installed ones by default.
        clock: Where time comes from.
        store: A store to use instead of the settings' one.
        chance: Randomness for jitter; the system's by default.
    """

    def __init__(
        self,
        settings: Settings,
        plugins: Plugins | None = None,
        *,
        clock: Clock | None = None,
        store: Store | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.plugins = plugins or Plugins(disabled=settings.disabled_plugins)
        self.store: Store = store or self.plugins.store(settings, self.clock)
        self.files = self.plugins.files(settings, self.clock)
        self.chance = chance or random.SystemRandom()
        deciders = (*DECIDERS, *self.plugins.deciders())
        self.codec = Codec(deciders)
        self.states = States(self.store, self.codec, deciders)
        orders = self.plugins.orders(settings.rules)
        self.overlay = Overlay(settings.rules, orders.keys())
        self.rules = self.overlay.rules
        self.index = Index(self.rules, orders)
        self.overlay.follow(self.index)
        self.feed = Feed(self.store, self.codec, self.states, self.index)
        self.connected: dict[str, int] = {}
        self.givens = Givens(self.index, self.rules, self.overlay, self.connected.__contains__)
        self._repeats = Repeats(self.store, self.states, self.rules.key)
        self._turns = Turns()

    async def __aenter__(self) -> Self:
        await self.store.__aenter__()
        await self.feed.open()
        for kind, phases in LIVE.items():
            await self.read(Query(kind=kind, phases=tuple(map(str, phases))))
        for queue in tuple(self.rules.queues):
            ended = Query(kind="conversation", queue=queue, newest=True, limit=KEPT_WAITS)
            for chat in reversed(await self.store.summaries(ended)):
                self.index.apply(chat)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.store.__aexit__(kind, error, trace)

    async def read(self, query: Query) -> None:
        """Take all summaries that match into the live index, page by page."""
        while True:
            page = await self.store.summaries(query)
            for summary in page:
                self.index.apply(summary)
            if len(page) < query.limit:
                return
            query = attrs.evolve(query, past=page[-1])

    async def view(self, stream: str) -> Any:  # noqa: ANN401 - the state class of its decider
        """Return the present state of a stream; do not change it."""
        return (await self.states.get(stream)).state

    async def history(self, stream: str, after: int = 0) -> list[tuple[Recorded, Event]]:
        """Return a stream's events with versions above ``after``."""
        rows = await self.store.load(stream, after)
        return [(row, self.codec.decode(row)) for row in rows]

    def line(self, queue: str) -> list[Summary]:
        """Return the chats of a queue that have no agent yet, in their order."""
        return self.index.floor.in_line(queue)

    async def follow(self, stream: str, after: int = 0) -> AsyncIterator[tuple[Recorded, Event]]:
        """Yield a stream's events with versions above ``after``, and then every later one.

        Close the iterator when it is no longer needed (`contextlib.aclosing`).
        """
        news = anyio.Event()

        def heard(*_: object) -> None:
            news.set()

        owner = object()
        self.feed.listen(stream, owner, heard)
        try:
            while True:
                news = anyio.Event()
                for recorded, event in await self.history(stream, after):
                    after = recorded.version
                    yield recorded, event
                await news.wait()
        finally:
            self.feed.leave(stream, owner)

    async def forget(self, streams: Sequence[str]) -> None:
        """Blank what is personal in streams, for good; order and kinds of events stay (A79)."""
        await self._blank(streams, blanked)

    async def forget_pages(self, visit_stream: str) -> None:
        """Blank the pages of a visit, for good; who visits stays (F60)."""
        await self._blank((visit_stream,), visit.without_pages)

    async def _blank(self, streams: Sequence[str], blank: Callable[[Event], Event]) -> None:
        for stream in streams:
            async with self._turns.of(stream):
                await remove_files(self.files, await self.view(stream))
                now = self.clock.now()
                summary = await erase(
                    self.store, self.codec, self.states, stream, at=now, blank=blank
                )
            self.index.apply(summary)

    def begin(self, kind: str, by: str, client_id: str) -> str:
        """Return the name of the stream that a client's command begins: the same for a repeat."""
        told = f"{kind}:{by}:{client_id}".encode()
        return f"{kind}/" + hmac.digest(self.rules.key, told, "sha256").hex()[:32]

    async def dispatch(self, stream: str, command: Command, client_id: str = "") -> Ack:
        """Decide a command and record what follows; returns after the commit.

        Args:
            stream: The stream it is for.
            command: What is wanted, and by whom.
            client_id: The id the client made; a repeat with it changes nothing (G3).

        Raises:
            Rejected: The rules say no.
            Full: A guard says no; it names the streams that hold the places.
            Conflict: Others were always faster, or the client id came with another content before.
            NotFound: There is no such stream for this actor.
        """
        cause = self._repeats.cause(stream, command, client_id) if client_id else None
        await self._turns.take(stream)
        try:
            for attempt in range(1, TRIES):
                try:
                    return await self._try(stream, command, cause)
                except Conflict as conflict:
                    if conflict.code == "client_id":
                        raise
                    logger.debug("conflict on %s, try %s", stream, attempt)
                    await self.clock.sleep(int(self.chance.random() * 2000 * attempt))
            return await self._try(stream, command, cause)
        finally:
            self._turns.end(stream)

    async def repeated(self, stream: str, command: Command, client_id: str) -> Ack | None:
        """Return the answer that this very command got before, if it did; nothing is decided."""
        return await self._repeats.known(self._repeats.cause(stream, command, client_id))

    async def _try(self, stream: str, command: Command, cause: Cause | None) -> Ack:
        plan = Plan(self.clock.now())
        try:
            await self._decide(plan, stream, command)
        except LivechatError:
            await self._surely(plan)
            # What is refused now may have been done before, by this very command (G3).
            known = await self._repeats.known(cause)
            if known is None:
                raise
            return known
        if not plan.events:
            await self._surely(plan)
            held = await self.states.get(stream)
            nothing = Ack(stream=stream, seq=0, number=held.number, at=plan.at)
            return await self._repeats.known(cause) or nothing
        try:
            return await self._commit(plan, stream, command, cause)
        except LivechatError:
            self.states.drop(plan.read)
            raise

    async def _surely(self, plan: Plan) -> None:
        """Decide again if another process was faster: no version at a commit would tell (G21)."""
        if await self.states.outdated(plan.read):
            raise Conflict("outdated")

    async def _decide(self, plan: Plan, stream: str, command: Command) -> None:
        orders = [policy.Order(stream=stream, command=command, needed=True)]
        for _ in range(MAX_ORDERS):
            if not orders:
                return
            orders += await self._decide_one(plan, orders.pop(0))
        raise LivechatError("endless_reaction", stream=stream, command=type(command).__name__)

    async def _decide_one(self, plan: Plan, order: policy.Order) -> list[policy.Order]:
        stream = order.stream
        decider = self.states.decider(stream)
        held = plan.held.get(stream)
        if held is None:
            held = await self.states.get(stream)
            plan.read[stream] = held.version
        command = self.givens.fill(stream, order.command, plan.at)
        try:
            events = decider.decide(held.state, command, plan.at, self.rules)
        except LivechatError as refusal:
            if order.needed:
                raise
            logger.exception("caused %s was refused: %s", type(command).__name__, refusal.code)
            return []
        return self._fold(plan, stream, held, events) if events else []

    def _fold(
        self, plan: Plan, stream: str, held: Held, events: Sequence[Event]
    ) -> list[policy.Order]:
        decider = self.states.decider(stream)
        if stream not in plan.held:
            plan.expected[stream] = held.version
            plan.events[stream] = []
            held = plan.held[stream] = Held(copied(held.state), held.version, held.number)
        for event in events:
            decider.evolve(held.state, event, plan.at)
        held.version += len(events)
        if held.version > MAX_EVENTS and decider.kind == "conversation":
            raise Rejected("conversation_full", stream=stream)
        plan.events[stream] += events
        orders: list[policy.Order] = []
        for event in filter(policy.matters, events):
            happened = policy.Happened(stream=stream, event=event, state=held.state, at=plan.at)
            plan.guards += policy.require(happened, self.rules)
            orders += policy.react(happened, self.rules)
        return orders

    async def _commit(self, plan: Plan, stream: str, command: Command, cause: Cause | None) -> Ack:
        actor = command.by.label
        writes = tuple(self._write(plan, name) for name in plan.events)
        unchanged = {name: at for name, at in plan.read.items() if name not in plan.events}
        crashpoints.here("desk.before_commit")
        committed = await self.store.commit(
            Commit(
                writes=writes,
                guards=tuple(plan.guards),
                cause=cause,
                unchanged=unchanged,
                actor=actor,
                at=plan.at,
            )
        )
        crashpoints.here("desk.after_commit")
        if committed.repeated is not None:
            self.states.drop(plan.held)
            return await self._repeats.answered(stream, committed.repeated[0])
        self._keep(plan, writes, committed, actor)
        held = plan.held.get(stream) or await self.states.get(stream)
        seq = plan.expected.get(stream, held.version) + 1
        return Ack(stream=stream, seq=seq, number=held.number, at=plan.at)

    def _write(self, plan: Plan, stream: str) -> Write:
        held, events = plan.held[stream], plan.events[stream]
        summary = self.states.decider(stream).summary(stream, held.state)
        return Write(
            stream=stream,
            expected=plan.expected[stream],
            events=tuple(map(self.codec.encode, events)),
            summary=summary.stamped(version=held.version, number=held.number, begun_at=plan.at),
            text=" ".join(filter(None, map(searchable, events))),
        )

    def _keep(
        self, plan: Plan, writes: tuple[Write, ...], committed: Committed, actor: str
    ) -> None:
        """Take what was committed into cache and index, then tell who listens."""
        first = position = committed.first
        for write in writes:
            held, summary = plan.held[write.stream], write.summary
            if not held.number:
                held.number = position
                summary = attrs.evolve(summary, number=position)
            position += len(write.events)
            self.states.keep(write.stream, held)
            self.index.apply(summary)
        self.feed.own(first, position - 1)
        position = first
        for write in writes:
            for offset, stored in enumerate(write.events):
                recorded = Recorded(
                    position=position,
                    stream=write.stream,
                    version=write.expected + offset + 1,
                    at=plan.at,
                    actor=actor,
                    type=stored.type,
                    data=stored.data,
                )
                self.feed.tell(recorded, plan.events[write.stream][offset])
                position += 1
