"""Typing marks between processes: they go where somebody is, and harm nobody where nobody can."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from livechat_core.backends.ephemeral_memory import MemoryEphemeral
from livechat_core.errors import StoreError
from livechat_core.hookspecs import hookimpl
from livechat_core.testing.desk import Scene, SceneClock
from livechat_core.whispers import Whisper
from tests.desk.acts import accept, start
from tests.desk.conftest import MakeStore
from tests.desk.test_typing import CANARY, PEEK, chatting, look, message, pass_on, types

pytestmark = pytest.mark.anyio


@pytest.fixture
async def peeking(make_store: MakeStore) -> AsyncIterator[Scene]:
    clock = SceneClock()
    async with Scene(make_store(clock), clock=clock, rules=PEEK) as scene:
        yield scene


@asynccontextmanager
async def hearing(*scenes: Scene) -> AsyncIterator[None]:
    """Let processes hear each other within the block."""
    async with anyio.create_task_group() as group:
        for scene in scenes:
            group.start_soon(scene.service.whispers._carry)
        for _ in range(20):
            await anyio.lowlevel.checkpoint()
        yield
        group.cancel_scope.cancel()


async def told_across(*scenes: Scene) -> None:
    for scene in scenes:
        await scene.tick()
    for _ in range(50):
        await anyio.lowlevel.checkpoint()


async def test_marks_reach_the_other_process_if_the_other_side_is_there_F45(
    peeking: Scene,
) -> None:
    """A61: and do not leave a process in which both sides are."""
    beside = await peeking.beside()
    maria, ana = await peeking.visitor(), await beside.staff("ana")
    await peeking.settle()
    chat = await start(maria)
    for one in (peeking, beside):
        await one.settle()
    assert await accept(beside, ana) == chat
    await peeking.settle()
    await look(maria, chat)
    await look(ana, chat)

    async with hearing(peeking, beside):
        await types(maria, chat, "Hel")
        await types(ana, chat)
        await told_across(peeking, beside)

    assert [told.get("draft") for told in ana.told("typing")] == ["Hel"]
    assert [told["name"] for told in maria.told("typing")] == ["Ana"]
    peeking.clock.advance(6_000_000)
    peeking.service.whispers.round()
    beside.service.whispers.round()
    assert [one.told("typing")[-1]["typing"] for one in (maria, ana)] == [False, False]


async def test_what_both_sides_of_have_here_stays_here_A61(peeking: Scene) -> None:
    beside = await peeking.beside()
    maria, ana, chat = await chatting(peeking)
    await beside.settle()
    published: list[bytes] = []

    async def note(message: bytes) -> None:
        published.append(message)

    peeking.outside.carrier.publish = note  # type: ignore[method-assign]
    await types(maria, chat, CANARY)
    await types(ana, chat)
    await pass_on(peeking)
    await peeking.service.whispers.publish()
    assert published == []

    await beside.staff("sam")
    await peeking.settle()
    await types(maria, chat, CANARY)
    await pass_on(peeking, 2)
    await peeking.service.whispers.publish()
    assert [CANARY.encode() in message for message in published] == [True]


@pytest.mark.parametrize(
    "said", [b"", b"null", b"7", b"[]", b'["p",1]', b'["p",{"new":1}]', b"\xff", b'["p",{}]']
)
async def test_what_another_version_says_is_left_out_B88(scene: Scene, said: bytes) -> None:
    maria, ana, chat = await chatting(scene)
    scene.service.whispers.hear(said)
    scene.service.whispers.hear(message(scene.service.process, chat))
    scene.service.whispers.round()
    assert ana.told("typing") == maria.told("typing") == []

    scene.service.whispers.hear(message("other", chat))
    assert len(ana.told("typing")) == 1


async def test_no_message_is_longer_than_its_carrier_takes_F45(
    peeking: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = await peeking.beside()
    maria, ana = await peeking.visitor(), await beside.staff("ana")
    await peeking.settle()
    chat = await start(maria)
    for one in (peeking, beside):
        await one.settle()
    await accept(beside, ana)
    await peeking.settle()
    published: list[bytes] = []

    async def note(message: bytes) -> None:
        published.append(message)

    carrier = peeking.outside.carrier
    monkeypatch.setattr(carrier, "publish", note)
    monkeypatch.setattr(MemoryEphemeral, "limit", 400)
    hub = peeking.service.whispers
    by = f"visitor:{maria.welcome['visitor']}"
    hub.say(Whisper(chat=chat, by=by, draft="x" * 5000))
    hub.round()
    await hub.publish()

    assert all(len(message) <= 400 for message in published)
    (message,) = published
    assert json.loads(message)[1] == {"chat": chat, "by": by}


class Dead(MemoryEphemeral):
    """Nobody can be reached."""

    async def publish(self, message: bytes) -> None:
        raise StoreError("redis_down", secret=CANARY)

    def subscribe(self) -> Any:
        raise StoreError("redis_down")


class DeadPlugin:
    @hookimpl
    def livechat_ephemeral(self) -> Dead:
        return Dead()


async def test_a_dead_carrier_harms_nobody_G24(
    make_store: MakeStore, caplog: pytest.LogCaptureFixture
) -> None:
    """And is told of once, without a word of what would have been carried."""
    clock = SceneClock()
    scene = Scene(make_store(clock), clock=clock, rules=PEEK, plugins=[DeadPlugin()])
    async with scene, anyio.create_task_group() as group:
        beside = await scene.beside()
        maria, ana, chat = await chatting(scene)
        await beside.staff("sam")
        await scene.settle()
        group.start_soon(scene.service.whispers.run)
        for _ in range(8):
            await types(maria, chat, CANARY)
            await scene.wait(1)
            await scene.service.whispers.publish()
        group.cancel_scope.cancel()
        assert len(ana.told("typing")) == 8
    assert caplog.text.count("redis_down") == 1
    assert CANARY not in caplog.text
