"""Typing marks and drafts: told to the other side at once, and kept nowhere."""

import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from livechat_core import whispers
from livechat_core.rules import Staff
from livechat_core.streams import Query
from livechat_core.testing.desk import RULES, Client, Scene, SceneClock
from livechat_core.whispers import Whisper
from tests.desk.acts import refusal, start, talk
from tests.desk.conftest import MakeStore

pytestmark = pytest.mark.anyio

CANARY = "quokka-7731"
PEEK = attrs.evolve(
    RULES, sites={name: attrs.evolve(site, sneak_peek=True) for name, site in RULES.sites.items()}
)


@pytest.fixture
async def peeking(make_store: MakeStore) -> AsyncIterator[Scene]:
    clock = SceneClock()
    async with Scene(make_store(clock), clock=clock, rules=PEEK) as scene:
        yield scene


async def look(client: Client, chat: str) -> None:
    """Look at a chat, as a front end does, and forget what was told before."""
    await client.call("conversation.follow", stream=chat)
    client.pushed.clear()


async def chatting(scene: Scene) -> tuple[Client, Client, str]:
    """Return Maria and Ana, who look at their chat."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await scene.settle()
    await look(maria, chat)
    await look(ana, chat)
    return maria, ana, chat


async def types(client: Client, chat: str, text: str = "", **told: Any) -> None:
    await client.call("conversation.type", stream=chat, text=text, **told)


async def pass_on(scene: Scene, duration: float = 0.3) -> None:
    await scene.wait(duration)


async def test_the_visitor_sees_that_the_agent_types_F45(scene: Scene) -> None:
    """And never what."""
    maria, ana, chat = await chatting(scene)

    await types(ana, chat, CANARY)
    await pass_on(scene)

    assert maria.told("typing") == [{"stream": chat, "by": "agent", "name": "Ana", "typing": True}]
    assert ana.told("typing") == []


async def test_the_agent_sees_that_the_visitor_types_F45(scene: Scene) -> None:
    """Of the text nothing, as long as the site has not switched it on (privacy)."""
    maria, ana, chat = await chatting(scene)

    await types(maria, chat, CANARY)
    await pass_on(scene)

    (told,) = ana.told("typing")
    assert (told["by"], told["typing"]) == ("visitor", True)
    assert CANARY not in json.dumps(ana.pushed)
    assert maria.welcome["site"]["sneak_peek"] is False


async def test_where_the_site_says_so_the_agent_sees_what_is_typed_S1_28(peeking: Scene) -> None:
    """F46: and the page is told, so that it can tell the visitor."""
    maria, ana, chat = await chatting(peeking)
    assert maria.welcome["site"]["sneak_peek"] is True

    await types(maria, chat, "Do you ha")
    await pass_on(peeking)
    await types(maria, chat, "Do you have\x07 it in r")
    await pass_on(peeking, 1)

    assert [told["draft"] for told in ana.told("typing")] == ["Do you ha", "Do you have it in r"]


async def test_what_is_sent_is_no_draft_any_more_F46(peeking: Scene) -> None:
    maria, ana, chat = await chatting(peeking)
    await types(maria, chat, "Hel")
    await pass_on(peeking)
    await types(maria, chat, "Hello")
    await maria.do("conversation.post", stream=chat, text="Hello")
    await pass_on(peeking, 10)

    assert [told["typing"] for told in ana.told("typing")] == [True, False]
    assert [told.get("draft", "") for told in ana.told("typing")] == ["Hel", ""]


async def test_who_stops_typing_is_shown_so_after_five_seconds_F45(scene: Scene) -> None:
    maria, ana, chat = await chatting(scene)
    await types(ana, chat)
    await pass_on(scene, 4)
    await types(ana, chat)
    await pass_on(scene, 4)
    assert [told["typing"] for told in maria.told("typing")] == [True, True]

    await pass_on(scene, 2)

    assert [told["typing"] for told in maria.told("typing")] == [True, True, False]


async def test_who_says_that_he_has_stopped_has_stopped_F45(scene: Scene) -> None:
    maria, ana, chat = await chatting(scene)
    await types(maria, chat)
    await pass_on(scene)
    await types(maria, chat, typing=False)
    await pass_on(scene)
    await types(maria, chat, typing=False)
    await pass_on(scene, 10)

    assert [told["typing"] for told in ana.told("typing")] == [True, False]


async def test_a_visitor_who_waits_is_seen_by_who_looks_at_his_chat_S1_28(peeking: Scene) -> None:
    maria, ana, sam = (
        await peeking.visitor(),
        await peeking.staff("ana"),
        await peeking.staff("sam"),
    )
    chat = await talk(peeking, maria, ana)
    await peeking.settle()
    for one in (ana, sam):
        await look(one, chat)

    await types(maria, chat, "Hi")
    await pass_on(peeking)

    assert [one.told("typing")[0]["draft"] for one in (ana, sam)] == ["Hi", "Hi"]


# --- who may, and who hears ----------------------------------------------------------------------


async def test_nobody_else_hears_it_A2(peeking: Scene) -> None:
    """A16: other visitors, who does not look, and who may not see the chat any more."""
    maria, ana, chat = await chatting(peeking)
    other, ben = await peeking.visitor(), await peeking.staff("ben")
    mine = await start(other)
    await look(other, mine)

    await types(maria, chat, CANARY)
    await pass_on(peeking)

    assert CANARY not in json.dumps([*other.pushed, *ben.pushed])
    assert CANARY in json.dumps(ana.pushed)


async def test_who_has_lost_the_chat_hears_no_more_A12(make_store: MakeStore) -> None:
    rules = attrs.evolve(PEEK, staff={**PEEK.staff, "sue": Staff(name="Sue", queues=("sales",))})
    clock = SceneClock()
    async with Scene(make_store(clock), clock=clock, rules=rules) as scene:
        maria, ana, chat = await chatting(scene)
        await scene.staff("sue")
        await ana.do("conversation.transfer", stream=chat, queue="sales")
        await scene.settle()
        eve = await scene.staff("eve")
        await look(eve, chat)
        ana.pushed.clear()
        await types(maria, chat, CANARY)
        await pass_on(scene)

        assert CANARY in json.dumps(eve.pushed)
        assert CANARY not in json.dumps(ana.pushed)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"typing": 1}, "invalid_type"),
        ({"text": 1}, "invalid_type"),
        ({"text": None}, "invalid_type"),
        ({"stream": "conversation/none"}, "not_found"),
        ({"stream": 7}, "invalid_type"),
        ({"stream": "visit/x"}, "not_found"),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    scene: Scene, params: dict[str, Any], code: str
) -> None:
    maria, _, chat = await chatting(scene)

    assert (await refusal(maria, "conversation.type", **{"stream": chat, **params}))["code"] == code


async def test_only_who_has_the_chat_is_typing_in_it_A2(scene: Scene) -> None:
    maria, ana, chat = await chatting(scene)
    other, ben, sam = await scene.visitor(), await scene.staff("ben"), await scene.staff("sam")

    told = await refusal(other, "conversation.type", stream=chat)
    assert told["code"] == "not_found"
    assert (await refusal(ben, "conversation.type", stream=chat))["code"] == "forbidden"
    await types(sam, chat)
    await pass_on(scene)
    assert [told["name"] for told in maria.told("typing")] == ["Sam"]

    await ana.do("conversation.close", stream=chat)
    for one in (maria, ana):
        assert (await refusal(one, "conversation.type", stream=chat))["code"] == "closed"


# --- pressure ------------------------------------------------------------------------------------


async def test_a_hundred_in_a_second_are_one_A61(peeking: Scene) -> None:
    """Cut at 5,000 characters; what is too fast is refused as every frame is."""
    maria, ana, chat = await chatting(peeking)
    peeking.clock.advance(60_000_000)
    for number in range(50):
        await types(maria, chat, f"{number} " + "x" * 9000)
    await pass_on(peeking, 0.9)
    assert len(ana.told("typing")) == 1
    assert ana.told("typing")[0]["draft"].startswith("49 xx")
    assert len(ana.told("typing")[0]["draft"]) == 5000

    code = ""
    for _ in range(100):
        try:
            await types(maria, chat, "y")
        except Exception as refused:  # noqa: BLE001 - its code is what counts
            code = str(refused)
    assert "rate_limited" in code


async def test_of_an_author_one_mark_in_a_second_A61(scene: Scene) -> None:
    maria, ana, chat = await chatting(scene)
    for _ in range(12):
        await types(ana, chat)
        await pass_on(scene, 0.25)

    assert 3 <= len(maria.told("typing")) <= 4


async def test_under_pressure_drafts_go_before_marks_A61(
    peeking: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whispers, "MOST_TEXT", 20)
    monkeypatch.setattr(whispers, "MOST", 3)
    heard: list[Whisper] = []
    ear = object()
    hub = peeking.service.whispers
    for number in range(5):
        hub.listen(f"conversation/{number}", ear, heard.append)
        hub.say(Whisper(chat=f"conversation/{number}", by="visitor:v", draft="x" * 15))
    hub.say(Whisper(chat="conversation/0", by="visitor:v", draft="y" * 15))
    hub.round()

    assert sorted((one.chat[-1], one.draft[:1]) for one in heard) == [
        ("0", "y"),
        ("1", ""),
        ("2", ""),
    ]
    hub.leave(ear)
    hub.leave(ear)
    for number in range(5, 9):
        hub.hear(message("elsewhere", f"conversation/{number}"))
    hub.round()
    assert len(hub._typing) <= 3


def message(process: str, chat: str, **told: Any) -> bytes:
    return json.dumps([process, {"chat": chat, "by": "visitor:v", **told}]).encode()


def contents(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.rglob("*") if file.is_file()]


# --- kept nowhere --------------------------------------------------------------------------------


async def test_a_draft_is_in_no_table_file_or_log_S1_28(
    make_store: MakeStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A61, A77: not even while it is shown, nor when it goes wrong."""
    caplog.set_level(logging.DEBUG)
    clock = SceneClock()
    async with Scene(make_store(clock), clock=clock, rules=PEEK) as scene:
        maria, ana, chat = await chatting(scene)
        await types(maria, chat, CANARY)
        await pass_on(scene)
        assert CANARY in json.dumps(ana.pushed)
        await refusal(maria, "conversation.type", stream=chat, text=[CANARY])
        await refusal(maria, "conversation.type", stream="conversation/none", text=CANARY)
        await maria.do("conversation.post", stream=chat, text="Hello")
        await scene.settle()

        rows = await scene.store.feed(0)
        assert rows
        assert not any(CANARY.encode() in row.data for row in rows)
        summaries = await scene.store.summaries(Query())
        assert CANARY not in repr(summaries)
        assert CANARY not in repr(
            (await ana.lists(), await ana.call("conversation.history", stream=chat))
        )
    assert CANARY not in caplog.text
    assert CANARY not in repr(Whisper(chat=chat, by="visitor:v", draft=CANARY))
    assert not any(CANARY.encode() in content for content in contents(tmp_path))


@pytest.mark.parametrize("store_url", ["sqlite:///chat.db"])
async def test_a_draft_is_in_no_database_S1_28(
    make_store: MakeStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await test_a_draft_is_in_no_table_file_or_log_S1_28(make_store, tmp_path, caplog)
    assert contents(tmp_path)
