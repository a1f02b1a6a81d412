"""Who the visitor is: verified, chosen anew, verified again."""

import pytest

from livechat_core import conversation as c
from livechat_core.conversation import ChooseContact, Close, Post, Recognize, VerifyContact
from livechat_core.errors import Denied, Invalid, NotFound
from livechat_core.streams import Audience, Command
from tests.pure.chats import ANA_SEAT, Chat, active, chat, ruled, waiting
from tests.pure.play import ANA, BEN, MARIA, SAM, kinds

ONE, TWO = "contact/1", "contact/2"


def verified() -> Chat:
    story = active()
    story.when(VerifyContact(by=ANA, contact=ONE))
    return story


def test_the_agent_who_has_the_chat_verifies_the_proposed_person_S2_7() -> None:
    story = verified()

    assert (story.state.contact, story.state.verified) == (ONE, True)
    assert "contact=1" in story.summary.labels
    assert (story.summary.facts["contact"], story.summary.facts["verified"]) == (ONE, True)
    assert story.when(VerifyContact(by=ANA, contact=ONE)) == []


def test_another_choice_asks_for_verification_again_until_one_is_verified_S2_10() -> None:
    story = verified()
    assert kinds(story.when(ChooseContact(by=ANA, contact=TWO))) == ["ContactChosen"]
    assert not story.state.verified
    assert not {"contact=1", "contact=2"} & story.summary.labels
    assert story.when(ChooseContact(by=ANA, contact=TWO)) == []

    story.when(ChooseContact(by=ANA, contact=ONE), ChooseContact(by=ANA, contact=TWO))
    assert kinds(story.when(VerifyContact(by=ANA, contact=TWO))) == ["ContactVerified"]
    assert story.state.verified


def test_two_who_verify_at_once_never_verify_what_they_have_not_seen() -> None:
    story = verified()
    refusal = story.refusal(VerifyContact(by=SAM, contact=TWO))
    assert (refusal.code, refusal.facts["value"]) == ("changed", ONE)

    story.when(ChooseContact(by=SAM, contact=TWO))
    assert story.refuses(VerifyContact(by=ANA, contact=ONE)) == "changed"


@pytest.mark.parametrize("command", [ChooseContact, VerifyContact])
def test_who_has_not_the_chat_says_nothing_about_its_visitor(command: type[Command]) -> None:
    """A11; a supervisor may, and so may who had the chat last."""
    wish = {"contact": TWO}
    with pytest.raises(Denied):
        active().when(command(by=BEN, **wish))
    with pytest.raises(Denied):
        waiting().when(command(by=ANA, **wish))
    story = active()
    story.when(Close(by=ANA))
    assert story.when(command(by=ANA, **wish)) != []
    assert waiting().when(command(by=SAM, **wish)) != []


@pytest.mark.parametrize("contact", ["", "conversation/1", "1"])
def test_only_a_contact_of_a_chat_that_is_there_can_be_named(contact: str) -> None:
    with pytest.raises(Invalid):
        active().when(VerifyContact(by=ANA, contact=contact))
    with pytest.raises(NotFound):
        chat().when(ChooseContact(by=ANA, contact=ONE))


def test_the_host_vouches_for_somebody_unless_staff_know_better() -> None:
    story = waiting()
    assert kinds(story.when(Recognize(contact=ONE))) == ["ContactVerified"]
    assert story.state.verified
    assert story.when(Recognize(contact=TWO)) == chat().when(Recognize(contact=ONE)) == []
    assert story.when(VerifyContact(by=SAM, contact=ONE)) == []


def test_visitors_never_hear_of_it_A17() -> None:
    assert c.ContactChosen.audience is c.ContactVerified.audience is Audience.STAFF


def test_a_queue_may_have_the_person_verified_before_the_agent_speaks_S2_16() -> None:
    story = active(ruled(sales={"verify": True}))
    line = Post(by=ANA, text="Hello")

    assert story.refuses(line) == "not_verified"
    assert kinds(story.when(Post(by=MARIA, text="Anybody?"))) == ["Posted"]
    story.when(VerifyContact(by=ANA, contact=ONE))
    assert kinds(story.when(line)) == ["Posted"]
    story.when(ChooseContact(by=ANA, contact=TWO))
    assert story.refuses(line) == "not_verified"


def test_who_takes_a_chat_by_answering_has_it_before_he_can_verify_anybody_S3_15() -> None:
    story = waiting(ruled(sales={"verify": True, "assignment": "first_reply"}))

    assert kinds(story.when(Post(by=ANA, text="Hello", seat=ANA_SEAT))) == ["Accepted", "Posted"]
    assert story.refuses(Post(by=ANA, text="And you are?", seat=ANA_SEAT)) == "not_verified"
