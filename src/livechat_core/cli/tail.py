"""`livechat tail`: the journal, one line for each event."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

import anyio

from ..clock import SystemClock
from ..errors import ConfigurationError
from ..plugins import Plugins
from ..ports import Recorded, Store
from ..rules import SECOND, seconds
from ..settings import Settings, load

FIRST = 20
PAGE = 500
PATIENCE = seconds(5)
FILE = "sqlite:///"


def run(options: argparse.Namespace) -> int:
    """Show the events, and go on unless told to end."""
    settings = load(options.settings) if options.settings else Settings(store=options.store)
    require_store(settings)
    anyio.run(_show, settings, options.after, options.once, options.data)
    return 0


def require_store(settings: Settings) -> None:
    """Refuse a store that is not there: to open it would be to make it.

    Raises:
        ConfigurationError: ``store_missing``, or ``store_in_memory``: it dies with its process.
    """
    path = store_file(settings)
    if path is not None and not path.is_file():
        raise ConfigurationError("store_missing", path=str(path))
    if settings.store.startswith("memory:"):
        raise ConfigurationError("store_in_memory")


def store_file(settings: Settings) -> Path | None:
    """Return the file of an SQLite store."""
    url = settings.store
    return settings.data / url.removeprefix(FILE) if url.startswith(FILE) else None


async def _show(settings: Settings, after: int | None, once: bool, data: bool) -> None:  # noqa: FBT001
    clock = SystemClock()
    store = Plugins(disabled=settings.disabled_plugins).store(settings, clock)
    async with store:
        end = (await store.wait(0, 0)).position
        position = max(0, end - FIRST) if after is None and not once else after or 0
        while True:
            position = await _print(store, position, data=data)
            if once:
                return
            await store.wait(position, PATIENCE)


async def _print(store: Store, position: int, *, data: bool) -> int:
    """Print what lies behind a position, and return where it ends."""
    while rows := await store.feed(position, PAGE):
        for row in rows:
            print(line(row, data=data), flush=True)
        position = rows[-1].position
    return position


def line(row: Recorded, *, data: bool = False) -> str:
    """Return an event as one line: position, time, stream, type, actor."""
    at = datetime.fromtimestamp(row.at / SECOND, UTC).isoformat(timespec="milliseconds")
    told = f"{row.position:>8}  {at.removesuffix('+00:00')}Z  {row.stream}  {row.type}  {row.actor}"
    return f"{told}  {row.data.decode()}" if data else told
