"""The embedded ERM: customers, history notes and follow-ups in an SQLite file of its own.

It is the default, so that the enquiry workflow runs without any other system. It knows keys, so
every writing call may be repeated (level L2 of G13). Each call opens the file, does one transaction
in a worker thread and closes it: nothing is held between calls, and processes may share the file.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import attrs
from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from livechat_core.errors import ConfigurationError
from livechat_core.hookspecs import hookimpl
from livechat_core.ports import (
    Clock,
    Correction,
    Customer,
    CustomerRecords,
    Draft,
    Erm,
    FollowUp,
    Record,
    Repeat,
)
from livechat_core.settings import Settings

from . import records, rows
from .file import prepare, transact

T = TypeVar("T")

AT_ONCE = 4
_at_once: RunVar[CapacityLimiter] = RunVar("livechat_core.backends.erm_sqlite")


@attrs.frozen(kw_only=True)
class ErmSettings:
    """The table ``[erm]``, if its adapter is ``embedded`` (the default).

    Args:
        adapter: Always ``embedded``.
        path: The file, relative to the desk's folder for files.
    """

    adapter: str = "embedded"
    path: str = attrs.field(default="erm.sqlite3", validator=attrs.validators.min_len(1))


@hookimpl
def livechat_records(settings: Settings, clock: Clock) -> CustomerRecords | None:
    """Return the embedded ERM's records, if there is an embedded ERM."""
    return _embedded(settings, clock)


@hookimpl
def livechat_erm(settings: Settings, clock: Clock) -> Erm | None:
    """Return the embedded ERM unless another adapter is chosen.

    A desk that keeps nothing (``memory:``) has an ERM only if its settings name one: no file
    appears where nobody asked for one.

    Raises:
        ConfigurationError: A key is wrong, or the file is not such an ERM or a newer one.
    """
    return _embedded(settings, clock)


def _embedded(settings: Settings, clock: Clock) -> "EmbeddedErm | None":
    table = settings.section("erm")
    if table.get("adapter", "embedded") != "embedded" or (
        not table and settings.store == "memory:"
    ):
        return None
    chosen = settings.read("erm", ErmSettings)
    return EmbeddedErm(settings.data / chosen.path, clock)


class EmbeddedErm:
    """Customers, history notes and tasks in one SQLite file, made if it is missing.

    Args:
        path: The file; only its owner may read it (A81).
        clock: Dates the entries.

    Raises:
        ConfigurationError: The file is something else, or was written by a newer version.
    """

    name = "embedded"
    repeat = Repeat.SAFE

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        try:
            prepare(path)
        except (OSError, sqlite3.Error) as error:
            raise ConfigurationError("erm_unusable", path=str(path), why=str(error)) from error

    async def search(self, email: str) -> Sequence[Customer]:
        """Return the customers with this address, oldest first, at most three (S0-15, S0-27)."""
        return await self._read(lambda db: rows.search(db, email))

    async def create(self, draft: Draft, key: str) -> Customer:
        """Create the customer, or return the oldest one with this address (S0-21, S0-22)."""
        now = self._clock.now()
        return await self._write(lambda db: rows.create(db, draft, key, now))

    async def fill(self, ref: str, values: Mapping[str, str], key: str) -> None:
        """Add what the customer lacks (S4-10); done twice it changes nothing, so no key is kept."""
        await self._write(lambda db: rows.fill(db, ref, values))

    async def open(self, customer: str) -> Record | None:
        """Return the customer's contact record with all that belongs to it (S2-11, S2-12)."""
        return await self._read(lambda db: records.show(db, customer))

    async def change(self, customer: str, correction: Correction, key: str) -> None:
        """Set a field that still has its former value, once for each key (S2-13)."""
        now = self._clock.now()
        await self._write(lambda db: records.change(db, customer, correction, key, now))

    async def add_history(self, ref: str, text: str, author: str, key: str) -> str:
        """Save the note (S0-16)."""
        values = {"text": text, "author": author, "now": self._clock.now()}
        return await self._write(lambda db: rows.add(db, "note", ref, key, values))

    async def schedule(self, ref: str, follow_up: FollowUp, key: str) -> str:
        """Save the task (S0-20)."""
        values = {**attrs.asdict(follow_up), "now": self._clock.now()}
        return await self._write(lambda db: rows.add(db, "task", ref, key, values))

    async def find(self, kind: str, key: str, ref: str = "", text: str = "") -> str | None:
        """Return the id of the ``customer``, ``note`` or ``task`` made under this key, if any."""
        return await self._read(lambda db: rows.made_under(db, kind, key))

    async def seed(self, customers: Iterable[Customer]) -> None:
        """Put customers in, each ``ref`` once ever; several may share an address."""
        now, wanted = self._clock.now(), tuple(customers)
        await self._write(lambda db: rows.seed(db, wanted, now))

    async def furnish(self, customer: str, belongings: Iterable[Record]) -> None:
        """Put accounts, and assets with their work orders, in; each ``ref`` once ever."""
        now, wanted = self._clock.now(), tuple(belongings)
        await self._write(lambda db: records.furnish(db, customer, wanted, now))

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        call = partial(transact, self.path, "BEGIN", work)
        return await to_thread.run_sync(call, limiter=_limiter())

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        call = partial(transact, self.path, "BEGIN IMMEDIATE", work)
        return await to_thread.run_sync(call, limiter=_limiter())


def _limiter() -> CapacityLimiter:
    """Return the limiter of the event loop that asks; it cannot be shared between loops."""
    try:
        return _at_once.get()
    except LookupError:
        limiter = CapacityLimiter(AT_ONCE)
        _at_once.set(limiter)
        return limiter
