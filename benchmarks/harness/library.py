"""The library as a server: its real aiohttp transport and sessions over a store of its own."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from livechat_core import (
    Desk,
    Plugins,
    Queue,
    Rules,
    Settings,
    Site,
    Staff,
    hookimpl,
    ports,
    serve,
)
from livechat_core.transports.aiohttp import create_app

from . import serving

SITE = "shop"
AGENT = "X-Agent"
"""The header by which an agent says who he is: the host of a benchmark believes everybody."""
PLENTY = 1_000_000


def settings(
    agents: int, *, store: str = "memory:", data: Path = Path(), capacity: int = 1
) -> Settings:
    """Return settings without limits that a benchmark would meet."""
    rules = Rules(
        key=b"a key for benchmarks only",
        sites={SITE: Site(name="Shop", origins=("http://127.0.0.1",))},
        queues={"support": Queue(name="Support", limit=PLENTY)},
        staff={f"a{n}": Staff(name=f"Agent {n}", capacity=capacity) for n in range(agents)},
        waiting_per_address=PLENTY,
        frame_burst=PLENTY,
        frame_rate=PLENTY,
        line_burst=PLENTY,
        line_rate=PLENTY,
    )
    return Settings(rules=rules, store=store, data=data)


class Host:
    """The plugin of a host that believes everybody."""

    @hookimpl
    def livechat_identity(self) -> "Host":
        """Return how callers are known."""
        return self

    async def agent(self, request: ports.Request) -> str | None:
        """Return the agent's id."""
        return request.headers.get(AGENT.lower())

    async def visitor(self, request: ports.Request) -> None:
        """Return nobody: all visitors are guests."""


@asynccontextmanager
async def application(options: argparse.Namespace) -> AsyncIterator[web.Application]:
    """Keep a desk going within the block and give its application."""
    known = settings(options.agents, store=options.store, data=options.data)
    plugins = Plugins([Host()], entry_points=False)
    async with serve(Desk(known, plugins)) as service:
        yield create_app(service)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, required=True)
    parser.add_argument("--store", required=True, help="the store's address")
    parser.add_argument("--data", type=Path, required=True, help="the folder for all files")
    serving.run(application(parser.parse_args()))
