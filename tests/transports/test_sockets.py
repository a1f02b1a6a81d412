"""The WebSocket, over real connections."""

import asyncio
from pathlib import Path

import aiohttp
import anyio
import pytest

from livechat_core import MAX_FRAME, errors, seconds
from livechat_core.transports.aiohttp import sockets
from tests.transports.served import SHOP, Served, Wire, eventually, new_id, serving

pytestmark = pytest.mark.anyio


async def chat(visitor: Wire, agent: Wire) -> str:
    """Begin a chat between two and return its stream; both follow it."""
    begun = await visitor.do("conversation.start", site="shop", question="Do you have sticks?")
    stream: str = begun["stream"]
    offers = await agent.hear(lambda frame: frame["params"].get("list") == "offers")
    (offer,) = offers["changed"]
    await agent.do("conversation.accept", stream=stream, offer=offer["offer"])
    for wire in (visitor, agent):
        await wire.ask("conversation.follow", stream=stream, after=0)
    return stream


async def test_visitor_and_agent_talk_both_ways(desk: Served) -> None:
    """G2: each line arrives once, in order, with the number before it."""
    async with desk.staff() as agent, desk.visitor() as visitor:
        stream = await chat(visitor, agent)
        await agent.do("conversation.post", stream=stream, text="Hello")
        assert (await visitor.event("Posted"))["data"]["text"] == "Hello"

        await visitor.do("conversation.post", stream=stream, text="5A, please: 日本")
        told = await agent.event("Posted")
        while told["data"]["author"] == "agent":
            told = await agent.event("Posted")
        assert told["data"]["text"] == "5A, please: 日本"
        assert told["prev"] == told["seq"] - 1


async def test_a_visitor_who_comes_back_gets_what_he_missed(desk: Served) -> None:
    """S0-38: resume by number, on a new connection with the same token."""
    async with desk.staff() as agent:
        async with desk.visitor() as visitor:
            stream = await chat(visitor, agent)
        await agent.do("conversation.post", stream=stream, text="Still there?")
        async with desk.visitor(visitor.told["token"]) as again:
            assert again.told["visitor"] == visitor.told["visitor"]
            assert again.told["conversation"]["stream"] == stream
            known = await again.ask("conversation.follow", stream=stream, after=0)
            seen = known["events"][0]["seq"]
            missed = await again.ask("conversation.follow", stream=stream, after=seen)

        assert [event["type"] for event in missed["events"]] == ["Accepted", "Posted"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Cookie": "login=ana"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Cookie": "login=ana"},
    ],
)
async def test_a26_a_foreign_page_is_turned_away_before_the_upgrade(
    desk: Served, headers: dict[str, str]
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        async with desk.socket(**headers):
            pass

    assert refusal.value.status == 403
    assert desk.service.desk.connected == {}


async def test_a26_cookies_of_a_page_that_embeds_the_chat_do_not_count(desk: Served) -> None:
    async with desk.socket(Origin=SHOP, Cookie="login=ana") as wire:
        answer = await wire.call("session.open", **{"as": "staff"})

    assert answer["error"]["data"]["code"] == "unauthenticated"


async def test_staff_whom_the_host_does_not_know_are_refused(desk: Served) -> None:
    async with desk.socket(Origin=desk.origin, Cookie="login=eve") as wire:
        answer = await wire.call("session.open", **{"as": "staff"})
        assert answer["error"]["data"]["code"] == "unauthenticated"

        answer = await wire.call("desk.lists")
        assert answer["error"]["data"]["code"] == "unauthenticated"


async def test_a_socket_that_does_not_say_who_it_is_is_closed(
    desk: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "OPENING", 0.2)
    async with desk.socket() as wire:
        code = await wire.closed()

    assert code == 4401
    assert wire.heard[-1]["params"] == {"code": "unauthenticated"}


async def test_a36_a_revoked_login_can_neither_send_nor_listen(
    desk: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "WHILE_SENDING", 0)
    async with desk.staff("ana") as ana:
        desk.logins.revoked.add("ana")
        await ana.send("presence.set_status", {"id": new_id(), "status": "away"})
        code = await ana.closed()

    assert code == 4401
    assert ana.heard[-1]["params"] == {"code": "unauthenticated"}
    assert not [frame for frame in ana.heard if frame["params"] == {"status": "away"}]


async def test_a36_the_host_is_asked_again_about_staff_who_only_listen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "WHILE_LISTENING", seconds(0.1))
    async with serving(tmp_path) as desk, desk.staff("ana") as ana, desk.staff("ben") as ben:
        desk.logins.revoked.add("ana")

        assert await ana.closed() == 4401
        assert ana.heard[-1]["params"] == {"code": "unauthenticated"}
        assert await ben.ask("desk.queues")


@pytest.mark.parametrize(
    ("frame", "code"),
    [(b'{"jsonrpc": "2.0", "id": 1, "method": "\xff"}', 1007), (b"\xed\xa0\x80", 1007)],
)
async def test_b5_bad_utf8_ends_the_connection(desk: Served, frame: bytes, code: int) -> None:
    async with desk.visitor() as wire:
        await wire.ws.send_frame(frame, aiohttp.WSMsgType.TEXT)
        assert await wire.closed() == code


async def test_a35_a_binary_frame_ends_the_connection(desk: Served) -> None:
    async with desk.visitor() as wire:
        await wire.ws.send_bytes(b"{}")
        assert await wire.closed() == 1003


async def test_a35_a_frame_of_64_kib_is_read_and_one_byte_more_ends_the_connection(
    desk: Served,
) -> None:
    async with desk.visitor() as wire:
        start = b'{"jsonrpc": "2.0", "id": 7, "method": "desk.availability", "params": {}'
        await wire.ws.send_frame(start.ljust(MAX_FRAME - 1) + b"}", aiohttp.WSMsgType.TEXT)
        assert (await wire.answer(7))["result"]["state"] == "offline"

        await wire.ws.send_frame(start.ljust(MAX_FRAME) + b"}", aiohttp.WSMsgType.TEXT)
        assert await wire.closed() == 1009


@pytest.mark.parametrize(
    "frame",
    ["", "{", "null", "[]", '"text"', "{}{}", "{} //", "{'a': 1}", '{"a": NaN}', "[" * 9000],
)
async def test_b24_b31_b32_what_is_no_request_is_refused_and_the_connection_stays(
    desk: Served, frame: str
) -> None:
    async with desk.visitor() as wire:
        await wire.ws.send_str(frame)
        answer = await wire.answer(None)
        assert answer["error"]["data"]["code"] == "invalid_json"
        assert (await wire.ask("desk.availability"))["state"] == "offline"


async def test_g17_a_client_that_does_not_read_is_cut_and_others_go_on(desk: Served) -> None:
    async with desk.staff() as agent, desk.visitor() as visitor, desk.staff("ben") as slow:
        stream = await chat(visitor, agent)
        for _ in range(30):
            await agent.do("conversation.post", stream=stream, text="x" * 5000)
        line = _transport(slow)
        line.pause_reading()
        for _ in range(100):
            await slow.send("conversation.history", {"stream": stream, "after": 0})
        for _ in range(20):
            await agent.do("conversation.post", stream=stream, text="Still here")
        # Only then is the client read again: what it asked for may take its time.
        await eventually(lambda: len(desk.service.board._lookers) == 2)
        line.resume_reading()
        assert await slow.closed() == 1013
        assert len(slow.heard) < 100
        await visitor.hear(
            lambda frame: frame["params"].get("data", {}).get("text") == "Still here"
        )


async def test_g19_a_graceful_stop_tells_everybody_to_come_back(desk: Served) -> None:
    async with (
        desk.visitor() as visitor,
        desk.staff() as agent,
        anyio.create_task_group() as group,
    ):
        group.start_soon(desk.runner.shutdown)
        assert await visitor.closed() == 1001
        assert await agent.closed() == 1001

    for wire in (visitor, agent):
        assert wire.heard[-1]["method"] == "closed"
        assert wire.heard[-1]["params"] == {"code": "shutdown"}


async def test_what_a_visitor_leaves_behind_is_forgotten(desk: Served) -> None:
    """G18: nothing of a closed connection stays."""
    for _ in range(3):
        async with desk.visitor():
            assert len(desk.service.desk.connected) == 1
        await eventually(lambda: not desk.service.desk.connected)
    assert desk.service.board._lookers == {}
    assert desk.service.desk.feed._listeners == {}


def _transport(wire: Wire) -> asyncio.ReadTransport:
    transport: asyncio.ReadTransport = wire.ws._writer.transport
    return transport


async def test_g22_staff_who_leave_while_the_store_is_in_trouble_harm_nothing(
    desk: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise errors.StoreError

    async with desk.staff() as agent:
        monkeypatch.setattr(desk.service.desk, "dispatch", fail)
        await agent.ws.close()
        await eventually(lambda: "is not recorded" in caplog.text)
    assert "Traceback" not in caplog.text
