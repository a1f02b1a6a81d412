"""The life of a chat: holds, reminders, its end, going on, outcomes and tickets."""

from collections.abc import AsyncIterator
from typing import Any

import attrs
import pytest

from livechat_core.rules import LateLines, Queue, Rules, seconds
from livechat_core.testing.desk import RULES, Client, Scene, SceneClock
from tests.desk.acts import accept, item, refusal, start, talk, types

pytestmark = pytest.mark.anyio
CALM = attrs.evolve(RULES, unread_after=0)


def queued(**support: Any) -> Rules:
    """Return rules whose queue support has these terms."""
    queues = {**RULES.queues, "support": Queue(name="Support", **support)}
    return attrs.evolve(CALM, queues=queues)


@pytest.fixture
def rules(request: pytest.FixtureRequest) -> Rules:
    """The rules of the scene; a test that wants others says so."""
    found: Rules = getattr(request, "param", CALM)
    return found


@pytest.fixture
async def scene(make_store: Any, rules: Rules) -> AsyncIterator[Scene]:
    clock = SceneClock()
    async with Scene(make_store(clock), rules=rules, clock=clock) as scene:
        yield scene


async def answered(scene: Scene, maria: Client, ana: Client) -> str:
    """Bring a chat about in which nobody waits for an answer, and follow it."""
    chat = await talk(scene, maria, ana)
    await ana.do("conversation.post", stream=chat, text="I shall look.")
    for client in (maria, ana):
        await client.call("conversation.follow", stream=chat, after=0)
    return chat


def told(client: Client, kind: str) -> list[dict[str, Any]]:
    """Return what the events of one kind said to somebody."""
    return [event["data"] for event in client.told("event") if event["type"].endswith(kind)]


def load(scene: Scene, agent: str) -> int:
    working = scene.desk.index.presence(agent)
    assert working is not None
    return int(working.facts["load"])


# --- on hold -------------------------------------------------------------------------------------


async def test_a_chat_on_hold_takes_no_place_until_its_visitor_writes(scene: Scene) -> None:
    """S3-17, F52: it comes back to its agent, even above his capacity."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    assert (await refusal(ana, "conversation.snooze", stream=chat))["code"] == "visitor_waits"
    await ana.do("conversation.post", stream=chat, text="I shall look.")
    await maria.call("conversation.follow", stream=chat, after=0)
    await ana.do("conversation.snooze", stream=chat)
    assert load(scene, "ana") == 0
    until = (await item(ana, chat, "mine"))["snoozed_until"]
    assert until == scene.clock.now() + seconds(3600)
    assert told(maria, "Snoozed") == [{"until": None, "closes_at": until}]
    for _ in range(3):
        await start(await scene.visitor())
        await accept(scene, ana)
    await maria.do("conversation.post", stream=chat, text="I found it")
    assert load(scene, "ana") == 4
    assert (await item(ana, chat, "mine"))["snoozed_until"] == 0
    assert told(maria, "Woken") == [{}]


async def test_a_hold_ends_at_its_term_or_ends_the_chat(scene: Scene) -> None:
    """F52, S3-17."""
    maria, lea, ana = await scene.visitor(), await scene.visitor(), await scene.staff("ana")
    back, over = await answered(scene, maria, ana), await answered(scene, lea, ana)
    term = scene.clock.now() + seconds(7200)
    await ana.do("conversation.snooze", stream=back, until=term)
    await ana.do("conversation.snooze", stream=over)
    await scene.wait(3601)
    assert told(lea, "Closed") == [{"reason": "on_hold"}]
    assert (await item(ana, back, "mine"))["snoozed_until"] == term
    await scene.wait(3600)
    assert [event["reason"] for event in told(ana, "Woken")] == ["time"]
    assert load(scene, "ana") == 1


async def test_a_chat_on_hold_survives_its_agents_going_home(scene: Scene) -> None:
    """F52: he is not kept at work for it, and a colleague has it when it wakes."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await answered(scene, maria, ana)
    await ana.do("conversation.snooze", stream=chat)
    await ana.close()
    await scene.wait(70)
    assert scene.desk.index.presence("ana") is None
    assert (await types(scene, chat))[-1] == "HolderLeft"
    ben = await scene.staff("ben")
    await maria.do("conversation.post", stream=chat, text="Hello?")
    assert await accept(scene, ben) == chat


# --- silence -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rules",
    [attrs.evolve(CALM, remind_after=seconds(60), lull_after=seconds(120))],
    indirect=True,
)
async def test_an_agent_is_reminded_of_who_waits_and_of_a_lull(scene: Scene) -> None:
    """S3-18: staff alone are told."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await answered(scene, maria, ana)
    await scene.wait(121)
    assert [event["reason"] for event in told(ana, "AgentReminded")] == ["lull"]
    assert (await item(ana, chat, "mine"))["reminded"]
    assert ana.told("list")[-1]["changed"][0]["reminded"]
    await maria.do("conversation.post", stream=chat, text="Are you there?")
    assert not (await item(ana, chat, "mine"))["reminded"]
    await scene.wait(61)
    assert [event["reason"] for event in told(ana, "AgentReminded")] == ["lull", "waits"]
    assert told(maria, "AgentReminded") == []


async def test_a_silent_chat_ends_with_a_warning_and_a_notice(scene: Scene) -> None:
    """S1-30, S1-31, F53: any line in time lets it go on."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await answered(scene, maria, ana)
    await scene.wait(3301)
    (warned,) = told(maria, "ClosingSoon")
    assert seconds(298) <= warned["until"] - scene.clock.now() <= seconds(300)
    await maria.do("conversation.post", stream=chat, text="I am still here")
    await scene.wait(3299)
    assert (await item(ana, chat, "mine"))["stream"] == chat
    await scene.wait(310)
    assert len(told(maria, "ClosingSoon")) == 2
    assert told(maria, "Closed") == [{"reason": "inactive"}]
    assert [event["reason"] for event in told(ana, "Closed")] == ["inactive"]


async def test_a_chat_that_waits_in_line_is_not_inactive(scene: Scene) -> None:
    """F53: it is the desk that is silent."""
    ana = await scene.staff("ana")
    for _ in range(3):
        await talk(scene, await scene.visitor(), ana)
    maria = await scene.visitor()
    chat = await start(maria)
    for _ in range(8):
        for row in (await ana.lists())["mine"]:
            await ana.do("conversation.post", stream=row["stream"], text="Still looking")
        await scene.wait(500)
    assert (await item(ana, chat, "waiting"))["position"] == 1


# --- going on after the end ----------------------------------------------------------------------


async def test_a_line_soon_after_the_end_goes_on_with_the_last_agent(scene: Scene) -> None:
    """The same number, the same stream; the visitor waits in line as others do."""
    maria, ana, _ = await scene.visitor(), await scene.staff("ana"), await scene.staff("ben")
    chat = await answered(scene, maria, ana)
    number = (await item(ana, chat, "mine"))["number"]
    await ana.do("conversation.close", stream=chat)
    await scene.wait(590)
    await maria.do("conversation.post", stream=chat, text="One more thing")
    assert await accept(scene, ana) == chat
    row = await item(ana, chat, "mine")
    assert (row["number"], row["segment"], row["last_line"]) == (number, 2, "One more thing")
    (visitor,) = [one for one in (await ana.lists())["visitors"] if one["conversation"] == chat]
    assert visitor["status"] == "waiting"


async def test_a_chat_whose_agent_has_gone_home_goes_on_with_others(scene: Scene) -> None:
    """semantics.md section 4: it is treated as unassigned."""
    maria, ana, ben = await scene.visitor(), await scene.staff("ana"), await scene.staff("ben")
    chat = await answered(scene, maria, ana)
    await ana.do("conversation.close", stream=chat)
    await ana.do("presence.set_status", status="offline")
    await maria.do("conversation.reopen", stream=chat)
    assert await accept(scene, ben) == chat


async def test_a_late_line_that_nobody_can_answer_leads_to_a_message(scene: Scene) -> None:
    """Nothing is stored in a chat that is over (B76)."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await answered(scene, maria, ana)
    await ana.do("conversation.close", stream=chat)
    await ana.do("presence.set_status", status="offline")
    found = await refusal(maria, "conversation.post", stream=chat, text="One more thing")
    assert (found["code"], found["queue"]) == ("nobody_available", "support")
    assert (await types(scene, chat))[-1] == "Closed"


async def test_a_line_that_comes_too_late_begins_a_chat_that_is_linked(scene: Scene) -> None:
    """The agent sees which chat went before."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await answered(scene, maria, ana)
    await ana.do("conversation.close", stream=chat)
    await scene.wait(600)
    found = await refusal(maria, "conversation.post", stream=chat, text="One more thing")
    assert (found["code"], found["then"]) == ("closed", "start")
    again = await talk(scene, maria, ana)
    assert again != chat
    assert (await item(ana, again, "mine"))["previous"] == chat
    assert (await item(ana, again, "mine"))["segment"] == 1


@pytest.mark.parametrize("rules", [queued(late_lines=LateLines.REFUSE)], indirect=True)
async def test_a_queue_may_refuse_late_lines(scene: Scene) -> None:
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await answered(scene, maria, ana)
    await maria.do("conversation.close", stream=chat)
    found = await refusal(maria, "conversation.reopen", stream=chat)
    assert (found["code"], found["then"]) == ("closed", "")


async def test_a_visitor_has_one_open_chat_whatever_he_reopens(scene: Scene) -> None:
    """G5: and his line is not lost in silence."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    first = await answered(scene, maria, ana)
    await maria.do("conversation.close", stream=first)
    second = await start(maria)
    found = await refusal(maria, "conversation.post", stream=first, text="One more thing")
    assert (found["code"], found["guard"]) == ("full", "open_conversation")
    assert (await types(scene, first))[-1] == "Closed"
    await maria.do("conversation.post", stream=second, text="One more thing")


async def test_whom_a_ban_keeps_out_does_not_go_on(scene: Scene) -> None:
    """S0-33."""
    maria, ana, sam = await scene.visitor(), await scene.staff("ana"), await scene.staff("sam")
    chat = await answered(scene, maria, ana)
    await ana.do("conversation.close", stream=chat)
    visitor = maria.welcome["visitor"]
    await sam.do("ban.ask", visitor=visitor, scope="chat", reason="spam", days=1)
    for method, said in (("post", {"text": "One more thing"}), ("reopen", {})):
        found = await refusal(maria, f"conversation.{method}", stream=chat, **said)
        assert found["code"] == "banned"


@pytest.mark.parametrize("rules", [attrs.evolve(CALM, reopen_window=seconds(3600))], indirect=True)
async def test_a_page_that_is_opened_again_shows_the_chat_that_may_go_on(scene: Scene) -> None:
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await answered(scene, maria, ana)
    await ana.do("conversation.close", stream=chat)
    await scene.wait(3000)
    again = await scene.visitor(token=maria.welcome["token"])
    assert again.welcome["conversation"]["stream"] == chat
    await again.do("conversation.post", stream=chat, text="One more thing")
    assert await accept(scene, ana) == chat


async def test_an_agent_takes_back_a_chat_that_he_closed_by_mistake(scene: Scene) -> None:
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await answered(scene, maria, ana)
    await ana.do("conversation.close", stream=chat)
    await ana.do("conversation.reopen", stream=chat)
    assert (await item(ana, chat, "mine"))["segment"] == 2
    assert [event["agent"] for event in told(maria, "Accepted")][-1] == "Ana"


# --- outcomes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rules", [queued(outcomes=("resolved", "moved"), outcome_required=True)], indirect=True
)
async def test_a_chat_is_closed_only_when_resolved_or_moved(scene: Scene) -> None:
    """S3-5, S3-4: a case, a call, a remote session or an escalation is where it moves to."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await answered(scene, maria, ana)
    found = await refusal(ana, "conversation.close", stream=chat)
    assert (found["code"], found["allowed"]) == ("outcome_missing", "resolved, moved")
    found = await refusal(ana, "conversation.close", stream=chat, outcome="moved")
    assert found["code"] == "not_moved"
    await ana.do("conversation.record_outcome", stream=chat, outcome="case", reference="C-17")
    await ana.do("conversation.close", stream=chat, outcome="moved")
    assert told(maria, "Closed") == [{"reason": "agent"}], "a word for staff alone"
    assert told(maria, "OutcomeRecorded") == []
    assert [event["reference"] for event in told(ana, "OutcomeRecorded")] == ["C-17"]


# --- tickets -------------------------------------------------------------------------------------


async def test_a_ticket_from_a_chat_is_worked_on_like_a_left_message(scene: Scene) -> None:
    """S1-17, S1-18, F66: its maker has it at once, and the chat goes on."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await start(maria, name="Maria", email="maria@customer.example")
    await accept(scene, ana)
    told = await ana.call("conversation.ticket_subject", stream=chat)
    assert told == {"subject": "Support: Do you have these in red?"}
    await ana.do("conversation.make_ticket", stream=chat)
    await scene.settle()
    work = f"enquiry/{chat.partition('/')[2]}.1"
    row = await item(ana, work)
    assert (row["subject"], row["claimed_by"]) == (told["subject"], "ana")
    assert (row["ticket"], row["conversation"], row["looked_up"]) == (1, chat, True)
    await ana.do("enquiry.create_customer", stream=work)
    await scene.settle()
    await ana.do("enquiry.reply", stream=work, subject="Re", text="Yes.")
    await scene.settle()
    await ana.do("enquiry.schedule_follow_up", stream=work)
    await scene.settle()
    await ana.do("enquiry.complete", stream=work)
    assert [mail.to for mail in scene.outside.mailer.sent] == ["maria@customer.example"]
    assert (await item(ana, chat, "mine"))["stream"] == chat


async def test_the_ticket_holds_the_conversation_as_it_was(scene: Scene) -> None:
    """S1-19, S0-17: public lines only, and the history note has the same bytes."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await start(maria, name="Maria", email="maria@customer.example")
    await accept(scene, ana)
    await ana.do("conversation.post", stream=chat, text="Which size?")
    await ana.do("conversation.note", stream=chat, text="a secret")
    await maria.do("conversation.post", stream=chat, text="42\nor 43")
    await ana.do("conversation.make_ticket", stream=chat, subject="Red shoes", note="Ask Nadia")
    await maria.do("conversation.post", stream=chat, text="too late")
    await ana.do("conversation.close", stream=chat)
    await scene.settle()
    work = f"enquiry/{chat.partition('/')[2]}.1"
    row = await item(ana, work)
    head, _, rest = row["text"].partition("Conversation:\n")
    assert "Subject: Red shoes\n" in head
    assert "Remark:\n> Ask Nadia\n" in head
    assert rest.splitlines()[:4] == [
        *("> Maria: Do you have these in red?", "> Ana: Which size?", "> Maria: 42", "> or 43"),
    ]
    assert "secret" not in row["text"]
    assert "too late" not in row["text"]
    await ana.do("enquiry.create_customer", stream=work)
    await scene.settle()
    assert [one.text for one in scene.outside.erm.entries if one.kind == "note"] == [row["text"]]


async def test_a_ticket_without_an_address_waits_for_one(scene: Scene) -> None:
    """F66, S1-17: the customer is answered at the address by which he was found."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await ana.do("conversation.make_ticket", stream=chat)
    await scene.settle()
    work = f"enquiry/{chat.partition('/')[2]}.1"
    assert ((await item(ana, work))["phase"], (await item(ana, work))["step"]) == ("claimed", "")
    await ana.do("enquiry.search_again", stream=work, email="maria@customer.example")
    await scene.settle()
    await ana.do("enquiry.create_customer", stream=work, name="Maria")
    await scene.settle()
    await ana.do("enquiry.reply", stream=work, subject="Re", text="Yes.")
    await scene.settle()
    assert [mail.to for mail in scene.outside.mailer.sent] == ["maria@customer.example"]


async def test_each_ticket_of_a_chat_has_a_reference_of_its_own(scene: Scene) -> None:
    """S1-17: also after the end, and after a restart before it was written."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await answered(scene, maria, ana)
    await maria.do("conversation.close", stream=chat)
    await ana.do("conversation.make_ticket", stream=chat)
    await ana.do("conversation.make_ticket", stream=chat, subject="Another")
    await scene.restart()
    await scene.settle()
    sam = await scene.staff("sam")
    rows = (await sam.lists())["enquiries"]
    assert len({row["reference"] for row in rows}) == 2
    assert {row["number"] for row in rows} == {(await scene.desk.states.get(chat)).number}
