"""Whom is a chat with? From the first proposal until somebody is verified, and who learns of it."""

import anyio
import pytest

from livechat_core.testing.desk import Client, Refused, Scene
from tests.desk.acts import refusal, talk, types
from tests.desk.persons import chat, profile, verified, who

pytestmark = pytest.mark.anyio


# --- verification ---------------------------------------------------------------------------------


async def test_the_person_with_the_address_is_proposed_after_accepting_S2_6(desk: Scene) -> None:
    """S1-3, S2-6: with what he says of himself; nobody has verified it yet."""
    ana = await desk.staff("ana")
    stream = await chat(desk, ana, phone="+351 21 000 0000")
    found = await who(ana, stream)

    (row,) = (await ana.lists())["mine"]
    assert (row["verify"], row["contact"]) == (True, "")
    assert (found["standing"], found["required"], found["signed_in"]) == ("proposed", True, False)
    assert found["contact"]["name"] == found["said"]["name"] == "Maria"
    assert found["contact"]["phone"] == "+351 21 000 0000"
    assert found["contact"]["verified"] == []
    assert [one["by"] for one in found["matches"]] == ["email"]


async def test_the_agent_verifies_and_then_speaks_S2_7_S2_16(desk: Scene) -> None:
    """S2-7, S2-16: until then only the visitor's lines are kept."""
    maria, ana = await desk.visitor(), await desk.staff("ana")
    stream = await chat(desk, ana, maria)
    line = {"stream": stream, "text": "Hello"}
    assert (await refusal(ana, "conversation.post", **line))["code"] == "not_verified"
    await maria.do("conversation.post", stream=stream, text="Anybody?")

    contact = await verified(desk, ana, stream)
    assert (await who(ana, stream))["standing"] == "verified"
    await ana.do("conversation.post", **line)
    assert (await profile(ana, contact, stream))["conversations"][0]["stream"] == stream


async def test_search_choose_and_verify_until_the_right_person_is_found(desk: Scene) -> None:
    """S2-8, S2-9, S2-10: every choice asks for verification again."""
    ana = await desk.staff("ana")
    earlier = await chat(desk, ana, name="Joana Silva", email="joana@c.example")
    right = (await who(ana, earlier))["contact"]["stream"]
    stream = await chat(desk, ana)
    await verified(desk, ana, stream)
    for words in ({"words": "silva"}, {"email": "JOANA@c.example"}):
        (found,) = await ana.call("contact.search", conversation=stream, **words)
        assert (found["stream"], found["name"]) == (right, "Joana Silva")

    await ana.do("conversation.choose_contact", stream=stream, contact=right)
    assert (await who(ana, stream))["standing"] == "chosen"
    line = {"stream": stream, "text": "Hello"}
    assert (await refusal(ana, "conversation.post", **line))["code"] == "not_verified"
    assert await verified(desk, ana, stream) == right
    await ana.do("conversation.post", **line)


async def test_who_is_not_found_is_made_S2_9(desk: Scene) -> None:
    ana = await desk.staff("ana")
    stream = await chat(desk, ana, email="", name="")
    assert (await who(ana, stream))["standing"] == "unknown"
    assert await ana.call("contact.search", conversation=stream, words="Nobody") == []
    told = {"name": "Rui Costa", "email": "rui@c.example", "phone": "+351 1234567"}
    made = (await ana.do("contact.create", **told))["stream"]
    await ana.do("conversation.verify_contact", stream=stream, contact=made)

    found = (await who(ana, stream))["contact"]
    assert (found["stream"], found["name"], found["verified"]) == (
        made,
        "Rui Costa",
        ["email", "name", "phone"],
    )
    other = await chat(desk, ana, email="Rui@C.example", name="R.")
    assert (await who(ana, other))["contact"]["stream"] == made


async def test_of_two_who_verify_at_once_one_hears_of_the_others_choice(desk: Scene) -> None:
    """S2-10."""
    ana, sam = await desk.staff("ana"), await desk.staff("sam", watch=True)
    stream = await chat(desk, ana)
    first = (await who(ana, stream))["contact"]["stream"]
    other = (await sam.do("contact.create", name="Another"))["stream"]
    await sam.do("conversation.choose_contact", stream=stream, contact=other)

    told = await refusal(ana, "conversation.verify_contact", stream=stream, contact=first)
    assert (told["code"], told["value"]) == ("changed", other)
    await ana.do("conversation.verify_contact", stream=stream, contact=other)
    assert (await sam.do("conversation.verify_contact", stream=stream, contact=other))["seq"] == 0


async def test_of_two_who_verify_different_persons_at_once_one_wins_S2_10(desk: Scene) -> None:
    """G21: on two processes; the other one reads who it is now."""
    other = await desk.beside()
    ana, sam = await desk.staff("ana"), await other.staff("sam", watch=True)
    stream = await chat(desk, ana)
    await other.settle()
    first = (await who(ana, stream))["contact"]["stream"]
    second = (await sam.do("contact.create", name="Another"))["stream"]
    codes: dict[str, str] = {}

    async def verify(client: Client, contact: str) -> None:
        told = {"stream": stream, "contact": contact}
        try:
            await client.do("conversation.verify_contact", **told)
        except Refused as refused:
            codes[contact] = refused.code
        else:
            codes[contact] = ""

    async with anyio.create_task_group() as group:
        group.start_soon(verify, ana, first)
        group.start_soon(verify, sam, second)
    assert sorted(codes.values()) == ["", "changed"]
    (winner,) = [contact for contact, code in codes.items() if not code]
    assert (await who(ana, stream))["contact"]["stream"] == winner
    assert (await types(desk, stream)).count("ContactVerified") == 1


async def test_nobody_is_verified_who_is_not_there(desk: Scene) -> None:
    """A2, B75."""
    ana = await desk.staff("ana")
    stream = await chat(desk, ana)
    for method in ("conversation.choose_contact", "conversation.verify_contact"):
        for contact in ("contact/" + "0" * 32, "contact/"):
            told = await refusal(ana, method, stream=stream, contact=contact)
            assert told["code"] == "not_found"
        assert (await refusal(ana, method, stream=stream, contact=stream))["field"] == "contact"
    assert not {"ContactChosen", "ContactVerified"} & {*await types(desk, stream)}


async def test_whom_the_host_vouches_for_needs_no_verification_S2_7(desk: Scene) -> None:
    """S1-3: the host's word is a fact, and the same person is the same contact next time."""
    ana = await desk.staff("ana")
    account = {"x-name": "Maria Silva", "x-id": "7"}
    stream = await chat(desk, ana, await desk.visitor(headers=account), email="typed@c.example")
    found = await who(ana, stream)
    assert (found["standing"], found["contact"]["verified"]) == ("verified", ["name"])

    again = await chat(desk, ana, await desk.visitor(headers=account), email="")
    assert (await who(ana, again))["contact"]["stream"] == found["contact"]["stream"]
    typed = await chat(desk, ana, email="typed@c.example")
    other = (await who(ana, typed))["contact"]["stream"]
    assert other != found["contact"]["stream"], "A21: what he typed leads to somebody else"


async def test_chats_of_other_queues_need_no_verification_S2_16(scene: Scene) -> None:
    """S2-16: it is a setting of the queue (``verify``)."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    stream = await talk(scene, maria, ana)
    assert not (await who(ana, stream))["required"]
    await ana.do("conversation.post", stream=stream, text="Hello")


# --- what the visitor gets ------------------------------------------------------------------------


async def test_a_visitor_never_learns_whether_his_address_is_known_A17(desk: Scene) -> None:
    """A17, A18: known and unknown addresses look the same, whatever the agent does."""
    ana = await desk.staff("ana")
    known = await chat(desk, ana, name="Joana Silva", email="joana@c.example")
    contact = await verified(desk, ana, known)
    await ana.call("contact.show", stream=contact, conversation=known)
    await ana.do("contact.write_note", stream=contact, text="secret-note")
    seen = []
    for email in ("joana@c.example", "nobody@c.example"):
        visitor = await desk.visitor()
        stream = await chat(desk, ana, visitor, email=email)
        await verified(desk, ana, stream)
        await visitor.call("conversation.follow", stream=stream)
        history = await visitor.call("conversation.history", stream=stream)
        text = repr((visitor.pushed, history))
        for word in ("Joana", "secret-note", "contact/", "verified", "ontactV"):
            assert word not in text
        seen.append([event["type"] for event in history["events"]])
    assert seen[0] == seen[1]


async def test_what_a_stranger_types_changes_nothing_that_is_known_A20(desk: Scene) -> None:
    """A20, A21: it is a claim with its source, and its chat stays apart."""
    ana = await desk.staff("ana")
    stream = await chat(desk, ana)
    contact = await verified(desk, ana, stream)
    await profile(ana, contact, stream)
    await ana.do("contact.verify", stream=contact, field="name", value="Maria Silva")
    forged = await chat(desk, ana, name="Mallory", phone="+1 555 0100")
    found = await profile(ana, contact, stream)

    assert found["name"] == "Maria Silva"
    claim = {"field": "name", "value": "Mallory", "source": forged}
    assert claim in found["claims"]
    assert [one["stream"] for one in found["conversations"]] == [stream]


async def test_a_strangers_phone_beside_the_own_address_leads_to_nobody_A21(desk: Scene) -> None:
    """A21, F58: no proposal, no merge, in either direction."""
    ana = await desk.staff("ana")
    victim = await chat(desk, ana, email="", name="Joana", phone="+351 1234567")
    forged = await chat(desk, ana, email="mallory@c.example", name="M", phone="+351 1234567")

    assert (await who(ana, victim))["contact"]["name"] == "Joana"
    assert [one["by"] for one in (await who(ana, victim))["matches"]] == ["phone"]
    found = await who(ana, forged)
    assert found["contact"]["email"] == "mallory@c.example"
    assert [one["by"] for one in found["matches"]] == ["email", "phone"]


# --- who may see whom -----------------------------------------------------------------------------


async def test_an_agent_comes_to_a_person_through_his_own_chats_only_A12(desk: Scene) -> None:
    """A11, A12: who serves another queue finds nobody, opens nobody and writes nothing."""
    ana, eve = await desk.staff("ana"), await desk.staff("eve")
    stream = await chat(desk, ana)
    contact = await verified(desk, ana, stream)
    own = await chat(desk, eve, site="drumstory", email="x@c.example")
    for method, told in {
        "conversation.contact": {"stream": stream},
        "contact.search": {"conversation": stream, "words": "Maria"},
        "contact.show": {"stream": contact, "conversation": stream},
        "contact.pop": {"stream": contact, "conversation": stream},
        "contact.write_note": {"stream": contact, "text": "x"},
        "contact.tag": {"stream": contact, "tag": "x"},
        "contact.merge": {"stream": contact, "into": "contact/1"},
    }.items():
        assert (await refusal(eve, method, **told))["code"] == "not_found", method
    told = await refusal(eve, "contact.search", words="Maria")
    assert (told["code"], told["field"]) == ("invalid_type", "conversation")
    assert (await refusal(eve, "contact.show", stream=contact))["code"] == "not_found"
    assert (await refusal(eve, "contact.search", conversation=own))["field"] == "words"
