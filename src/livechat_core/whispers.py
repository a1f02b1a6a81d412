"""Whispers: who is typing, and what a visitor is about to say. Passed on, and never kept (A61).

Theory. A whisper is no event: it is in no store, no file and no log. Of an author in a chat only
the latest counts, so a table of the latest is all the memory there is. Every quarter of a second
what is new goes to those who look at the chat here, of one author at most once a second; and to the
other processes if somebody of the chat may be there. Who falls silent has stopped typing after five
seconds, wherever his whispers were heard. Under pressure drafts go first, then marks.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeAlias

import anyio
import attrs

from .clock import within
from .codec import dumps, loads
from .desk import Desk
from .errors import Invalid, LivechatError
from .ports import Ephemeral
from .rules import seconds
from .streams import Role

logger = logging.getLogger("livechat_core")

PAUSE = seconds(0.25)
EACH = seconds(1)
LASTS = seconds(5)
PATIENCE = seconds(5)
MOST = 10_000
"""Authors of whom something is kept."""
MOST_TEXT = 1_000_000
"""Characters of all drafts that wait to be passed on."""
MOST_IN_ONE = 100
"""Whispers in a message to other processes."""


@attrs.frozen(kw_only=True)
class Whisper:
    """Somebody is typing in a chat, or has stopped.

    Args:
        chat: The conversation.
        by: `Actor.label` of who types.
        name: His name, as the chat shows it.
        typing: False when he has stopped.
        read: The version up to which he has read; then it says nothing of typing (F47).
        draft: What a visitor has typed so far, where the site lets agents see it (S1-28).
    """

    chat: str
    by: str
    name: str = ""
    typing: bool = True
    read: int = 0
    draft: str = attrs.field(default="", repr=False)

    @property
    def place(self) -> tuple[str, str]:
        """Chat, and author or reader: only the latest whisper of a place counts."""
        return self.chat, f"{self.by} reads" if self.read else self.by

    def told(self) -> dict[str, Any]:
        """Return it as the other side is told of it."""
        role = self.by.partition(":")[0]
        by = role if role == Role.VISITOR else "agent"
        found: dict[str, Any] = {"stream": self.chat, "by": by, "name": self.name}
        if self.read:
            return {**found, "version": self.read}
        found["typing"] = self.typing
        return {**found, "draft": self.draft} if self.draft else found


Place: TypeAlias = tuple[str, str]
Hears: TypeAlias = Callable[[Whisper], None]


class Latest:
    """The latest whisper of each place; full, it takes marks without drafts, and then none."""

    def __init__(self) -> None:
        self._whispers: dict[Place, Whisper] = {}
        self._text = 0

    def __bool__(self) -> bool:
        return bool(self._whispers)

    def __iter__(self) -> Iterator[Whisper]:
        return iter(tuple(self._whispers.values()))

    def put(self, whisper: Whisper) -> None:
        """Keep a whisper instead of the one before it."""
        self.drop(whisper.place)
        if len(self._whispers) >= MOST:
            return
        if self._text + len(whisper.draft) > MOST_TEXT:
            whisper = attrs.evolve(whisper, draft="")
        self._text += len(whisper.draft)
        self._whispers[whisper.place] = whisper

    def drop(self, place: Place) -> None:
        """Keep nothing of a place."""
        known = self._whispers.pop(place, None)
        self._text -= len(known.draft) if known else 0


class Whispers:
    """The whispers of one process.

    Args:
        desk: The desk.
        process: Name of this process.
        carrier: Reaches the other processes.
    """

    def __init__(self, desk: Desk, process: str, carrier: Ephemeral) -> None:
        self._desk = desk
        self._process = process
        self._carrier = carrier
        self._listeners: dict[str, dict[object, Hears]] = {}
        self._heard_by: dict[object, set[str]] = {}
        self._waiting = Latest()
        self._leaving = Latest()
        self._typing: dict[Place, int] = {}
        self._stirred = anyio.Event()
        self._going = anyio.Event()
        self._failing = False

    # --- who says, and who hears -------------------------------------------------------------

    def listen(self, chat: str, owner: object, hears: Hears) -> None:
        """Tell the owner what is whispered in a chat from now on."""
        self._listeners.setdefault(chat, {})[owner] = hears
        self._heard_by.setdefault(owner, set()).add(chat)

    def leave(self, owner: object) -> None:
        """Tell the owner nothing any more."""
        for chat in self._heard_by.pop(owner, ()):
            listeners = self._listeners[chat]
            del listeners[owner]
            if not listeners:
                del self._listeners[chat]

    def say(self, whisper: Whisper) -> None:
        """Take in what somebody of this process whispers; it is passed on with the next round."""
        self._waiting.put(whisper)
        self._stirred.set()

    def end(self, chat: str, by: str) -> None:
        """Take back what somebody has whispered: he has said it."""
        self._waiting.drop((chat, by))
        if (chat, by) in self._typing:
            self.say(Whisper(chat=chat, by=by, typing=False))

    # --- rounds ------------------------------------------------------------------------------

    async def run(self) -> None:
        """Pass whispers on until cancelled, and hear those of other processes."""
        async with anyio.create_task_group() as group:
            group.start_soon(self._carry)
            while True:
                await self._stirred.wait()
                self._stirred = anyio.Event()
                self.round()
                await self._desk.clock.sleep(PAUSE)
                if self._waiting or self._typing:
                    self._stirred.set()

    def round(self) -> None:
        """Tell those who listen here what is new, and who has stopped typing."""
        now = self._desk.clock.now()
        self._expire(now)
        for whisper in self._waiting:
            last = self._typing.get(whisper.place, now) - LASTS
            if whisper.typing and now < last + EACH:
                continue
            self._waiting.drop(whisper.place)
            self._leaving.put(whisper)
            self._going.set()
            self._tell(whisper, now)

    def _expire(self, now: int) -> None:
        for (chat, by), until in tuple(self._typing.items()):
            if until > now and len(self._typing) <= MOST:
                return
            self._tell(Whisper(chat=chat, by=by, typing=False), now)

    def _tell(self, whisper: Whisper, now: int) -> None:
        if whisper.read:
            self._pass_on(whisper)
            return
        # The end of the dict is who whispered last: it is in the order in which marks end.
        known = self._typing.pop(whisper.place, None)
        if whisper.typing:
            self._typing[whisper.place] = now + LASTS
        elif known is None:
            return
        self._pass_on(whisper)

    def _pass_on(self, whisper: Whisper) -> None:
        for hears in tuple(self._listeners.get(whisper.chat, {}).values()):
            hears(whisper)

    # --- other processes ---------------------------------------------------------------------

    async def publish(self) -> None:
        """Pass on what others may want to hear; what cannot be passed on is lost."""
        leaving, self._leaving = self._leaving, Latest()
        for message in self._packed(self._wanted(leaving)):
            try:
                await within(self._desk.clock, PATIENCE, self._carrier.publish(message))
                self._failing = False
            except Exception as error:  # noqa: BLE001 - a plugin may raise anything (G24)
                self._complain(error)

    async def _carry(self) -> None:
        """Stay connected with the other processes; without them the desk goes on."""
        while True:
            try:
                async with self._carrier:
                    await self._exchange()
            except Exception as error:  # noqa: BLE001 - a plugin may raise anything (G24)
                self._complain(error)
            await self._desk.clock.sleep(EACH)

    async def _exchange(self) -> None:
        """Pass on and hear as long as the connection holds."""
        async with anyio.create_task_group() as group:
            group.start_soon(self._pass)
            try:
                async with self._carrier.subscribe() as messages:
                    async for message in messages:
                        self.hear(message)
            # Caught here: a group would mix it with a cancellation. A plugin may raise anything.
            except Exception as error:  # noqa: BLE001
                self._complain(error)
            group.cancel_scope.cancel()

    async def _pass(self) -> None:
        while True:
            await self._going.wait()
            self._going = anyio.Event()
            await self.publish()
            await self._desk.clock.sleep(PAUSE)

    def hear(self, message: bytes) -> None:
        """Tell those who listen here what another process has heard."""
        try:
            process, *told = loads(message)
            whispers = [Whisper(**one) for one in told]
        except (Invalid, TypeError, ValueError):
            return  # of another version; nothing is lost but a mark
        if process == self._process:
            return
        now = self._desk.clock.now()
        for whisper in whispers:
            self._tell(whisper, now)
        self._stirred.set()

    def _wanted(self, whispers: Iterable[Whisper]) -> Iterator[Whisper]:
        """Yield what somebody of its chat may hear elsewhere."""
        index = self._desk.index
        if all(one.stream == f"process/{self._process}" for one in index.all("process")):
            return
        looking = [name for name, one in self._desk.rules.staff.items() if one.supervisor]
        looked_at = any(map(self._is_elsewhere, looking))
        for whisper in whispers:
            chat = index.get(whisper.chat)
            if chat is None:
                continue
            visitor = chat.facts["visitor"]
            if whisper.by != f"visitor:{visitor}":
                if visitor not in self._desk.connected:
                    yield whisper
            elif looked_at or self._is_elsewhere(chat.facts["owner"]):
                yield whisper

    def _is_elsewhere(self, agent: str) -> bool:
        working = self._desk.index.presence(agent)
        here = f"process={self._process}"
        return working is not None and any(
            label.startswith("process=") and label != here for label in working.labels
        )

    def _packed(self, whispers: Iterable[Whisper]) -> Iterator[bytes]:
        """Yield messages of which none is too long for the carrier."""
        start = b"[" + dumps(self._process)
        message, count = start, 0
        for whisper in whispers:
            told = b"," + dumps(_brief(whisper))
            if len(start) + len(told) >= self._carrier.limit:
                told = b"," + dumps(_brief(attrs.evolve(whisper, draft="")))
            if count == MOST_IN_ONE or len(message) + len(told) >= self._carrier.limit:
                yield message + b"]"
                message, count = start, 0
            message, count = message + told, count + 1
        if count:
            yield message + b"]"

    def _complain(self, error: Exception) -> None:
        """Say once that others hear nothing, without a word of what they would have heard."""
        if not self._failing:
            code = error.code if isinstance(error, LivechatError) else type(error).__name__
            logger.warning("typing marks do not reach other processes: %s", code)
        self._failing = True


_brief: Callable[[Whisper], dict[str, Any]] = partial(
    attrs.asdict, filter=lambda field, value: value != field.default
)
