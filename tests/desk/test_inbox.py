"""The inbox: its views and counts, tags, mentions, and what raises a notice."""

from typing import Any

import attrs
import pytest

from livechat_core.hookspecs import hookimpl
from livechat_core.notifiers.email import EmailNotifier, EmailNotifierSettings
from livechat_core.ports import Notifier
from livechat_core.rules import Queue, Staff
from livechat_core.streams import Summary
from livechat_core.testing.adapters import MemoryMailer
from livechat_core.testing.desk import RULES, Adapters, Client, Refused, Scene, SceneClock
from tests.desk.acts import accept, refusal, start, talk
from tests.desk.conftest import MakeStore

pytestmark = pytest.mark.anyio


async def _view(client: Client, view: str) -> list[str]:
    found = await client.call("desk.inbox", view=view)
    return [row["stream"] for row in found["found"]]


def _gone(scene: Scene, stream: str) -> Summary:
    """Return the summary of a chat that mentions Eve, and that the store has no more."""
    facts = {"owner": "", "guests": [], "mentions": {"eve": scene.clock.now()}}
    return Summary(stream=stream, phase="closed", version=1, queue="support", facts=facts)


def _counts(client: Client) -> dict[str, int]:
    """Return the counts as a front end has them: what it began with, and all differences."""
    counts: dict[str, int] = dict(client.welcome["inbox"])
    for push in client.told("inbox"):
        counts |= push
    return counts


async def _sold(scene: Scene) -> str:
    """Return a waiting chat of the other brand."""
    return await start(await scene.visitor(site="drumstory"), site="drumstory")


# --- views ---------------------------------------------------------------------------------------


async def test_five_views_show_whose_the_chats_are_S3_12(scene: Scene) -> None:
    ana, ben, sam = await scene.staff("ana"), await scene.staff("ben"), await scene.staff("sam")
    mine = await talk(scene, await scene.visitor(), ana)
    await ana.do("presence.set_status", status="busy")
    his = await start(await scene.visitor())
    await scene.settle()
    await accept(scene, ben)
    for agent in (ben, sam):
        await agent.do("presence.set_status", status="busy")
    await scene.staff("eve")
    waits = await start(await scene.visitor())
    other = await _sold(scene)
    await ben.do("conversation.note", stream=his, text="Ana, look", mentions=["ana"])
    await scene.settle()

    assert await _view(ana, "mine") == [mine]
    assert await _view(ana, "mentions") == [his]
    assert await _view(ana, "unassigned") == [waits]
    assert await _view(ana, "team") == [waits, his, mine]
    assert await _view(ana, "all") == [waits, his, mine]
    assert await _view(sam, "all") == [other, waits, his, mine]
    assert await _view(sam, "mine") == []


async def test_another_brands_chats_never_stand_in_our_teams_inbox_S3_13(scene: Scene) -> None:
    """S3-13: for nobody; they show in "all" for who may see them, a supervisor."""
    ana, sam, eve = await scene.staff("ana"), await scene.staff("sam"), await scene.staff("eve")
    other = await _sold(scene)
    await scene.settle()

    for view in ("unassigned", "team"):
        assert await _view(ana, view) == await _view(sam, view) == []
        assert await _view(eve, view) == [other]
    assert (await _view(ana, "all"), await _view(sam, "all")) == ([], [other])


async def test_a_queued_chat_raises_the_unassigned_count_of_its_team_by_one_S3_11(
    scene: Scene,
) -> None:
    """S3-11: pushed as a difference; a chat that somebody takes lowers it again."""
    ana, eve = await scene.staff("ana"), await scene.staff("eve")
    await ana.do("presence.set_status", status="busy")
    await scene.settle()
    before = len(ana.told("inbox"))
    chat = await start(await scene.visitor())
    await scene.settle()

    assert ana.told("inbox")[before:] == [{"unassigned": 1, "team": 1, "all": 1}]
    await ana.do("conversation.pick", stream=chat)
    await scene.settle()
    assert ana.told("inbox")[-1] == {"mine": 1, "unassigned": 0}
    assert eve.told("inbox") == []
    await ana.do("conversation.close", stream=chat)
    await scene.settle()
    assert _counts(ana) == dict.fromkeys(("mine", "mentions", "unassigned", "team", "all"), 0)


async def test_a_view_comes_in_pages_newest_first_S3_12(scene: Scene) -> None:
    ana = await scene.staff("ana")
    chats = [await start(await scene.visitor()) for _ in range(5)]
    await scene.settle()

    pages, before = [], {}
    while True:
        page = await ana.call("desk.inbox", view="team", limit=2, **before)
        pages.append([row["stream"] for row in page["found"]])
        if not page["more"]:
            break
        before = {"before": page["more"]}
    assert pages == [chats[:2:-1], chats[2:0:-1], chats[:1]]


@pytest.mark.parametrize("wrong", [{"view": "theirs"}, {"view": "mine", "limit": 0}, {}])
async def test_what_is_no_view_is_refused(scene: Scene, wrong: dict[str, Any]) -> None:
    ana = await scene.staff("ana")
    with pytest.raises(Refused) as refused:
        await ana.call("desk.inbox", **wrong)
    assert refused.value.code == "invalid_type"


# --- tags ----------------------------------------------------------------------------------------


async def test_a_chat_is_tagged_in_one_form_whatever_its_phase_S3_24(scene: Scene) -> None:
    """S3-24, F40: the visitor gets none of it."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await ana.do("conversation.tag", stream=chat, tag=" Late  Delivery ")
    await ana.do("conversation.tag", stream=chat, tag="late-delivery")
    await ana.do("conversation.close", stream=chat)
    await ana.do("conversation.tag", stream=chat, tag="ÉTÉ")
    await ana.do("conversation.untag", stream=chat, tag="vip")
    assert await ana.call("desk.tags") == [
        {"tag": "late-delivery", "count": 1},
        {"tag": "été", "count": 1},
    ]
    history = await maria.call("conversation.history", stream=chat, after=0)
    assert "delivery" not in str(history)
    await ana.do("conversation.untag", stream=chat, tag="été")
    assert await ana.call("desk.tags") == [{"tag": "late-delivery", "count": 1}]


@pytest.mark.parametrize("tag", ["", "  ", "a;b", "-x", "x" * 51])
async def test_what_is_no_tag_is_refused_S3_24(scene: Scene, tag: str) -> None:
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)

    told = await refusal(ana, "conversation.tag", stream=chat, tag=tag)
    assert told["code"] in {"invalid_text", "too_long"}


async def test_choosing_a_tag_lists_all_conversations_with_it_S3_25(scene: Scene) -> None:
    """S3-25: open and over; those of a team that an agent does not serve are not among them."""
    ana, eve = await scene.staff("ana"), await scene.staff("eve")
    over, going_on = [await talk(scene, await scene.visitor(), ana) for _ in range(2)]
    other = await _sold(scene)
    await eve.do("conversation.tag", stream=other, tag="vip")
    for chat in (over, going_on):
        await ana.do("conversation.tag", stream=chat, tag="vip")
    await ana.do("conversation.close", stream=over)

    found = await ana.call("conversation.search", tag="vip")
    assert [row["stream"] for row in found["found"]] == [going_on, over]
    assert await ana.call("desk.tags") == [{"tag": "vip", "count": 2}]


# --- mentions ------------------------------------------------------------------------------------


async def test_a_mention_stands_in_the_colleagues_view_until_he_has_read_it_S3_27(
    scene: Scene,
) -> None:
    """S3-27: he is told at once, may read that chat and join it, though it is not of his team."""
    maria, ana, eve = await scene.visitor(), await scene.staff("ana"), await scene.staff("eve")
    chat = await talk(scene, maria, ana)
    assert (await refusal(eve, "conversation.join", stream=chat))["code"] == "not_found"

    await ana.do("conversation.note", stream=chat, text="Eve?", mentions=["eve", "eve", "ana"])
    await scene.settle()
    (notice,) = eve.told("notice")
    assert (notice["kind"], notice["stream"]) == ("mention", chat)
    assert (_counts(eve)["mentions"], _counts(eve)["all"], _counts(eve)["team"]) == (1, 1, 0)
    history = await eve.call("conversation.history", stream=chat, after=0)
    assert [one["type"] for one in history["events"]][-2:] == ["Noted", "Mentioned"]
    await eve.do("conversation.join", stream=chat)

    await eve.do("conversation.read_mention", stream=chat)
    await scene.settle()
    assert (await _view(eve, "mentions"), _counts(eve)["mentions"]) == ([], 0)
    assert ana.told("notice") == []


async def test_a_mention_in_a_chat_that_is_over_is_not_lost_S3_27(scene: Scene) -> None:
    """S3-27: the colleague was not there, and the desk has begun anew."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await ana.do("conversation.close", stream=chat)
    await ana.do("conversation.note", stream=chat, text="Eve?", mentions=["eve"])
    await scene.restart()

    eve = await scene.staff("eve")
    assert eve.welcome["inbox"]["mentions"] == 1
    assert await _view(eve, "mentions") == [chat]
    await eve.do("conversation.read_mention", stream=chat)
    assert await _view(eve, "mentions") == []


async def test_what_was_forgotten_stands_in_no_view(scene: Scene) -> None:
    """A79: tags go with what they were put on; a mention that is nowhere is not counted."""
    maria, ana, eve = await scene.visitor(), await scene.staff("ana"), await scene.staff("eve")
    chat = await talk(scene, maria, ana)
    await ana.do("conversation.tag", stream=chat, tag="marias-wedding")
    await ana.do("conversation.close", stream=chat)
    await ana.do("conversation.note", stream=chat, text="Eve?", mentions=["eve"])
    await scene.settle()
    assert _counts(eve)["mentions"] == 1
    scene.service.inbox.take(_gone(scene, "conversation/removed"))
    assert scene.service.inbox.counts("eve")["mentions"] == 2

    await scene.desk.forget([chat])
    assert await ana.call("desk.tags") == []
    assert await _view(eve, "mentions") == [chat]
    assert scene.service.inbox.counts("eve")["mentions"] == 1


async def test_who_is_no_colleague_cannot_be_mentioned(scene: Scene) -> None:
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)

    told = await refusal(ana, "conversation.note", stream=chat, text="?", mentions=["nobody"])
    assert told["code"] == "unknown_agent"


# --- notices -------------------------------------------------------------------------------------


async def test_a_queued_chat_raises_a_notice_to_every_member_of_the_team_once_S3_9(
    scene: Scene,
) -> None:
    """S3-9: not to other teams, not of what stood there before, and not again for each change."""
    ana, ben, eve = [await scene.staff(name) for name in ("ana", "ben", "eve")]
    for agent in (ana, ben):
        await agent.do("presence.set_status", status="busy")
    maria = await scene.visitor()
    chat = await start(maria, name="Maria")
    await scene.settle()
    await maria.do("conversation.post", stream=chat, text="Anybody?")
    await scene.settle()

    for agent in (ana, ben):
        (notice,) = agent.told("notice")
        assert (notice["kind"], notice["stream"]) == ("waiting", chat)
        assert notice["question"] == "Do you have these in red?"
        assert (notice["queue_name"], notice["number"] > 0) == ("Support", True)
    assert eve.told("notice") == []
    sam = await scene.staff("sam")
    await scene.settle()
    assert sam.told("notice") == []


class _Mails:
    """The e-mail channel, with a post office in memory."""

    def __init__(self) -> None:
        self.mailer = MemoryMailer()

    @hookimpl
    def livechat_notifiers(self) -> list[Notifier]:
        settings = EmailNotifierSettings(to=("everybody@desk.example",))
        return [EmailNotifier(settings, self.mailer, sender="desk@desk.example")]


async def test_a_queued_chat_is_mailed_to_every_member_of_the_team_S3_10(
    make_store: MakeStore,
) -> None:
    """S3-10: where the queue says so; each once, whoever is there; not to other teams."""
    clock = SceneClock()
    staff = {
        name: Staff(name=name, email=f"{name}@desk.example", queues=(queue,))
        for name, queue in (("ana", "support"), ("ben", "support"), ("eve", "sales"))
    } | {"kim": Staff(name="kim")}
    queues = {"support": Queue(name="Support", mail_team=True), "sales": Queue(name="Sales")}
    rules = attrs.evolve(RULES, staff=staff, queues=queues, notifiers=())
    mails, outside = _Mails(), Adapters()
    async with Scene(
        make_store(clock), rules=rules, clock=clock, adapters=outside, plugins=[mails]
    ) as scene:
        for agent in ("ana", "eve"):
            await scene.staff(agent)
        await start(await scene.visitor(), email="maria@customer.example")
        await start(await scene.visitor(), queue="sales")
        await scene.settle()

        sent = mails.mailer.sent
        assert sorted(mail.to for mail in sent) == ["ana@desk.example", "ben@desk.example"]
        assert len({mail.key for mail in sent}) == 2
        assert all("Do you have these in red?" in mail.text for mail in sent)
        assert not any("Maria" in mail.subject for mail in sent)
