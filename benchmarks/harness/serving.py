"""How every server of the relay runs: uvloop, a spare port of loopback, until SIGTERM."""

import asyncio
import json
import logging
import os
import resource
import signal
from contextlib import AbstractAsyncContextManager

import uvloop
from aiohttp import web

LONGEST = 600.0
"""No server stays longer than this, in seconds, whatever becomes of who started it."""


def more_files() -> None:
    """Allow this process as many sockets as it may have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def run(application: AbstractAsyncContextManager[web.Application]) -> None:
    """Serve until told to end."""
    more_files()
    logging.basicConfig(level=logging.WARNING)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(application))


async def _serve(application: AbstractAsyncContextManager[web.Application]) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with application as app:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
        print(json.dumps({"port": runner.addresses[0][1], "pid": os.getpid()}), flush=True)
        try:
            await asyncio.wait_for(ended.wait(), LONGEST)
        finally:
            await runner.cleanup()
