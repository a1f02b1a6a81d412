"""Saved replies, articles and emoji, ready to be sent in a chat."""

from typing import Any

import attrs
import pytest

from livechat_core.testing.desk import RULES, Client, Refused, Scene, SceneClock
from tests.desk.acts import item, refusal, talk
from tests.desk.conftest import MakeStore

pytestmark = pytest.mark.anyio


async def reply(client: Client, name: str, body: str, **told: Any) -> str:
    """Save a reply; what is no field of the command is one of its values."""
    personal = told.pop("personal", False)
    saved = {"topic": "saved_reply", "name": name, "body": body, "personal": personal}
    ack = await client.do("record.save", **saved, values=told)
    stream: str = ack["stream"]
    return stream


async def test_a_saved_reply_is_found_filled_and_sent(make_store: MakeStore) -> None:
    """S1-9, F38, F39."""
    clock = SceneClock()
    rules = attrs.evolve(RULES, placeholders={"phone": "+49 30 1"})
    async with Scene(make_store(clock), rules=rules, clock=clock) as scene:
        ana, sam = await scene.staff("ana"), await scene.staff("sam", watch=True)
        maria = await scene.visitor(headers={"x-name": "{agent.name}"})
        chat = await talk(scene, maria, ana)
        body = "Hello {visitor.name}, {agent.name} of {site.name} here (#{number}, {phone}). :wave:"
        await reply(sam, "Hello", body, trigger="hi")
        (found,) = await ana.call("record.replies", typed="#hi", conversation=chat)
        number = (await item(ana, chat, "mine"))["number"]
        assert found["text"] == (
            f"Hello {{agent.name}}, Ana of Performances here (#{number}, +49 30 1). :wave:"
        )
        await maria.call("conversation.follow", stream=chat, after=0)
        await ana.do("conversation.post", stream=chat, text=found["text"])
        assert maria.told("event")[-1]["data"]["text"] == found["text"]


async def test_what_nobody_knows_has_something_to_stand_for_it(scene: Scene) -> None:
    """S3-29: the customer's values, or the words for want of them."""
    ana = await scene.staff("ana")
    await reply(ana, "Hello", "Dear {visitor.name|customer}", personal=True)
    chat = await talk(scene, await scene.visitor(), ana)
    (found,) = await ana.call("record.replies", conversation=chat)
    assert (found["text"], found["own"]) == ("Dear customer", True)
    (raw,) = await ana.call("record.replies")
    assert raw["text"] == "Dear {visitor.name|customer}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Hello {visitor.password}", "unknown_placeholder"),
        ("{visitor.name.__class__}", "bad_placeholder"),
        ("{0!r:>99999999}", "bad_placeholder"),
    ],
)
async def test_an_unknown_placeholder_is_refused_when_it_is_saved(
    scene: Scene, body: str, code: str
) -> None:
    """A49, F39: never evaluated, and never seen by a customer."""
    ana = await scene.staff("ana", watch=True)
    told = await refusal(
        ana, "record.save", topic="saved_reply", name="x", body=body, personal=True
    )
    assert (told["code"], told["key"]) == (code, "body")


async def test_replies_are_found_by_first_letters_where_they_belong_S3_30(scene: Scene) -> None:
    """S3-30, S3-28: one's own first, those of others never."""
    ana, ben, sam = [await scene.staff(name) for name in ("ana", "ben", "sam")]
    chat = await talk(scene, await scene.visitor(), ana)
    await reply(sam, "Refund rules", "a", trigger="money")
    await reply(sam, "Refund in France", "b", language="fr", site="drumstory")
    await reply(sam, "Refund of tickets", "c", queue="support")
    await reply(ana, "My refund", "d", personal=True)
    await reply(ben, "Refund by Ben", "e", personal=True)

    async def titles(typed: str, **told: str) -> list[str]:
        return [row["title"] for row in await ana.call("record.replies", typed=typed, **told)]

    assert await titles("#ref", conversation=chat) == [
        *("Refund of tickets", "Refund rules", "My refund"),
    ]
    assert await titles("mon", conversation=chat) == ["Refund rules"]
    assert "Refund in France" in await titles("ref")
    assert await titles("xyz") == []


async def test_an_article_is_offered_as_a_link_S3_36(scene: Scene) -> None:
    """S3-36: kept by supervisors, beside the replies, its address a plain web address."""
    ana, sam = await scene.staff("ana"), await scene.staff("sam", watch=True)
    url = "https://help.example/returns"
    told = {"topic": "article", "name": "How to return shoes"}
    assert (await refusal(sam, "record.save", **told, values={"url": "javascript:alert(1)"}))[
        "key"
    ] == "url"
    assert (await refusal(ana, "record.save", **told, values={"url": url}))["code"] == "forbidden"
    await sam.do("record.save", **told, values={"url": url})
    chat = await talk(scene, await scene.visitor(), ana)
    (found,) = await ana.call("record.replies", typed="ret", conversation=chat)
    assert (found["text"], found["article"]) == (f"How to return shoes: {url}", True)
    await ana.do("conversation.post", stream=chat, text=found["text"])


async def test_replies_for_a_chat_are_for_who_may_see_it(scene: Scene) -> None:
    """A12."""
    ana, eve = await scene.staff("ana"), await scene.staff("eve")
    chat = await talk(scene, await scene.visitor(), ana)
    for stream in (chat, "conversation/nothing", "record/queue.sales", "visit/x"):
        with pytest.raises(Refused) as refused:
            await eve.call("record.replies", conversation=stream)
        assert refused.value.code == "not_found"


async def test_emoji_are_put_in_for_who_asks_and_a_line_stays_as_it_is_sent(scene: Scene) -> None:
    """S1-8, S3-31."""
    ana, maria = await scene.staff("ana"), await scene.visitor()
    chat = await talk(scene, maria, ana)
    told = await ana.call("desk.emoji", line="Done :thumbsup: :nobody:")
    assert told == {"line": "Done 👍 :nobody:"}
    assert (await ana.call("desk.emoji", begin=":thumbs"))["emoji"]["thumbsdown"] == "👎"
    await maria.call("conversation.follow", stream=chat, after=0)
    for line in (told["line"], "Done :thumbsup:"):
        await ana.do("conversation.post", stream=chat, text=line)
        assert maria.told("event")[-1]["data"]["text"] == line
