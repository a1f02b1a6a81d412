"""What the stand-ins for outside systems have in common: pages, planned faults, running alone.

Nothing here or in the stand-ins is shared with the adapters that talk to them, so a mistake
cannot sit on both sides of the wire and cancel itself out.
"""

import asyncio
import json
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import attrs
from aiohttp import web

PAGES = Path(__file__).with_name("pages")
LOOPBACK = "127.0.0.1"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}

Json = dict[str, Any]


def new_app(name: str) -> web.Application:
    """An application that serves the page `<name>.html`, its icon and the shared static files."""
    app = web.Application()
    app.on_response_prepare.append(_add_headers)
    app.router.add_get("/", _file(PAGES / f"{name}.html"))
    app.router.add_get("/favicon.ico", _file(PAGES / f"{name}.svg"))
    app.router.add_static("/static", PAGES)
    return app


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)


def _file(path: Path) -> Callable[[web.Request], Any]:
    async def serve(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(path)

    return serve


async def read_object(request: web.Request) -> Json:
    """The JSON object in the body; anything else is refused.

    The content type is required so that a page of another origin cannot send one unasked: a
    browser lets it through only after a preflight request, which is never granted here.
    """
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="send application/json")
    try:
        body = json.loads(await request.text())
    except ValueError:
        raise web.HTTPBadRequest(text="the body is not JSON") from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="the body is not a JSON object")
    return body


@attrs.frozen(kw_only=True)
class Fault:
    """A misbehaviour planned for the next calls of one target."""

    target: str
    mode: str
    count: int = 1
    seconds: float = 1.0
    error: str = ""


@attrs.define
class Faults:
    """The misbehaviours that tests have planned, oldest first; each is used up by its count."""

    modes: frozenset[str]
    _planned: list[Fault] = attrs.field(factory=list)

    def plan(self, fault: Fault) -> None:
        """Add one; a count of 0 takes back what was planned for its target.

        Raises:
            ValueError: The mode is unknown here.
        """
        if fault.mode not in self.modes:
            raise ValueError(f"mode must be one of {', '.join(sorted(self.modes))}")
        if fault.count > 0:
            self._planned.append(fault)
        else:
            self._planned = [other for other in self._planned if other.target != fault.target]

    def take(self, target: str) -> Fault | None:
        """The misbehaviour due for this target now, counted down."""
        for place, fault in enumerate(self._planned):
            if fault.target == target:
                if fault.count > 1:
                    self._planned[place] = attrs.evolve(fault, count=fault.count - 1)
                else:
                    del self._planned[place]
                return fault
        return None

    def plan_from(self, body: Mapping[str, Any], target: str) -> None:
        """Plan what a JSON request asks for; a bad request is answered with 400."""
        try:
            seconds = body.get("retry_after", body.get("seconds", 1.0))
            self.plan(
                Fault(
                    target=target,
                    mode=str(body["mode"]),
                    count=int(body.get("count", 1)),
                    seconds=float(seconds),
                    error=str(body.get("error", "")),
                )
            )
        except (KeyError, TypeError, ValueError) as error:
            raise web.HTTPBadRequest(text=str(error)) from error


@asynccontextmanager
async def served(app: web.Application, port: int = 0) -> AsyncIterator[int]:
    """Serve the application on loopback while the block runs; gives its port."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, LOOPBACK, port)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@contextmanager
def running(app: web.Application, port: int = 0) -> Iterator[str]:
    """Serve the application from a thread of its own while the block runs; gives its address."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="outside", daemon=True)
    thread.start()
    service = served(app, port)
    try:
        bound = asyncio.run_coroutine_threadsafe(service.__aenter__(), loop).result(10)
        try:
            yield f"http://{LOOPBACK}:{bound}/"
        finally:
            leave = service.__aexit__(None, None, None)
            asyncio.run_coroutine_threadsafe(leave, loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def serve_until_stopped(
    app: web.Application, port: int, facts: Callable[[int], Json]
) -> None:
    """Serve alone, print one JSON line of facts about the port, and end at SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # on Windows Ctrl-C interrupts without it
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with served(app, port) as bound:
        sys.stdout.write(json.dumps(facts(bound)) + "\n")
        sys.stdout.flush()
        await stopped.wait()
