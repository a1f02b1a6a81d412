"""Server-sent events, over real HTTP."""

import asyncio
from contextlib import suppress

import aiohttp
import anyio
import pytest

from livechat_core import Actor, Role, conversation
from livechat_core.transports.aiohttp import events
from tests.transports.served import SHOP, Json, Served, Stream, eventually, new_id
from tests.transports.test_rpc import begin
from tests.transports.test_sockets import chat

pytestmark = pytest.mark.anyio


async def test_the_stream_brings_what_a_socket_brings(desk: Served) -> None:
    """S0-38: both start at the number that the client holds."""
    async with desk.staff() as agent, desk.visitor() as visitor:
        stream = await chat(visitor, agent)
        token = visitor.told["token"]
        async with desk.events(f"follow={stream}&after=1", token=token) as listened:
            assert listened.answer.status == 200
            assert listened.answer.content_type == "text/event-stream"
            assert listened.answer.headers["X-Accel-Buffering"] == "no"
            assert listened.answer.headers["Cache-Control"] == "no-store"
            told = await listened.next()
            assert told["method"] == "session"
            assert told["params"]["conversation"]["stream"] == stream
            await agent.do("conversation.post", stream=stream, text="Hello")
            await agent.do("conversation.post", stream=stream, text="Who is there?")
            await visitor.do("conversation.close", stream=stream)
            await listened.event("Closed")
            await visitor.event("Closed")
        by_socket = await visitor.ask("conversation.history", stream=stream, after=1)

    heard = [frame["params"] for frame in listened.heard if frame["method"] == "event"]
    assert [event["type"] for event in heard] == ["Accepted", "Posted", "Posted", "Closed"]
    assert heard == by_socket["events"]


async def test_what_is_followed_by_post_is_heard_in_the_stream(desk: Served) -> None:
    async with desk.staff() as agent:
        token = await begin(desk)
        async with desk.events(token=token) as listened:
            await listened.next()
            params: Json = {"id": new_id(), "site": "shop", "question": "Sticks?"}
            _, begun = await desk.rpc("conversation.start", params, token=token)
            stream = begun["result"]["stream"]
            _, told = await desk.rpc("conversation.follow", {"stream": stream}, token=token)
            assert [event["type"] for event in told["result"]["events"]] == ["Started"]
            offers = await agent.hear(lambda frame: frame["params"].get("list") == "offers")
            offer = offers["changed"][0]["offer"]
            await agent.do("conversation.accept", stream=stream, offer=offer)

            event = await listened.event("Accepted")
    assert (event["stream"], event["prev"]) == (stream, told["result"]["seq"])


async def test_a_listener_counts_as_connected_and_a_single_request_does_not(
    desk: Served,
) -> None:
    token = await begin(desk)
    assert desk.service.desk.connected == {}
    async with desk.events(token=token) as listened:
        await listened.next()
        assert len(desk.service.desk.connected) == 1


async def test_staff_who_listen_are_present_unless_they_only_watch(desk: Served) -> None:
    async def status(agent: str) -> str:
        _, answer = await desk.rpc("desk.staff", {}, agent="ben")
        found = {one["agent"]: one["status"] for one in answer["result"]}
        return str(found[agent])

    async with desk.events("as=staff&watch=1", agent="ana") as watched:
        await watched.next()
        assert await status("ana") == "offline"
    async with desk.events("as=staff", agent="ana") as listened:
        told = await listened.next()
        assert told["params"]["status"] == "available"
        assert await status("ana") == "available"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("as=visitor", 401),
        ("as=staff", 401),
        ("as=desk", 400),
        ("follow=conversation/1&after=x", 400),
        ("after=1", 400),
        ("&".join(["follow=conversation/1"] * 21), 400),
    ],
)
async def test_who_may_not_listen_is_refused(desk: Served, query: str, status: int) -> None:
    async with desk.events(query) as listened:
        assert listened.answer.status == status


async def test_a2_nobody_listens_to_what_is_not_his(desk: Served) -> None:
    async with desk.staff() as agent, desk.visitor() as visitor:
        stream = await chat(visitor, agent)
        async with desk.events(f"follow={stream}", token=await begin(desk)) as listened:
            assert listened.answer.status == 404


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_a27_a_foreign_page_cannot_sign_anybody_in(
    desk: Served, headers: dict[str, str]
) -> None:
    headers = {"Cookie": "login=ana"} | headers
    async with desk.http.get(f"{desk.url}/events?as=staff", headers=headers) as answer:
        assert answer.status == 403


async def test_a28_a_page_of_a_site_reads_its_visitors_events(desk: Served) -> None:
    headers = {"Origin": SHOP, "Authorization": f"Bearer {await begin(desk)}"}
    async with desk.http.get(f"{desk.url}/events", headers=headers) as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == SHOP
        assert (await Stream(answer).next())["method"] == "session"


async def test_a_silent_stream_sends_comments(
    desk: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "PULSE", 0.05)
    async with desk.events("as=staff&watch=1", agent="ana") as listened:
        await listened.next()
        with anyio.fail_after(5):
            while await listened.answer.content.readline() != b":\n":
                pass


async def test_a36_a_revoked_login_stops_listening(
    desk: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "PULSE", 0.05)
    monkeypatch.setattr(events, "WHILE_LISTENING", 0)
    async with desk.events("as=staff&watch=1", agent="ana") as listened:
        await listened.next()
        desk.logins.revoked.add("ana")
        await _until_closed(listened, "unauthenticated")


async def test_g19_a_graceful_stop_tells_listeners_to_come_back(desk: Served) -> None:
    async with desk.events("as=staff&watch=1", agent="ana") as listened:
        await listened.next()
        async with anyio.create_task_group() as group:
            group.start_soon(desk.runner.shutdown)
            await _until_closed(listened, "shutdown")


async def test_g17_a_listener_that_does_not_read_is_cut(desk: Served) -> None:
    async with desk.staff() as agent, desk.visitor() as visitor:
        stream = await chat(visitor, agent)
        ana = Actor(role=Role.AGENT, id="ana", name="Ana")
        line = conversation.Post(by=ana, text="\N{MUSICAL SYMBOL G CLEF}" * 5000)
        query = f"as=staff&watch=1&follow={stream}&after=2"
        async with desk.events(query, agent="ben") as listened:
            await listened.next()
            transport = _transport(listened)
            transport.pause_reading()
            for _ in range(300):
                await desk.service.desk.dispatch(stream, line)
            transport.resume_reading()
            with anyio.fail_after(10):
                size = 0
                with suppress(aiohttp.ClientError):
                    while piece := await listened.answer.content.readany():
                        size += len(piece)
            assert size < 300 * 20_000


async def test_a_long_history_does_not_count_as_not_reading(desk: Served) -> None:
    async with desk.staff() as agent, desk.visitor() as visitor:
        stream = await chat(visitor, agent)
        ana = Actor(role=Role.AGENT, id="ana", name="Ana")
        for number in range(300):
            line = conversation.Post(by=ana, text=f"{number} " + "x" * 2000)
            await desk.service.desk.dispatch(stream, line)
        token = visitor.told["token"]
        async with desk.events(f"follow={stream}", token=token) as listened:
            await listened.next()
            for number in range(300):
                assert (await listened.event("Posted"))["data"]["text"].startswith(f"{number} ")


async def test_g18_nothing_of_a_listener_stays(
    desk: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "PULSE", 0.05)
    async with desk.events(token=await begin(desk)) as listened:
        await listened.next()
        assert len(desk.service.board._lookers) == 1
    await eventually(lambda: not desk.service.board._lookers)
    assert desk.service.desk.feed._listeners == {}
    assert desk.service.desk.connected == {}


async def _until_closed(listened: Stream, code: str) -> None:
    while True:
        frame = await listened.next()
        if frame["method"] == "closed":
            break
    assert frame["params"] == {"code": code}
    with anyio.fail_after(5):
        while await listened.answer.content.readline():
            pass


def _transport(listened: Stream) -> asyncio.ReadTransport:
    assert listened.answer.connection is not None
    transport = listened.answer.connection.transport
    assert isinstance(transport, asyncio.ReadTransport)
    return transport
