"""A chat from the first line to the rating, as visitor and agents live it."""

import anyio
import attrs
import pytest

from livechat_core.rules import seconds
from livechat_core.testing.desk import RULES, Client, Scene
from tests.desk.acts import accept, item, offers, refusal, start, talk, types

pytestmark = pytest.mark.anyio


def _lines(client: Client) -> list[tuple[str, str]]:
    told = [push["data"] for push in client.told("event") if push["type"] == "Posted"]
    return [(line["name"], line["text"]) for line in told]


async def test_both_sides_talk_and_share_the_number_S0_4(scene: Scene) -> None:
    """S0-1, S0-4, S0-9, S0-40, S4-21, G4: site, page, Guest, number; lines both ways, in order."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    ack = await maria.do("conversation.start", site="performances", question="Red ones?")
    await scene.settle()
    (offer,) = await offers(ana)
    assert (offer["number"], offer["site_name"], offer["name"]) == (
        *(ack["number"], "Performances", "Guest"),
    )
    assert (offer["page"], offer["question"]) == ("https://shop.example/shoes", "Red ones?")
    chat = await accept(scene, ana)
    for client in (maria, ana):
        followed = await client.call("conversation.follow", stream=chat, after=0)
        assert followed["number"] == ack["number"]
    for client, text in ((ana, "Hello"), (maria, "Hi"), (ana, "Yes, we do.")):
        await client.do("conversation.post", stream=chat, text=text)

    wanted = [("Ana", "Hello"), ("", "Hi"), ("Ana", "Yes, we do.")]
    assert _lines(maria) == _lines(ana) == wanted
    mine = await item(ana, chat, "mine")
    assert (mine["last_line"], mine["unanswered_since"]) == ("Yes, we do.", None)


async def test_a_signed_in_name_is_shown_as_it_is_and_a_typed_one_is_marked(scene: Scene) -> None:
    """S0-9, A19."""
    known = {"x-name": "Maria Silva", "x-email": "maria@customer.example"}
    for headers, told, shown in (
        (known, {}, "Maria Silva"),
        (known, {"name": "Somebody"}, "Maria Silva"),
        ({}, {"name": "Zoë"}, "Zoë (not signed in)"),
    ):
        visitor = await scene.visitor(headers=headers)
        ana = await scene.staff("ana")
        await start(visitor, **told)
        await scene.wait(1)
        assert (await ana.lists())["waiting"][-1]["name"] == shown


async def test_declining_and_running_out_pass_the_offer_on(scene: Scene) -> None:
    """S1-20, S1-21, S2-3: to the next agent; an offer that ran out counts as missed."""
    maria, ana, ben = await scene.visitor(), await scene.staff("ana"), await scene.staff("ben")
    chat = await start(maria)
    await scene.settle()
    (offer,) = await offers(ana)
    assert offer["until"] == scene.clock.now() + RULES.offer_timeout
    await ana.do("conversation.decline", stream=chat, offer=offer["offer"])
    await scene.settle()
    assert [len(await offers(one)) for one in (ana, ben)] == [0, 1]
    await scene.wait(29)
    assert len(await offers(ben)) == 1
    await scene.wait(12)
    assert [len(await offers(one)) for one in (ana, ben)] == [1, 0], "the pass begins again"
    summary = scene.desk.index.presence("ben")
    assert summary is not None
    assert (summary.facts["missed"], summary.facts["load"]) == (1, 0)
    assert await types(scene, chat) == [
        *("Started", "Offered", "Declined", "Offered", "OfferLapsed", "Offered"),
    ]


async def test_an_offer_is_answered_in_time_by_the_one_who_was_asked(scene: Scene) -> None:
    """G6, A69."""
    maria, ana, ben = await scene.visitor(), await scene.staff("ana"), await scene.staff("ben")
    chat = await start(maria)
    await scene.settle()
    (offer,) = await offers(ana)
    wanted = {"stream": chat, "offer": offer["offer"]}
    assert (await refusal(ben, "conversation.accept", **wanted))["code"] == "taken"
    forged = {"stream": chat, "offer": "forged"}
    assert (await refusal(ana, "conversation.accept", **forged))["code"] == "not_found"
    scene.clock.advance(RULES.offer_timeout)
    assert (await refusal(ana, "conversation.accept", **wanted))["code"] == "offer_over"
    await scene.settle()
    assert (await refusal(ana, "conversation.accept", **wanted))["code"] == "taken"


async def test_an_agent_who_stops_being_there_is_no_longer_asked(scene: Scene) -> None:
    """semantics.md section 4: the offer goes on at once and is not a missed one."""
    maria, ana, ben = await scene.visitor(), await scene.staff("ana"), await scene.staff("ben")
    chat = await start(maria)
    await scene.settle()
    await ana.do("presence.set_status", status="away")
    await scene.settle()
    assert len(await offers(ben)) == 1
    await ben.close()
    assert await types(scene, chat) == [
        *("Started", "Offered", "OfferWithdrawn", "Offered", "OfferWithdrawn"),
    ]
    await ana.do("presence.set_status", status="available")
    assert await accept(scene, ana) == chat


async def test_one_waits_until_somebody_comes(scene: Scene) -> None:
    """G8, S0-35, S2-17, F1: what nobody can take waits in the list until somebody can."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    rest = [await scene.visitor() for _ in range(4)]
    for visitor in (maria, *rest):
        await start(visitor)
        await scene.wait(1)
    for _ in range(3):
        (offer, *_) = await offers(ana)
        await ana.do("conversation.accept", stream=offer["stream"], offer=offer["offer"])
    await scene.settle()
    waiting = (await ana.lists())["waiting"]
    assert [row["position"] for row in waiting] == [1, 2]
    assert rest[3].told("position")[-1]["position"] == 2
    (first, *_) = (await ana.lists())["mine"]
    await ana.do("conversation.close", stream=first["stream"])
    await scene.settle()
    assert [row["stream"] for row in await offers(ana)] == [waiting[0]["stream"]]


async def test_capacity_is_never_exceeded_by_twenty_chats_at_once(scene: Scene) -> None:
    """G7, F5."""
    ana, ben = await scene.staff("ana"), await scene.staff("ben")
    visitors = [await scene.visitor() for _ in range(20)]

    async def begin(visitor: Client) -> None:
        await start(visitor)
        await scene.service.router.route()

    async with anyio.create_task_group() as group:
        for visitor in visitors:
            group.start_soon(begin, visitor)
    await scene.settle()
    for agent in ("ana", "ben"):
        summary = scene.desk.index.presence(agent)
        assert summary is not None
        assert summary.facts["load"] == summary.facts["capacity"] == 3
    assert len(await offers(ana)) == len(await offers(ben)) == 3
    assert len((await ana.lists())["waiting"]) == 20


async def test_chats_are_picked_by_hand_but_not_above_capacity(scene: Scene) -> None:
    """S0-31, F10: also by somebody who is busy."""
    ana = await scene.staff("ana")
    await ana.do("presence.set_status", status="busy")
    chats = []
    for _ in range(4):
        chats.append(await start(await scene.visitor()))
        await scene.settle()
    for chat in chats[:3]:
        await ana.do("conversation.pick", stream=chat)
    assert (await refusal(ana, "conversation.pick", stream=chats[3]))["code"] == "agent_full"
    ben = await scene.staff("ben", watch=True)
    assert (await refusal(ben, "conversation.pick", stream=chats[3]))["code"] == "not_available"
    assert await refusal(ben, "conversation.pick", stream=chats[0]) != {}


async def test_either_side_ends_the_chat_and_the_visitor_rates_it(scene: Scene) -> None:
    """S0-39, S1-29, F50, A72: staff are told; one rating, changed within its window only."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    early = await refusal(maria, "conversation.rate", stream=chat, value=3)
    assert early["code"] == "not_now"
    await maria.do("conversation.close", stream=chat)
    await maria.do("conversation.close", stream=chat)
    await scene.settle()
    assert (await ana.lists())["mine"] == []
    assert ana.told("list")[-1] is not None
    (row,) = (await ana.lists())["visitors"]
    assert row["status"] == "closed"
    assert (await refusal(maria, "conversation.rate", stream=chat, value=4))["code"] == "bad_rating"
    await maria.do("conversation.rate", stream=chat, value=3)
    await maria.do("conversation.rate", stream=chat, value=1, comment="Hm")
    await scene.wait(600)
    posted = await refusal(maria, "conversation.post", stream=chat, text="More")
    assert posted["code"] == "closed"
    assert (await refusal(maria, "conversation.rate", stream=chat, value=2))["code"] == "closed"
    assert (await types(scene, chat))[-3:] == ["Closed", "Rated", "Rated"]
    summary = scene.desk.index.presence("ana")
    assert summary is not None
    assert summary.facts["load"] == 0


async def test_a_repeat_with_the_same_client_id_changes_nothing(scene: Scene) -> None:
    """G3, A75: for a chat begun, a line, and the end; other content is a conflict."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    begin = {"site": "performances", "question": "Hi", "id": "the-start"}
    first = await maria.do("conversation.start", **begin)
    assert await maria.do("conversation.start", **begin) == first
    await accept(scene, ana)
    line = {"stream": first["stream"], "text": "Hello", "id": "the-line-1"}
    told = await maria.do("conversation.post", **line)
    scene.clock.advance(seconds(3))
    assert (await maria.do("conversation.post", **line))["seq"] == told["seq"]
    other = {**line, "text": "Something else"}
    assert (await refusal(maria, "conversation.post", **other))["code"] == "client_id"
    mine = await ana.do("conversation.post", **line)
    assert mine["seq"] == told["seq"] + 1, "another actor's id is another id"
    await maria.do("conversation.close", stream=first["stream"], id="the-close")
    again = await maria.do("conversation.post", **line)
    assert again["seq"] == told["seq"], "also when it would be refused by now"
    assert (await types(scene, first["stream"])).count("Posted") == 2


async def test_two_starts_at_once_are_one_chat(scene: Scene) -> None:
    """G5."""
    maria, _ = await scene.visitor(), await scene.staff("ana")
    found = []

    async def begin() -> None:
        found.append(await maria.do("conversation.start", site="performances"))

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(begin)
    assert len({ack["stream"] for ack in found}) == 1
    assert sum(bool(ack.get("existing")) for ack in found) == 4
    await scene.settle()
    open_chats = [row for row in scene.desk.index.all("conversation") if row.phase != "closed"]
    assert len(open_chats) == 1


async def test_a_line_that_is_full_refuses(scene: Scene) -> None:
    """A60: by queue and by network address."""
    await scene.staff("ana")
    for number in range(3):
        await start(await scene.visitor(peer="192.0.2.1"), question=str(number))
    fourth = await scene.visitor(peer="192.0.2.1")
    assert (await refusal(fourth, "conversation.start", site="performances"))["code"] == "full"
    await start(await scene.visitor(peer="192.0.2.2"))


async def test_an_idle_chat_is_closed(scene: Scene) -> None:
    """S1-30, S1-31, F53."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await maria.call("conversation.follow", stream=chat, after=0)
    await scene.wait(3599)
    assert (await item(ana, chat, "mine"))["stream"] == chat
    await scene.wait(2)
    assert (await ana.lists())["mine"] == []
    assert maria.told("event")[-1]["data"]["reason"] == "inactive"


async def test_the_history_goes_by_mail_to_the_own_address_only(scene: Scene) -> None:
    """S0-36, F48, A22."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await start(maria, email="maria@customer.example", question="Red ones?")
    await accept(scene, ana)
    await ana.do("conversation.post", stream=chat, text="Yes.")
    await ana.do("conversation.note", stream=chat, text="a secret")
    told = await refusal(
        maria, "conversation.email_transcript", stream=chat, email="victim@other.example"
    )
    assert told["code"] == "other_address"
    await maria.do("conversation.email_transcript", stream=chat, email="maria@customer.example")
    await scene.settle()
    (mail,) = scene.outside.mailer.sent
    assert (mail.to, mail.automatic) == ("maria@customer.example", True)
    said = [line.partition(" ")[2] for line in mail.text.splitlines() if ": " in line]
    assert said[:2] == ["You: Red ones?", "Ana: Yes."]
    assert "a secret" not in mail.text


async def test_a_busy_desk_does_as_its_queue_says(scene: Scene) -> None:
    """S0-3, S0-5: wait in line, or leave a message."""
    ana, maria = await scene.staff("ana"), await scene.visitor()
    await ana.do("presence.set_status", status="busy")
    state = await maria.call("desk.availability", site="performances")
    assert (state["state"], state["queue_when_busy"]) == ("busy", "queue_with_escape")
    chat = await start(maria)
    queue = attrs.evolve(RULES.queues["support"], when_busy="leave_message")
    strict = attrs.evolve(RULES, queues={**RULES.queues, "support": queue})
    scene.desk.rules = scene.desk.givens._rules = strict
    told = await refusal(await scene.visitor(), "conversation.start", site="performances")
    assert (told["code"], told["availability"]) == ("nobody_available", "busy")
    ack = await maria.do(
        "conversation.leave_message",
        stream=chat,
        site="performances",
        email="m@customer.example",
        question="Never mind, mail me.",
    )
    assert ack["stream"] == chat
    assert (await types(scene, chat))[-1] == "MessageLeft"
