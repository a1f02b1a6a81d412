"""One person as the desk knows him: claims, facts, link, merge, erasure."""

import pytest

from livechat_core import contact as c
from livechat_core.contact import Claim, Erase, Link, Merge, Note, Verify
from livechat_core.errors import NotFound
from tests.pure.play import ANA, Story, kinds

NAME = Claim(field="name", value="Maria", source="conversation/1")
NOTE = Note(claims=(NAME,), address="hash")


def new() -> Story[c.State]:
    return Story(c.DECIDER)


def known() -> Story[c.State]:
    story = new()
    story.when(NOTE)
    return story


def merged() -> Story[c.State]:
    story = known()
    story.when(Merge(by=ANA, into="contact/2"))
    return story


def erased() -> Story[c.State]:
    story = merged()
    story.when(Erase())
    return story


def test_what_a_visitor_says_is_kept_with_its_source_A20() -> None:
    story = known()

    assert story.state.claims == (NAME,)
    assert story.summary.labels == {"address=hash"}
    assert story.summary.facts["said"] == {"name": "Maria"}


def test_saying_it_again_or_saying_nothing_changes_nothing() -> None:
    empty = Note(claims=(Claim(field="phone", value="", source="x"),), address="hash")

    assert known().when(NOTE) == known().when(empty) == new().when(empty) == []


def test_a_claim_said_twice_at_once_is_kept_once() -> None:
    story = new()
    story.when(Note(claims=(NAME, NAME)))

    assert story.state.claims == (NAME,)
    assert story.summary.labels == frozenset()


def test_claims_are_bounded_G18() -> None:
    story = new()
    story.when(
        Note(claims=tuple(Claim(field="name", value=f"N{n}", source="x") for n in range(70)))
    )

    assert len(story.state.claims) == c.KEPT_CLAIMS


def test_a_claim_never_overwrites_what_staff_verified_A21() -> None:
    story = known()
    story.when(Verify(by=ANA, field="name", value="Maria Berg"))
    story.when(Note(claims=(Claim(field="name", value="Mallory", source="conversation/2"),)))

    assert story.summary.facts["known"] == {"name": "Maria Berg"}
    assert story.summary.facts["said"] == {"name": "Mallory"}


def test_a_fact_replaces_the_older_one_of_its_field() -> None:
    story = known()
    story.when(Verify(by=ANA, field="name", value="Maria"))

    assert story.when(Verify(by=ANA, field="name", value="Maria")) == []
    story.when(Verify(by=ANA, field="city", value="Bergen"))
    story.when(Verify(by=ANA, field="name", value="Mia"))
    assert story.state.facts == (("city", "Bergen"), ("name", "Mia"))


def test_the_customer_of_the_erm_is_linked_once() -> None:
    story = known()

    assert kinds(story.when(Link(ref="c-7", source="enquiry/1"))) == ["Linked"]
    assert story.when(Link(ref="c-7", source="enquiry/2")) == []
    assert "erm=c-7" in story.summary.labels


def test_a_contact_is_merged_into_another_one_and_answers_no_more() -> None:
    story = merged()

    assert story.summary.facts["into"] == "contact/2"
    assert story.when(Merge(by=ANA, into="contact/2")) == []
    assert story.refuses(Merge(by=ANA, into="contact/3")) == "not_now"
    assert story.refuses(Verify(by=ANA, field="name", value="Mia")) == "not_now"


@pytest.mark.parametrize("into", ["", "hash"])
def test_a_contact_is_not_merged_into_itself(into: str) -> None:
    assert known().refuses(Merge(by=ANA, into=into)) == "same_contact"


def test_an_erased_contact_keeps_nothing() -> None:
    story = erased()

    assert story.state == c.State(phase=c.Phase.ERASED)
    assert story.when(Erase()) == []
    assert story.summary.labels == frozenset()


@pytest.mark.parametrize("story", [new(), erased()])
def test_nobody_finds_a_contact_that_is_not_there_B75(story: Story[c.State]) -> None:
    assert isinstance(story.refusal(Verify(by=ANA, field="name", value="Mia")), NotFound)
    assert isinstance(story.refusal(Merge(by=ANA, into="contact/2")), NotFound)


def test_what_is_caused_is_never_refused() -> None:
    for story in (new(), merged(), erased()):
        assert story.when(Link(ref="c-7", source="enquiry/1")) == []
    for story in (merged(), erased()):
        assert story.when(Note(claims=(Claim(field="name", value="Mia", source="x"),))) == []
    assert new().when(Erase()) == []
