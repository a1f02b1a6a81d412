"""The flows that come with the library, at a whole desk (S3-1 to S3-3, F43)."""

import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import attrs
import pytest

from livechat_core import flow
from livechat_core.backends.flow_bot import FlowBot
from livechat_core.hookspecs import hookimpl
from livechat_core.ports import Bot
from livechat_core.rules import Queue
from livechat_core.testing.desk import RULES, Client, Scene, SceneClock
from tests.desk.acts import accept, offers, start
from tests.desk.conftest import MakeStore
from tests.house.files import ROOT

pytestmark = pytest.mark.anyio

Open = Callable[[str], AbstractAsyncContextManager[Scene]]


@attrs.define
class Shipped:
    """The plugin that brings one of the shipped flows."""

    name: str

    @hookimpl
    def livechat_bots(self) -> list[Bot]:
        path = ROOT / "examples" / "flows" / f"{self.name}.toml"
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        return [FlowBot("helper", flow.load(tables))]


@pytest.fixture
def opened(make_store: MakeStore) -> Open:
    """Return how to open a desk whose visitors meet this flow first."""

    @asynccontextmanager
    async def open_desk(name: str) -> AsyncIterator[Scene]:
        site = attrs.evolve(RULES.sites["performances"], queues=("support", "booking"))
        staff = {
            key: attrs.evolve(one, queues=("support", "booking"))
            for key, one in RULES.staff.items()
        }
        queues = {
            "support": Queue(name="Support", bot="helper"),
            "booking": Queue(name="Booking"),
        }
        sites = {**RULES.sites, "performances": site}
        rules = attrs.evolve(RULES, queues=queues, sites=sites, staff=staff)
        clock = SceneClock()
        async with Scene(
            make_store(clock), clock=clock, rules=rules, plugins=(Shipped(name),)
        ) as scene:
            yield scene

    return open_desk


async def talk(scene: Scene, visitor: Client, chat: str, *lines: str) -> None:
    """Say these lines, each after the bot has answered the one before."""
    await scene.settle()
    for line in lines:
        await visitor.do("conversation.post", stream=chat, text=line)
        await scene.settle()


def bot_lines(client: Client) -> list[str]:
    """Return what the visitor reads of the bot."""
    told = [push["data"] for push in client.told("event") if push["type"] == "Posted"]
    return [line["text"] for line in told if line["author"] == "bot"]


async def test_a_page_helps_and_nobody_is_asked(opened: Open) -> None:
    """S3-1, S3-2."""
    async with opened("teachers") as scene:
        maria, ana = await scene.visitor(), await scene.staff("ana")
        chat = await start(maria, question="Hello")
        await maria.call("conversation.follow", stream=chat, after=0)
        await talk(scene, maria, chat, "Is it too loud?", "yes")

        assert "What we measured: https://drumstory.example/teachers#loud" in bot_lines(maria)
        assert (await scene.desk.view(chat)).closed_reason == "bot_resolved"
        assert await offers(ana) == []


async def test_the_team_gets_what_the_bot_has_asked(opened: Open) -> None:
    """S3-3."""
    async with opened("booking") as scene:
        maria, ana = await scene.visitor(), await scene.staff("ana")
        chat = await start(maria, question="Music?", name="Maria")
        await talk(scene, maria, chat, "A wedding", "24.12.2027")

        assert await accept(scene, ana) == chat
        assert (await scene.desk.view(chat)).queue == "booking"
        history = await ana.call("conversation.history", stream=chat)
        notes = [event["data"]["text"] for event in history["events"] if event["type"] == "Noted"]
        assert notes == ["Asked by the booking bot:\noccasion: A wedding\ndate: 24.12.2027"]


async def test_who_insists_gets_a_person(opened: Open) -> None:
    """S3-3, F43."""
    async with opened("teachers") as scene:
        maria, ana = await scene.visitor(), await scene.staff("ana")
        chat = await start(maria, question="I want to talk to a human")
        assert await accept(scene, ana) == chat


async def test_at_night_the_bot_takes_a_message(opened: Open) -> None:
    """S3-3: the flow's own way for "nobody is there" asks for the address."""
    async with opened("booking") as scene:
        maria = await scene.visitor()
        chat = await start(maria, question="Music?", name="Maria")
        await maria.call("conversation.follow", stream=chat, after=0)
        await talk(scene, maria, chat, "A wedding", "24.12.2027")
        assert bot_lines(maria)[-1] == "Which e-mail address may we write to?"
        await talk(scene, maria, chat, "it is maria@customer.example")

        (notice,) = scene.outside.channels["team"].sent
        assert "maria@customer.example" in notice.text
        assert "Music?" in notice.text
