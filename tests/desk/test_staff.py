"""Agents: transfer, windows that close, grace, what they see, invitations and bans."""

import pytest

from livechat_core.rules import seconds
from livechat_core.testing.desk import RULES, Client, Scene
from tests.desk.acts import accept, item, leave, offers, refusal, start, talk, types

pytestmark = pytest.mark.anyio


def _load(scene: Scene, agent: str) -> int:
    summary = scene.desk.index.presence(agent)
    return int(summary.facts["load"]) if summary else 0


async def test_a_transfer_to_a_colleague_keeps_the_chat_until_he_takes_it(scene: Scene) -> None:
    """S0-30, F35, A73: never without an owner; the visitor gets one notice."""
    maria, ana, ben = await scene.visitor(), await scene.staff("ana"), await scene.staff("ben")
    chat = await talk(scene, maria, ana)
    await maria.call("conversation.follow", stream=chat, after=0)
    for wrong, code in (({"agent": "ana"}, "same_agent"), ({"agent": "eve"}, "not_available")):
        assert (await refusal(ana, "conversation.transfer", stream=chat, **wrong))["code"] == code
    told = await refusal(ben, "conversation.transfer", stream=chat, agent="ben")
    assert told["code"] in {"forbidden", "not_found"}
    await ana.do("conversation.transfer", stream=chat, agent="ben", comment="about shoes")
    (offer,) = await offers(ben)
    assert (offer["kind"], offer["from"]) == ("transfer", "Ana")
    assert (await item(ana, chat, "mine"))["transfer_to"] == "ben"
    await ben.do("conversation.accept", stream=chat, offer=offer["offer"])
    assert (await ana.lists())["mine"] == []
    assert (await item(ben, chat, "mine"))["stream"] == chat
    assert [push["type"] for push in maria.told("event")] == ["TransferAccepted"]
    assert (_load(scene, "ana"), _load(scene, "ben")) == (0, 1)


@pytest.mark.parametrize("how", ["decline", "lapse", "away"])
async def test_a_transfer_that_is_not_taken_leaves_the_chat_where_it_is(
    scene: Scene, how: str
) -> None:
    """F37: who hands over keeps the chat until the colleague has said yes."""
    maria, ana, ben = await scene.visitor(), await scene.staff("ana"), await scene.staff("ben")
    chat = await talk(scene, maria, ana)
    await ana.do("conversation.transfer", stream=chat, agent="ben")
    (offer,) = await offers(ben)
    if how == "decline":
        await ben.do("conversation.decline", stream=chat, offer=offer["offer"])
    elif how == "lapse":
        await scene.wait(31)
    else:
        await ben.do("presence.set_status", status="away")
    assert (await item(ana, chat, "mine"))["transfer_to"] == ""
    assert (_load(scene, "ana"), _load(scene, "ben")) == (1, 0)


async def test_a_transfer_to_a_queue_waits_there(scene: Scene) -> None:
    """S2-22, F36: with the whole history; it keeps its time of arrival."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    same = await refusal(ana, "conversation.transfer", stream=chat, queue="support")
    assert same["code"] == "same_queue"
    eve = await scene.staff("eve")
    told = {"stream": chat, "queue": "sales", "comment": "wants two pairs", "id": "transfer-1"}
    ack = await ana.do("conversation.transfer", **told)
    assert await accept(scene, eve) == chat
    assert _load(scene, "ana") == 0
    history = await eve.call("conversation.follow", stream=chat, after=0)
    assert [event["type"] for event in history["events"]].count("Noted") == 1
    assert await ana.do("conversation.transfer", **told) == ack, "also when it left her queues (G3)"


async def test_a_window_that_closes_leaves_some_time(scene: Scene) -> None:
    """G10, F27: accepted chats stay for the grace; who returns has them still."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await ana.close()
    await scene.wait(50)
    ana = await scene.staff("ana")
    assert ana.welcome["status"] == "available"
    assert [row["stream"] for row in ana.welcome["lists"]["mine"]] == [chat]
    await ana.close()
    ben = await scene.staff("ben")
    await scene.wait(61)
    (offer,) = await offers(ben)
    assert offer["stream"] == chat
    assert (await types(scene, chat))[-2:] == ["Requeued", "Offered"]
    assert scene.desk.index.presence("ana") is None


async def test_the_death_of_an_old_window_does_not_harm_a_newer_one(scene: Scene) -> None:
    """M14."""
    old, new = await scene.staff("ana"), await scene.staff("ana")
    await old.close()
    await old.close()
    assert new.welcome["status"] == "available"
    assert (await new.lists()) is not None
    summary = scene.desk.index.presence("ana")
    assert summary is not None
    assert summary.phase == "available"


async def test_offline_waits_for_the_last_chat(scene: Scene) -> None:
    """F31; and who chose to be offline is not signed in by opening a page."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await ana.do("presence.set_status", status="offline")
    assert (await ana.call("desk.staff"))[0]["status"] == "draining"
    await ana.do("conversation.close", stream=chat)
    assert (await ana.call("desk.staff"))[0]["status"] == "offline"
    again = await scene.staff("ana")
    assert again.welcome["status"] == "offline"
    await again.do("presence.set_status", status="available")
    await scene.settle()
    assert again.told("status")[-1]["status"] == "available"
    assert _presences(scene) == ["presence/ana.2"]


def _presences(scene: Scene) -> list[str]:
    return [summary.stream for summary in scene.desk.index.all("presence")]


async def test_a_process_that_dies_loses_its_windows(scene: Scene) -> None:
    """G10, G21: found by its lease; the agents are in grace, then their chats go on."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await scene.restart()
    assert (await scene.staff("ben", watch=True)).welcome["status"] == "offline"
    await scene.wait(30)
    summary = scene.desk.index.presence("ana")
    assert summary is not None
    assert summary.phase == "grace"
    ben = await scene.staff("ben")
    await scene.wait(70)
    assert [row["stream"] for row in await offers(ben)] == [chat]
    started = list(scene.desk.index.all("process"))
    assert len(started) == 1


async def test_a_visitor_who_is_gone_is_noticed_and_later_given_up(scene: Scene) -> None:
    """G10: gone after 60 s, lost after 300 s if nobody has the chat; a reload writes nothing."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    token = maria.welcome["token"]
    await maria.close()
    await scene.wait(50)
    maria = await scene.visitor(token=token)
    assert maria.welcome["conversation"]["stream"] == chat
    await scene.wait(60)
    assert "VisitorLeft" not in await types(scene, chat)
    await maria.close()
    await scene.wait(62)
    assert (await item(ana, chat, "mine"))["visitor_gone"] is True
    maria = await scene.visitor(token=token)
    assert (await item(ana, chat, "mine"))["visitor_gone"] is False
    zoe = await scene.visitor()
    await ana.do("presence.set_status", status="busy")
    lost = await start(zoe)
    await zoe.close()
    await scene.wait(298)
    assert (await types(scene, lost))[-2:] == ["VisitorLeft", "WaitedLong"]
    await scene.wait(10)
    assert (await types(scene, lost))[-1] == "Closed"
    state = await scene.desk.view(lost)
    assert state.closed_reason == "visitor_lost"


async def test_visitors_are_seen_before_any_chat(scene: Scene) -> None:
    """S0-2, S0-32, F54: with their way over all sites."""
    ana = await scene.staff("ana")
    maria = await scene.visitor(url="https://shop.example/a")
    pages = [{"site": "drumstory", "url": f"https://drum.example/{name}"} for name in "bc"]
    await maria.do("visit.view", pages=pages[:1])
    await maria.do("visit.view", pages=pages[1:])
    await scene.wait(11)
    (row,) = (await ana.lists())["visitors"]
    assert (row["status"], row["name"], row["site"], row["page"]) == (
        *("browsing", "Guest", "drumstory", "https://drum.example/c"),
    )
    path = await ana.call("visit.path", stream=row["stream"])
    assert [page["url"] for page in path["pages"]] == [
        *("https://shop.example/a", "https://drum.example/b", "https://drum.example/c"),
    ]
    assert path["pages"][1]["site"] == "drumstory"


async def test_the_seven_states_of_a_visitor(scene: Scene) -> None:
    """S0-43, and so S0-28 (loading is the browser's own)."""
    ana, ben = await scene.staff("ana"), await scene.staff("ben")
    maria = await scene.visitor()

    async def status() -> str:
        return str((await ana.lists())["visitors"][0]["status"])

    found = [await status()]
    (row,) = (await ana.lists())["visitors"]
    await ana.do("visit.invite", stream=row["stream"])
    found.append(await status())
    await maria.do("visit.answer_invitation")
    chat = await start(maria)
    found.append(await status())
    await accept(scene, ana)
    found.append(await status())
    await ana.do("conversation.post", stream=chat, text="Hello")
    found.append(await status())
    await ana.do("conversation.transfer", stream=chat, agent="ben")
    found.append(await status())
    await maria.do("conversation.close", stream=chat)
    found.append(await status())
    assert found == [
        *("browsing", "invited", "in queue", "waiting", "chatting", "waiting", "closed"),
    ]
    await maria.close()
    await scene.wait(1801)
    assert (await ben.lists())["visitors"] == []
    assert (await types(scene, row["stream"]))[-1] == "Left"


async def test_an_invitation_locks_the_visitor_for_who_made_it(scene: Scene) -> None:
    """S0-44, S0-45: softly; accepted by starting a chat with exactly that agent."""
    ana, ben, maria = await scene.staff("ana"), await scene.staff("ben"), await scene.visitor()
    (row,) = (await ben.lists())["visitors"]
    await ben.do("visit.invite", stream=row["stream"])
    told = await refusal(ana, "visit.invite", stream=row["stream"])
    assert (told["code"], told["owner"]) == ("invited", "Ben")
    (push,) = maria.told("event")
    assert (push["type"], push["data"]["name"]) == ("Invited", "Ben")
    assert push["data"].keys() == {"name", "until"}, "what is internal stays inside"
    chat = await start(maria)
    assert (await item(ben, chat, "mine"))["stream"] == chat
    assert (await ana.lists())["offers"] == []


async def test_an_invitation_ends_closed_run_out_or_with_its_agent(scene: Scene) -> None:
    """S0-44, S0-45."""
    ana, ben, maria = await scene.staff("ana"), await scene.staff("ben"), await scene.visitor()
    (row,) = (await ana.lists())["visitors"]
    stream = row["stream"]
    await ana.do("visit.invite", stream=stream)
    await maria.do("visit.answer_invitation")
    assert (await item(ana, stream, "visitors"))["status"] == "browsing"
    await ana.do("visit.invite", stream=stream)
    await scene.wait(121)
    assert (await item(ana, stream, "visitors"))["status"] == "browsing"
    await ana.do("visit.invite", stream=stream)
    await ana.close()
    await ben.do("visit.invite", stream=stream)
    assert (await item(ben, stream, "visitors"))["invited_by"] == "Ben"


async def test_a_ban_is_asked_for_and_approved(scene: Scene) -> None:
    """S0-33, S0-34, F59: it holds for the chat, for messages, or for the sites altogether."""
    ana, sam, maria = await scene.staff("ana"), await scene.staff("sam"), await scene.visitor()
    (row,) = (await ana.lists())["visitors"]
    wanted = {"visitor": row["visitor"], "scope": "chat", "reason": "spam", "days": 1}
    ban = (await ana.do("ban.ask", **wanted))["stream"]
    await start(maria)
    assert (await refusal(ana, "ban.approve", stream=ban))["code"] == "forbidden"
    await maria.do("conversation.close", stream=(await _chat(scene, maria)))
    await sam.do("ban.approve", stream=ban)
    for method, told in (
        ("conversation.start", {}),
        ("conversation.leave_message", {"email": "a@b.example", "question": "x"}),
    ):
        assert (await refusal(maria, method, site="performances", **told))["code"] == "banned"
    other = await scene.visitor(token=maria.welcome["token"])
    assert other.welcome["visitor"] == row["visitor"]
    await sam.do("ban.ask", **{**wanted, "scope": "site"})
    with pytest.raises(Exception, match="banned"):
        await scene.visitor(token=maria.welcome["token"])
    assert [one["phase"] for one in (await sam.lists())["bans"]] == ["active", "active"]
    scene.clock.advance(seconds(24 * 3600))
    await scene.settle()
    assert (await sam.lists())["bans"] == []
    assert await leave(await scene.visitor(token=maria.welcome["token"]))


async def _chat(scene: Scene, visitor: Client) -> str:
    chat = scene.desk.index.chat_of(visitor.welcome["visitor"])
    assert chat is not None
    return chat.stream


async def test_a_request_and_a_visit_are_announced(make_store, scene: Scene) -> None:  # noqa: ANN001, ARG001
    """S0-41, S0-42."""
    await scene.staff("ana")
    await start(await scene.visitor(), question="Red ones?")
    await scene.settle()
    (notice,) = scene.outside.channels["team"].sent
    assert (notice.kind, notice.facts["question"], notice.facts["name"]) == (
        *("enquiry", "Red ones?", "Guest"),
    )
    assert notice.text.startswith("A visitor asks for help")
    assert RULES.public_url in notice.link


async def test_records_are_kept_and_personal_ones_stay_personal(scene: Scene) -> None:
    """S3-28."""
    ana, ben, sam = await scene.staff("ana"), await scene.staff("ben"), await scene.staff("sam")
    own = {"topic": "saved_reply", "name": "hello", "body": "Hi!", "personal": True}
    stream = (await ana.do("record.save", **own))["stream"]
    shared = {**own, "personal": False}
    assert (await refusal(ana, "record.save", **shared))["code"] == "forbidden"
    await sam.do("record.save", **shared)
    assert len(await ana.call("record.list", topic="saved_reply")) == 2
    assert len(await ben.call("record.list")) == 1
    assert (await refusal(ben, "conversation.history", stream=stream))["code"] == "not_found"
    await ana.do("record.retire", stream=stream)
    assert len(await ana.call("record.list")) == 1
