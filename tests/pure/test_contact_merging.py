"""When two contacts are one, which of them survives, and what is said to the other one later."""

from typing import Any

import attrs
import pytest

from livechat_core import contact as c
from livechat_core.contact import (
    Absorb,
    Attach,
    Claim,
    Content,
    Fact,
    GiveWay,
    Link,
    Merge,
    Note,
    Source,
    Verify,
)
from tests.pure.play import ANA, Story, kinds
from tests.pure.test_contact import HOST, NAME, NOTE, erased, known, merged, new


def test_a_contact_is_merged_into_another_one_and_answers_no_more() -> None:
    story = merged()

    assert story.summary.facts["into"] == "contact/2"
    assert story.summary.labels == {"into=2"}
    assert story.when(Merge(by=ANA, into="contact/2")) == []
    for command in (
        Merge(by=ANA, into="contact/3"),
        Verify(by=ANA, field="name", value="Mia"),
        Attach(conversation="conversation/1", agent="ana"),
    ):
        refusal = story.refusal(command)
        assert (refusal.code, refusal.facts["into"]) == ("merged", "contact/2")


@pytest.mark.parametrize("into", ["", "contact/hash", "conversation/1"])
def test_a_contact_is_merged_into_another_contact_only(into: str) -> None:
    assert known().refuses(Merge(by=ANA, into=into)) == "same_contact"


def test_what_is_said_of_a_merged_contact_is_passed_on() -> None:
    story = merged()
    empty = Note(claims=(attrs.evolve(NAME, value=""),))

    assert story.when(NOTE, Note(claims=())) == []
    assert story.when(NOTE) == [c.Passed(claims=(NAME,))]
    assert story.when(empty) == []
    assert story.when(attrs.evolve(empty, facts=(HOST,))) == [c.Passed(facts=(HOST,))]
    assert story.when(Link(ref="c-7", source="enquiry/1")) == [
        c.Passed(ref="c-7", source="enquiry/1")
    ]
    assert story.when(Link(ref="", source="enquiry/1")) == []


def test_the_name_of_an_address_leads_to_whom_it_was_verified_for_F58() -> None:
    alias = new()
    assert kinds(alias.when(GiveWay(into="contact/2"))) == ["Merged"]
    assert alias.when(GiveWay(into="contact/2")) == []
    assert alias.state.content == Content()

    for taken in (known(), alias):
        assert taken.refuses(GiveWay(into="contact/3")) == "address_taken"
    assert erased().when(GiveWay(into="contact/3")) == []


def absorb(story: Story[c.State], **content: Any) -> list[Any]:
    return story.when(Absorb(contact="contact/9", content=Content(**content)))


def test_the_known_contact_survives_and_what_it_lacks_is_taken_over_F58() -> None:
    story = known()
    story.when(Verify(by=ANA, field="name", value="Maria"))
    said = Claim(field="phone", value="123456", source="conversation/9")
    absorb(
        story,
        claims=(said, NAME),
        conversations=("conversation/9",),
        keys=("phone=p",),
        absorbed=("contact/8",),
    )

    assert story.state.claims == (NAME, said)
    assert story.state.conversations == ("conversation/9",)
    assert absorb(story, claims=(said,)) == []
    assert story.state.absorbed == ("contact/9", "contact/8")
    assert "phone=p" in story.summary.labels


def test_what_contradicts_the_survivor_is_kept_as_a_claim_F58() -> None:
    story = known()
    story.when(Verify(by=ANA, field="name", value="Maria"))
    facts = (
        Fact(field="name", value="Mallory"),
        Fact(field="name", value="Maria", source=Source.HOST),
        Fact(field="city", value="Bergen"),
    )
    absorb(story, facts=facts, ref="c-7")

    assert story.summary.facts["known"] == {"name": "Maria", "city": "Bergen"}
    assert Claim(field="name", value="Mallory", source="contact/9") in story.state.claims
    assert story.state.ref == "c-7"


def test_the_link_of_the_survivor_stays() -> None:
    story = known()
    story.when(Link(ref="c-7", source="enquiry/1"))
    absorb(story, ref="c-7", claims=())

    assert (story.state.ref, story.state.ref_source) == ("c-7", "enquiry/1")


@pytest.mark.parametrize("content", [{"ref": "c-8"}, {"keys": ("person=q", "email=hash")}])
def test_two_verified_persons_with_one_address_are_never_merged_F58(content: Any) -> None:
    story = known()
    story.when(Note(claims=(), facts=(HOST,)), Link(ref="c-7", source="enquiry/1"))
    story.when(Note(claims=(attrs.evolve(NAME, value="Mia"),), keys=("person=p",)))
    command = Absorb(contact="contact/9", content=Content(**content))

    assert story.refuses(command) == "different_person"


def test_an_anonymous_contact_never_swallows_a_known_one_F58() -> None:
    content = Content(facts=(Fact(field="name", value="Maria"),))

    assert known().refuses(Absorb(contact="contact/9", content=content)) == "known_survives"


def test_an_empty_contact_leaves_nothing() -> None:
    assert absorb(known()) == []
