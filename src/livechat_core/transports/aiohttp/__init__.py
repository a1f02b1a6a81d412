"""A desk as an aiohttp application, to be mounted into a host's own (extra ``aiohttp``)."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from livechat_core import Desk, Service
from livechat_core.notifiers.slack.settings import SlackSettings

from ..singles import Singles
from . import static
from .door import Door
from .events import Events
from .files import Uploads
from .rpc import Rpc
from .slack import SlackButton
from .sockets import Sockets

__all__ = ["create_app", "mount"]

FILE = "/files/{chat}/{file}"


def mount(app: web.Application, prefix: str, desk: Desk) -> Service:
    """Mount a desk under a prefix of a host's application and let it run as long as that does.

    Args:
        app: The host's application, before it is started.
        prefix: For example ``/chat/``.
        desk: A desk that has not been entered.
    """
    service = Service(desk)

    async def keep() -> None:
        async with service.running():
            ready.set()
            await ended.wait()

    async def run(_: web.Application) -> AsyncIterator[None]:
        # In a task of its own: aiohttp may start and clean up in two different ones.
        task = asyncio.create_task(keep())
        entered = asyncio.create_task(ready.wait())
        await asyncio.wait([task, entered], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            entered.cancel()
            await task
        yield
        ended.set()
        await task

    ready, ended = asyncio.Event(), asyncio.Event()
    app.cleanup_ctx.append(run)
    app.add_subapp(prefix, create_app(service))
    return service


def create_app(service: Service, *, slack: SlackSettings | None = None) -> web.Application:
    """Return the desk's application, for `add_subapp` under any prefix.

    It answers ``/ws`` (WebSocket), ``/rpc`` and ``/events`` (the same without one), ``/files/…``
    (attachments), ``/static/…`` (the front ends' files) and ``/slack`` (button presses).

    Args:
        service: The running desk; it must outlive the application.
        slack: How presses are proved; by default the settings' table ``[slack]``.
    """
    app = web.Application()
    door = Door(service)
    events, sockets, singles = Events(service, door), Sockets(service, door), Singles(service)
    files = Uploads(service, door, singles)
    app.router.add_get("/ws", sockets.handle, allow_head=False)
    app.router.add_post("/rpc", Rpc(door, singles, events).handle)
    app.router.add_get("/events", events.handle, allow_head=False)
    app.router.add_get("/static/{name}", static.handle)
    app.router.add_post(FILE, files.receive)
    app.router.add_get(FILE, files.send, allow_head=False)
    for path in ("/rpc", "/events", FILE):
        app.router.add_options(path, door.preflight)

    async def watched(_: web.Application) -> AsyncIterator[None]:
        watch = asyncio.create_task(sockets.watch())
        yield
        watch.cancel()
        await asyncio.wait([watch])

    async def stop(_: web.Application) -> None:
        await events.stop()
        await sockets.stop()

    app.on_response_prepare.append(door.permit)
    app.on_shutdown.append(stop)
    app.cleanup_ctx.append(watched)
    _add_slack(app, service, slack)
    return app


def _add_slack(app: web.Application, service: Service, slack: SlackSettings | None) -> None:
    if slack is None and service.desk.settings.section("slack"):
        slack = service.desk.settings.read("slack", SlackSettings)
    if slack is None:
        return
    button = SlackButton(service, slack)

    async def stop(_: web.Application) -> None:
        await button.stop()

    app.router.add_post("/slack", button.handle)
    app.on_shutdown.append(stop)
