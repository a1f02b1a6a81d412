"""The one-file shop of the README: it serves, and a visitor and an agent chat through it."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from aiohttp.test_utils import TestClient, TestServer

FILE = Path(__file__).parents[2] / "examples" / "aiohttp_shop" / "shop.py"


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("shop", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.anyio
async def test_the_example_shop_carries_a_chat(tmp_path: Path) -> None:
    async with TestClient(TestServer(example().shop(tmp_path))) as client:
        origin = str(client.make_url("")).rstrip("/")
        assert "data-site" in await (await client.get("/")).text()
        assert (await client.get("/chat/static/widget.js")).status == 200
        await client.get("/staff/")
        agent = await client.ws_connect("/chat/ws", origin=origin)
        await agent.send_json(
            {"jsonrpc": "2.0", "id": 1, "method": "session.open", "params": {"as": "staff"}}
        )
        assert (await agent.receive_json(timeout=10))["result"]["status"] == "available"
        visitor = await client.ws_connect("/chat/ws", origin=origin)
        page = {"site": "shop", "url": f"{origin}/"}
        await visitor.send_json(
            {
                "jsonrpc": "2.0",
                "id": 1,
                "method": "session.open",
                "params": {"as": "visitor", "page": page},
            }
        )
        opened = (await visitor.receive_json(timeout=10))["result"]
        assert opened["availability"]["state"] == "online"
