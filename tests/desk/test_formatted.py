"""Formatted lines: who may, what is told, and that nothing unclean is ever recorded."""

import json
from collections.abc import AsyncIterator
from typing import Any

import attrs
import pytest

from livechat_core import markup
from livechat_core.streams import Query
from livechat_core.testing.desk import RULES, Client, Scene, SceneClock
from tests.desk.acts import refusal, talk
from tests.desk.conftest import MakeStore
from tests.desk.test_attachments import PICTURE, attach
from tests.test_markup import EXCEL, WORD

pytest.importorskip("nh3")
pytestmark = pytest.mark.anyio

RICH = attrs.evolve(
    RULES,
    sites={name: attrs.evolve(site, attachments=True) for name, site in RULES.sites.items()},
    staff={
        name: attrs.evolve(person, rich_text=name in ("ana", "sam"))
        for name, person in RULES.staff.items()
    },
)
EVIL = "<b onclick=alert(1)>Hello</b><script>steal()</script>"


@pytest.fixture
async def desk(make_store: MakeStore) -> AsyncIterator[Scene]:
    clock = SceneClock()
    async with Scene(make_store(clock), clock=clock, rules=RICH) as scene:
        yield scene


async def chatting(scene: Scene) -> tuple[Client, Client, str]:
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    for one in (maria, ana):
        await one.call("conversation.follow", stream=chat)
    return maria, ana, chat


def said(client: Client) -> list[dict[str, Any]]:
    return [event["data"] for event in client.told("event") if event["type"] == "Posted"]


async def test_who_may_format_sends_harmless_markup_and_plain_text_S2_19(desk: Scene) -> None:
    """A37: both sides get the same, and so do search and lists."""
    maria, ana, chat = await chatting(desk)
    assert ana.welcome["rich_text"] is True

    await ana.do("conversation.post", stream=chat, html=EVIL)
    await desk.settle()

    for one in (maria, ana):
        assert [(line["text"], line["html"]) for line in said(one)] == [("Hello", "<b>Hello</b>")]
    (row,) = (await ana.lists())["mine"]
    assert row["last_line"] == "Hello"
    assert "steal" not in repr(await desk.store.feed(0))
    assert "steal" not in repr(await desk.store.summaries(Query()))


async def test_whoever_may_not_is_refused_and_nothing_is_cleaned_S2_19(desk: Scene) -> None:
    """A visitor never, an agent not without the profile option."""
    maria, ana, chat = await chatting(desk)
    ben = await desk.staff("ben")
    await ana.do("conversation.transfer", stream=chat, agent="ben")
    await desk.settle()
    (offer,) = (await ben.lists())["offers"]
    await ben.do("conversation.accept", stream=chat, offer=offer["offer"])

    for one in (maria, ben):
        for told in ({"html": EVIL}, {"html": EVIL, "text": "x"}, {"html": ""}, {"html": None}):
            assert (await refusal(one, "conversation.post", stream=chat, **told))[
                "code"
            ] == "forbidden"
    assert ben.welcome["rich_text"] is False
    assert said(maria) == []


async def test_the_text_is_made_from_the_markup_S2_19(desk: Scene) -> None:
    """What search and mails say cannot differ from what is shown."""
    maria, ana, chat = await chatting(desk)

    await ana.do("conversation.post", stream=chat, html="<p>yes</p>", text="no")

    assert said(maria)[0]["text"] == "yes"


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ("", "invalid_text"),
        ("<script>x</script>", "invalid_text"),
        ("<b>" * 200 + "x", "invalid_text"),
        ("x" * 6000, "too_long"),
        (7, "invalid_type"),
        (["<b>x</b>"], "invalid_type"),
    ],
)
async def test_what_is_no_line_is_refused(desk: Scene, html: object, code: str) -> None:
    _, ana, chat = await chatting(desk)

    told = await refusal(ana, "conversation.post", stream=chat, html=html)

    assert (told["code"], told["field"]) == (code, "html")


async def test_a_repeat_is_answered_as_before_G3(desk: Scene) -> None:
    maria, ana, chat = await chatting(desk)
    told = {"stream": chat, "html": EVIL, "id": "command-rich-1"}

    first, again = [await ana.do("conversation.post", **told) for _ in range(2)]
    await ana.do("conversation.close", stream=chat)
    late = await ana.do("conversation.post", **told)

    assert first == again == late
    assert len(said(maria)) == 1


async def test_pictures_are_those_of_this_chat_S2_20(desk: Scene) -> None:
    """Nothing is loaded from elsewhere, nor from somebody else's chat."""
    maria, ana, chat = await chatting(desk)
    sam, other = await desk.staff("sam"), await desk.visitor()
    theirs = await talk(desk, other, ana)
    mine, foreign = await attach(ana, chat), await attach(other, theirs, PICTURE)
    text = await attach(ana, chat, b"no picture", name="x.txt")
    here, there = (stream.partition("/")[2] for stream in (chat, theirs))
    wanted = (
        f"<img src='files/{here}/{mine}' onerror=alert(1)><img src='files/{there}/{foreign}'>"
        f"<img src='files/{here}/{text}'><img src='https://evil.example/{mine}'>see"
    )

    await ana.do("conversation.post", stream=chat, html=wanted)
    await sam.do("conversation.post", stream=chat, html=wanted)

    assert [line["html"] for line in said(maria)] == [f'<img src="files/{here}/{mine}">see'] * 2
    assert {line["text"] for line in said(maria)} == {"[picture]see"}


@pytest.mark.parametrize(
    ("html", "kept", "gone"),
    [
        (WORD, ("<b>", "color:#c00000", "Strings"), ("mso", "Mso", "o:p", "xml", "endif", "class")),
        (EXCEL, ("<table>", "<td>Model</td>", 'colspan="2"'), ("mso", "<col", "height", "xl65")),
        (
            "<h3>T</h3><ol><li>a</ol><s>b</s><script>c</script>",
            ("<h3>", "<ol><li>", "<s>"),
            ("c</",),
        ),
    ],
    ids=["word processor", "spreadsheet", "styles"],
)
async def test_what_is_pasted_and_styled_comes_through_S2_20_S2_21(
    desk: Scene, html: str, kept: tuple[str, ...], gone: tuple[str, ...]
) -> None:
    maria, ana, chat = await chatting(desk)

    await ana.do("conversation.post", stream=chat, html=html)

    (line,) = said(maria)
    assert all(part in line["html"] for part in kept)
    assert not any(part in line["html"] + line["text"] for part in gone)
    assert "<" not in line["text"]


async def test_without_the_parser_it_is_refused_S2_19(
    desk: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never taken as it is."""
    maria, ana, chat = await chatting(desk)
    monkeypatch.setattr(markup, "nh3", None)

    told = await refusal(ana, "conversation.post", stream=chat, html="<b>x</b>")

    assert told["code"] == "unavailable"
    assert (await desk.staff("ana")).welcome["rich_text"] is False
    await ana.do("conversation.post", stream=chat, text="x")
    assert [line["html"] for line in said(maria)] == [""]


async def test_erasure_takes_the_markup_too_A79(desk: Scene) -> None:
    _, ana, chat = await chatting(desk)
    await ana.do("conversation.post", stream=chat, html="<b>quokka</b>")

    await desk.desk.forget([chat])

    assert "quokka" not in json.dumps([row.data.decode() for row in await desk.store.feed(0)])
