"""Adapters that fail as planned, and ERMs that know no keys, to test what stands on them (G13).

Wrap any adapter and plan how its next calls end::

    script = Script()
    erm = FaultyErm(EmbeddedErm(path, clock), script)
    script.plan("add_history", Fault.BEFORE, Fault.TIMEOUT)

The first two notes then fail, though the second one is written; the third is an ordinary call.
"""

import sqlite3
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from enum import StrEnum
from typing import TypeVar

import attrs
from anyio import to_thread

from livechat_core.backends.erm_sqlite import EmbeddedErm
from livechat_core.errors import DeliveryError
from livechat_core.ports import (
    Clock,
    Correction,
    Customer,
    CustomerRecords,
    Draft,
    Erm,
    FollowUp,
    Mail,
    Mailer,
    Notice,
    Notifier,
    Record,
    Repeat,
)
from livechat_core.rules import seconds

T = TypeVar("T")

RETRY_AFTER = seconds(7)
"""What a planned rate limit asks for."""


class Fault(StrEnum):
    """How a planned call ends.

    BEFORE: it fails and has done nothing. AFTER: it has done its work and answers with an error.
    TIMEOUT: it has done its work and nobody hears of it. PERMANENT: it is refused for good.
    RATE_LIMIT: it is refused for `RETRY_AFTER`.
    """

    BEFORE = "before"
    AFTER = "after"
    TIMEOUT = "timeout"
    PERMANENT = "permanent"
    RATE_LIMIT = "rate_limit"


@attrs.define
class Script:
    """How the next calls end, and how often each call was asked for and has done its work.

    Args:
        clock: Lets a call that times out take ``patience``; without it nobody waits.
        patience: How long such a call takes.
    """

    clock: Clock | None = None
    patience: int = seconds(10)
    asked: Counter[str] = attrs.field(factory=Counter, init=False)
    done: Counter[str] = attrs.field(factory=Counter, init=False)
    _planned: dict[str, deque[Fault | None]] = attrs.field(factory=dict, init=False)

    def plan(self, call: str, *ends: Fault | None) -> None:
        """Let the next calls of this method end so, in this order; none is an ordinary call."""
        self._planned.setdefault(call, deque()).extend(ends)

    @property
    def left(self) -> int:
        """How many planned calls have not come yet."""
        return sum(map(len, self._planned.values()))

    async def play(self, call: str, work: Callable[[], Awaitable[T]]) -> T:
        """Do a call as planned.

        Raises:
            DeliveryError: The call was to fail.
        """
        self.asked[call] += 1
        planned = self._planned.get(call)
        fault = planned.popleft() if planned else None
        _refuse(fault)
        result = await work()
        self.done[call] += 1
        if fault is Fault.TIMEOUT and self.clock is not None:
            await self.clock.sleep(self.patience)
        if fault is not None:
            raise DeliveryError(f"planned_{fault}", unknown=True)
        return result


def _refuse(fault: Fault | None) -> None:
    match fault:
        case Fault.BEFORE:
            raise DeliveryError("planned_before")
        case Fault.PERMANENT:
            raise DeliveryError("planned_permanent", permanent=True)
        case Fault.RATE_LIMIT:
            raise DeliveryError("planned_rate_limit", retry_after=RETRY_AFTER)


class FaultyNotifier:
    """A notifier that fails as planned; calls are ``send``, ``update``, ``probe``."""

    def __init__(self, notifier: Notifier, script: Script) -> None:
        self._notifier = notifier
        self._script = script
        self.name = notifier.name
        self.repeat = notifier.repeat

    async def send(self, notice: Notice) -> dict[str, str]:
        """As `Notifier.send`."""
        return await self._script.play("send", lambda: self._notifier.send(notice))

    async def update(self, notice: Notice) -> dict[str, str]:
        """As `Notifier.update`."""
        return await self._script.play("update", lambda: self._notifier.update(notice))

    async def probe(self, notice: Notice) -> dict[str, str] | None:
        """As `Notifier.probe`."""
        return await self._script.play("probe", lambda: self._notifier.probe(notice))


class FaultyMailer:
    """A mailer that fails as planned; its call is ``send``."""

    def __init__(self, mailer: Mailer, script: Script) -> None:
        self._mailer = mailer
        self._script = script
        self.name = mailer.name
        self.repeat = mailer.repeat

    async def send(self, mail: Mail) -> str:
        """As `Mailer.send`."""
        return await self._script.play("send", lambda: self._mailer.send(mail))


class FaultyErm:
    """An ERM that fails as planned; calls have the names of the port's methods."""

    def __init__(self, erm: Erm, script: Script) -> None:
        self._erm = erm
        self._script = script
        self.name = erm.name
        self.repeat = erm.repeat

    async def search(self, email: str) -> Sequence[Customer]:
        """As `Erm.search`."""
        return await self._script.play("search", lambda: self._erm.search(email))

    async def create(self, draft: Draft, key: str) -> Customer:
        """As `Erm.create`."""
        return await self._script.play("create", lambda: self._erm.create(draft, key))

    async def fill(self, ref: str, values: Mapping[str, str], key: str) -> None:
        """As `Erm.fill`."""
        await self._script.play("fill", lambda: self._erm.fill(ref, values, key))

    async def add_history(self, ref: str, text: str, author: str, key: str) -> str:
        """As `Erm.add_history`."""
        return await self._script.play(
            "add_history", lambda: self._erm.add_history(ref, text, author, key)
        )

    async def schedule(self, ref: str, follow_up: FollowUp, key: str) -> str:
        """As `Erm.schedule`."""
        return await self._script.play("schedule", lambda: self._erm.schedule(ref, follow_up, key))

    async def find(self, kind: str, key: str, ref: str = "", text: str = "") -> str | None:
        """As `Erm.find`."""
        return await self._script.play("find", lambda: self._erm.find(kind, key, ref, text))


class FaultyRecords:
    """Records of customers that fail as planned; calls are ``open`` and ``change``."""

    def __init__(self, records: CustomerRecords, script: Script) -> None:
        self._records = records
        self._script = script
        self.name = records.name
        self.repeat = records.repeat

    async def open(self, customer: str) -> Record | None:
        """As `CustomerRecords.open`."""
        return await self._script.play("open", lambda: self._records.open(customer))

    async def change(self, customer: str, correction: Correction, key: str) -> None:
        """As `CustomerRecords.change`."""
        await self._script.play("change", lambda: self._records.change(customer, correction, key))


class KeylessErm:
    """The embedded ERM as one that knows no keys: every repeat writes again.

    Args:
        erm: Where the entries go.
        repeat: PROBE finds an entry by the last line of its text (level L1 of G13), ASK finds
            nothing (L0).
    """

    def __init__(self, erm: EmbeddedErm, repeat: Repeat) -> None:
        self._erm = erm
        self.name = f"keyless_{repeat}"
        self.repeat = repeat

    async def search(self, email: str) -> Sequence[Customer]:
        """As `Erm.search`."""
        return await self._erm.search(email)

    async def create(self, draft: Draft, key: str) -> Customer:
        """As `Erm.create`, by the address alone."""
        return await self._erm.create(draft, "")

    async def fill(self, ref: str, values: Mapping[str, str], key: str) -> None:
        """As `Erm.fill`, which needs no key."""
        await self._erm.fill(ref, values, "")

    async def add_history(self, ref: str, text: str, author: str, key: str) -> str:
        """Write a note, however often."""
        return await self._erm.add_history(ref, text, author, "")

    async def schedule(self, ref: str, follow_up: FollowUp, key: str) -> str:
        """Write a task, however often."""
        return await self._erm.schedule(ref, follow_up, "")

    async def find(self, kind: str, key: str, ref: str = "", text: str = "") -> str | None:
        """Return the newest entry of the customer that ends with the last line of the text."""
        if self.repeat is Repeat.ASK:
            return None
        if kind == "customer":
            return next((customer.ref for customer in await self._erm.search(text)), None)
        return await to_thread.run_sync(self._ending_alike, kind, ref, text)

    def _ending_alike(self, kind: str, ref: str, text: str) -> str | None:
        query = {
            "note": "SELECT id, text FROM history_note WHERE customer_id = ? ORDER BY id DESC",
            "task": "SELECT id, title FROM task WHERE customer_id = ? ORDER BY id DESC",
        }[kind]
        with closing(sqlite3.connect(self._erm.path)) as db:
            for number, written in db.execute(query, (ref,)):
                if text and written.endswith(text.rpartition("\n")[2]):
                    return str(number)
        return None
