"""A desk in a host's own application, as a user mounts it."""

from pathlib import Path

import aiohttp
import attrs
import pytest
from aiohttp import web

from livechat_core import ConfigurationError, Desk, Plugins, settings
from livechat_core.transports.aiohttp import mount
from tests.transports.served import PAGE, TABLES, Logins

pytestmark = pytest.mark.anyio


def desk(folder: Path) -> Desk:
    chosen = attrs.evolve(settings.from_tables(TABLES, base=folder), data=folder)
    return Desk(chosen, Plugins([Logins()], entry_points=False))


async def test_a_desk_runs_as_long_as_the_application_that_it_is_mounted_in(
    tmp_path: Path,
) -> None:
    for _ in range(2):
        app = web.Application()
        service = mount(app, "/any/place/", desk(tmp_path))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        asked = {"as": "visitor", "token": "", "page": PAGE}
        frame = {"jsonrpc": "2.0", "id": 1, "method": "session.open", "params": asked}
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"http://{host}:{port}/any/place/ws") as ws,
        ):
            await ws.send_json(frame)
            assert (await ws.receive_json())["result"]["role"] == "visitor"
            await runner.cleanup()
            assert (await ws.receive_json())["params"] == {"code": "shutdown"}
        assert service.desk.connected == {}


async def test_a_desk_that_cannot_start_stops_the_application(tmp_path: Path) -> None:
    app = web.Application()
    mount(app, "/chat/", desk(tmp_path))
    (tmp_path / "chat.sqlite3").mkdir()
    runner = web.AppRunner(app, access_log=None)
    with pytest.raises(ConfigurationError):
        await runner.setup()
    await runner.cleanup()
