"""What is kept of a person: notes, tags, fields, facts, one contact out of two, erasure."""

import pytest

from livechat_core import contact as c
from livechat_core.streams import Query
from livechat_core.testing.desk import Scene
from tests.desk.acts import MARIA, refusal
from tests.desk.persons import chat, profile, verified, who

pytestmark = pytest.mark.anyio


# --- the profile ----------------------------------------------------------------------------------


async def test_notes_are_with_the_person_in_all_his_chats_S3_20(desk: Scene) -> None:
    """S3-20, S3-21, S3-22: written by one, read and edited by another, who sees whose they are."""
    ana, ben = await desk.staff("ana"), await desk.staff("ben", watch=True)
    stream = await chat(desk, ana)
    contact = await verified(desk, ana, stream)
    await profile(ana, contact, stream)
    await ana.do("contact.write_note", stream=contact, text="Prefers calls")
    again = await chat(desk, ana, await desk.visitor())
    assert (await who(ben, again))["contact"]["stream"] == contact
    (note,) = (await profile(ben, contact, again))["notes"]
    assert (note["text"], note["name"]) == ("Prefers calls", "Ana")

    edit = {"stream": contact, "note": note["id"], "revision": note["revision"]}
    await ben.do("contact.edit_note", **edit, text="Prefers mails")
    told = await refusal(ana, "contact.edit_note", **edit, text="Never calls")
    assert (told["code"], told["owner"]) == ("changed", "Ben")
    (note,) = (await profile(ana, contact, stream))["notes"]
    assert (note["text"], note["name"], note["revision"]) == ("Prefers mails", "Ben", 2)


async def test_no_method_deletes_a_note_and_no_note_is_empty_S3_23(desk: Scene) -> None:
    """S3-23, F34: not even for supervisors; every version stays recorded."""
    ana, sam = await desk.staff("ana"), await desk.staff("sam", watch=True)
    stream = await chat(desk, ana)
    contact = await verified(desk, ana, stream)
    await sam.do("contact.write_note", stream=contact, text="Prefers calls")
    told = {"stream": contact, "note": 1, "revision": 1}
    for method in ("contact.delete_note", "contact.remove_note", "contact.erase"):
        assert (await refusal(sam, method, **told))["code"] == "unsupported"
    assert (await refusal(sam, "contact.edit_note", **told, text=" "))["code"] == "invalid_text"
    await sam.do("contact.edit_note", **told, text="Prefers mails")
    history = [event for _, event in await desk.desk.history(contact)]
    assert [one.text for one in history if hasattr(one, "text")] == [
        "Prefers calls",
        "Prefers mails",
    ]


async def test_tags_of_a_person_are_seen_by_the_whole_team_S3_26(desk: Scene) -> None:
    """S3-26, F41: and people are found by them."""
    ana, ben = await desk.staff("ana"), await desk.staff("ben", watch=True)
    stream = await chat(desk, ana)
    contact = await verified(desk, ana, stream)
    await profile(ana, contact, stream)
    await ana.do("contact.tag", stream=contact, tag="VIP")

    assert (await who(ben, stream))["contact"]["tags"] == ["vip"]
    found = await ben.call("contact.search", conversation=stream, tag="vip")
    assert [one["stream"] for one in found] == [contact]
    await ana.do("contact.untag", stream=contact, tag="vip")
    assert await ben.call("contact.search", conversation=stream, tag="vip") == []


async def test_a_search_finds_a_page_of_persons_and_no_more_S2_8(desk: Scene) -> None:
    """G18: and what is no text is refused."""
    sam = await desk.staff("sam", watch=True)
    for number in range(25):
        made = (await sam.do("contact.create", name=f"Maria {number}"))["stream"]
        await sam.do("contact.tag", stream=made, tag="press")
    for wanted in ({"tag": "press"}, {"words": "maria"}):
        assert len(await sam.call("contact.search", **wanted)) == 20
    both = await sam.call("contact.search", tag="press", words="7")
    assert [one["name"] for one in both] == ["Maria 7"]
    for bad in ({}, {"words": 5}, {"words": "x" * 201}, {"email": "x"}, {"tag": "!"}):
        assert (await refusal(sam, "contact.search", **bad))["http"] == 400


async def test_name_phone_and_the_fields_meant_for_it_are_beside_the_chat_S1_15(
    desk: Scene,
) -> None:
    """S1-15, S1-16, F42: the profile has all fields, the chat those that are visible in it."""
    ana = await desk.staff("ana")
    stream = await chat(desk, ana, name="Maria Silva", phone="+351 21 000 0000")
    contact = await verified(desk, ana, stream)
    await profile(ana, contact, stream)
    for field, value in (("plan", "paid"), ("credit", "500")):
        await ana.do("contact.verify", stream=contact, field=field, value=value)

    beside = (await who(ana, stream))["contact"]
    assert (beside["name"], beside["phone"]) == ("Maria Silva", "+351 21 000 0000")
    assert beside["fields"] == [{"name": "plan", "title": "Plan", "value": "paid"}]
    fields = (await profile(ana, contact, stream))["fields"]
    assert {one["name"]: one["value"] for one in fields} == {"plan": "paid", "credit": "500"}
    told = await refusal(ana, "contact.verify", stream=contact, field="plan", value="gold")
    assert told["code"] == "bad_choice"


async def test_a_profile_is_a_quick_overview_of_a_person_S3_34(desk: Scene) -> None:
    """S3-34: what is known and from whom, what was said and where, and all his conversations."""
    maria, ana = await desk.visitor(), await desk.staff("ana")
    first = await chat(desk, ana, maria)
    contact = await verified(desk, ana, first)
    await maria.do("conversation.close", stream=first)
    second = await chat(desk, ana, maria, name="Mia")
    await verified(desk, ana, second)
    await profile(ana, contact, second)
    await ana.do("contact.verify", stream=contact, field="company", value="Silva & Sons")
    found = await profile(ana, contact, second)

    assert [one["stream"] for one in found["conversations"]] == [second, first]
    assert all(one["number"] for one in found["conversations"])
    assert found["visits"] == 1
    assert found["facts"] == [
        {"field": "company", "value": "Silva & Sons", "source": "staff", "agent": "ana"}
    ]
    assert {(one["value"], one["source"]) for one in found["claims"] if one["field"] == "name"} == {
        ("Maria", first),
        ("Mia", second),
    }


async def test_who_looked_at_a_profile_and_why_is_recorded(desk: Scene) -> None:
    """Staff do not see it; it answers the question who has looked at somebody's data."""
    ana = await desk.staff("ana")
    stream = await chat(desk, ana)
    contact = await verified(desk, ana, stream)
    for _ in range(3):
        await profile(ana, contact, stream)
    seen = await ana.call("conversation.follow", stream=contact)
    assert {"Claimed", "Attached"} <= {event["type"] for event in seen["events"]}
    assert "Opened" not in repr(seen)
    history = [event for _, event in await desk.desk.history(contact)]
    opened = [event for event in history if isinstance(event, c.Opened)]
    assert opened == [c.Opened(agent="ana", conversation=stream)]


# --- one person, several contacts -----------------------------------------------------------------


async def test_two_contacts_become_one_and_what_is_said_later_goes_there_F58(desk: Scene) -> None:
    """F58: the known one survives, with the conversations of both."""
    ana, sam = await desk.staff("ana"), await desk.staff("sam", watch=True)
    first = await chat(desk, ana, email="maria@home.example")
    home = await verified(desk, ana, first)
    second = await chat(desk, ana, email="maria@work.example")
    work = await verified(desk, ana, second)
    await sam.do("contact.write_note", stream=home, text="Has two drums")
    await sam.do("contact.verify", stream=work, field="name", value="Maria Silva")
    told = await refusal(sam, "contact.merge", stream=work, into=home)
    assert told["code"] == "known_survives"
    await sam.do("contact.merge", stream=home, into=work)

    found = await sam.call("contact.show", stream=home)
    assert found["stream"] == work
    assert [note["text"] for note in found["notes"]] == ["Has two drums"]
    assert [one["stream"] for one in found["conversations"]] == [second, first]
    later = await chat(desk, ana, email="maria@home.example", name="M. Silva")
    assert (await who(ana, later))["contact"]["stream"] == work
    assert (await who(ana, first))["contact"]["stream"] == work
    claim = {"field": "name", "value": "M. Silva", "source": later}
    assert claim in (await sam.call("contact.show", stream=work))["claims"]


async def test_a_verified_address_belongs_to_one_person_F58(desk: Scene) -> None:
    ana, sam = await desk.staff("ana"), await desk.staff("sam", watch=True)
    stream = await chat(desk, ana)
    contact = await verified(desk, ana, stream)
    other = (await sam.do("contact.create", name="Another"))["stream"]
    fact = {"stream": other, "field": "email"}
    assert (await refusal(sam, "contact.verify", **fact, value=MARIA))["code"] == "address_taken"
    await sam.do("contact.verify", **fact, value="free@c.example")
    third = (await sam.do("contact.create", name="Third"))["stream"]
    told = await refusal(sam, "contact.verify", stream=third, field="email", value="Free@C.example")
    assert (told["code"], told["into"]) == ("address_taken", other)
    assert contact != other


async def test_two_customers_with_one_address_are_never_merged_F58(desk: Scene) -> None:
    ana, sam = await desk.staff("ana"), await desk.staff("sam", watch=True)
    stream = await chat(desk, ana)
    contact = await verified(desk, ana, stream)
    other = (await sam.do("contact.create", name="Another"))["stream"]
    for one, ref in ((contact, "1"), (other, "2")):
        await sam.do("contact.link_customer", stream=one, ref=ref)
    assert (await refusal(sam, "contact.merge", stream=other, into=contact))["code"] == (
        "different_person"
    )


# --- erasure --------------------------------------------------------------------------------------


async def test_an_erased_person_is_not_found_by_what_he_was_F34(desk: Scene) -> None:
    """A79, F34: notes and tags are blanked too; that there were some stays."""
    ana, sam = await desk.staff("ana"), await desk.staff("sam", watch=True)
    stream = await chat(desk, ana)
    contact = await verified(desk, ana, stream)
    await sam.do("contact.write_note", stream=contact, text="Prefers calls")
    await sam.do("contact.tag", stream=contact, tag="vip")
    await desk.desk.forget([contact])

    assert await sam.call("contact.search", words="Maria") == []
    assert await sam.call("contact.search", tag="vip") == []
    (kept,) = await desk.store.summaries(Query(kind="contact"))
    assert "Maria" not in repr(kept)
    assert [note["text"] for note in (await sam.call("contact.show", stream=contact))["notes"]] == [
        ""
    ]
