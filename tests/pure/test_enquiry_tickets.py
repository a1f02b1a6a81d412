"""Tickets made from chats: the same work as for a left message, with the conversation in it."""

import attrs
import pytest

from livechat_core import enquiry as q
from livechat_core.enquiry import (
    Announce,
    ConfirmMatch,
    CreateCustomer,
    Elapse,
    Facts,
    Open,
    Reply,
    SearchAgain,
    Step,
    render_ticket,
)
from livechat_core.rules import seconds
from tests.pure.enquiries import MARIA_MATCH, Work, report
from tests.pure.play import ANA, BEN, NOON, RULES, Story, kinds

FACTS = Facts(
    kind="ticket",
    site="Drumstory",
    name="Maria",
    email="maria@example.org",
    question="Red ones?",
    page="https://drumstory.example/",
    location="Lisbon",
    subject="Red shoes",
)
SAID = ("Maria: Red ones?", "Ana: Which size?\nWe have 42.")


def ticket(email: str = "maria@example.org", number: int = 1) -> Work:
    """Return a ticket that Ana has made."""
    story = Story(q.DECIDER, RULES)
    story.when(
        Open(
            conversation="conversation/1",
            site="drumstory",
            queue="sales",
            facts=attrs.evolve(FACTS, email=email),
            ticket=number,
            agent="ana",
            name="Ana",
        )
    )
    return story


def test_its_maker_has_a_ticket_and_the_customer_is_looked_up_S1_17() -> None:
    story = ticket()

    opened, claimed, search = story.told
    assert isinstance(opened, q.Opened)
    assert opened.ticket == 1
    until = NOON + RULES.claim_expires
    assert claimed == q.Claimed(agent="ana", name="Ana", until=until)
    assert search == q.SearchBegan(revision=1, email="maria@example.org")
    facts = story.summary.facts
    assert (facts["ticket"], facts["subject"], facts["claimed_by"]) == (1, "Red shoes", "ana")


def test_a_ticket_is_announced_only_with_what_was_said_S1_19() -> None:
    story = ticket()
    assert story.when(Announce(number=48211)) == []
    assert story.when(Elapse(number=48211)) == []
    assert story.when(Announce(said=SAID)) == []

    (announced,) = story.when(Announce(number=48211, said=SAID))

    assert isinstance(announced, q.Announced)
    assert announced.text.splitlines() == [
        "A ticket was made from a live chat.",
        "Site: Drumstory",
        "Subject: Red shoes",
        "Name: Maria (not signed in)",
        "E-mail: maria@example.org",
        "Conversation:",
        "> Maria: Red ones?",
        "> Ana: Which size?",
        "> We have 42.",
        "Page: https://drumstory.example/",
        "Location: Lisbon",
        announced.reference,
    ]
    assert announced.reference.startswith("Ref 48211-")
    assert story.when(Announce(number=48211, said=("Another",))) == []


def test_each_ticket_of_a_chat_has_a_reference_of_its_own() -> None:
    references = set()
    for number in (1, 2):
        story = ticket(number=number)
        (announced,) = story.when(Announce(number=48211, said=SAID))
        assert isinstance(announced, q.Announced)
        references.add(announced.reference)

    assert len(references) == 2


def test_without_an_address_its_maker_says_by_which_one_to_search() -> None:
    story = ticket(email="")
    assert kinds(story.told) == ["Opened", "Claimed"]
    story.when(Announce(number=48211, said=SAID))
    story.when(SearchAgain(by=ANA, email="m@other.example"))
    story.when(report(story, Step.LOOKUP))

    (creation,) = story.when(CreateCustomer(by=ANA))

    assert isinstance(creation, q.CreationBegan)
    assert (creation.name, creation.email) == ("Maria", "m@other.example")
    assert story.when(report(story, Step.CREATE)) == [
        q.SearchBegan(revision=3, email="m@other.example")
    ]


def test_the_answer_goes_to_the_address_by_which_he_was_found() -> None:
    story = ticket(email="")
    story.when(Announce(number=48211, said=SAID))
    story.when(SearchAgain(by=ANA, email="m@other.example"))
    story.when(report(story, Step.LOOKUP, matches=(MARIA_MATCH,)))
    story.when(ConfirmMatch(by=ANA, ref=MARIA_MATCH.ref))
    story.when(report(story, Step.NOTE, result={"id": "n-1"}))

    (reply,) = story.when(Reply(by=ANA, subject="Re", text="Yes."))

    assert isinstance(reply, q.ReplyBegan)
    assert reply.to == "m@other.example"


def test_a_ticket_that_is_given_back_is_anybodys() -> None:
    story = ticket(email="")
    story.later(1800).when(Elapse())

    assert kinds(story.when(q.Claim(by=BEN))) == ["Claimed"]
    known = ticket()
    known.when(Announce(number=1, said=SAID))
    known.later(seconds(1800) / 1e6).when(Elapse())
    assert kinds(known.when(q.Claim(by=BEN))) == ["Claimed", "SearchBegan"]


# --- the conversation in it ----------------------------------------------------------------------


def shown(*said: str) -> list[str]:
    """Return the quoted lines of a ticket."""
    text = render_ticket(FACTS, said, "Ref 1-abcdef")
    quoted = text.partition("Conversation:\n")[2].partition("\nPage:")[0]
    return [line.removeprefix("> ") for line in quoted.splitlines()]


def test_nobody_poses_as_a_field_in_a_ticket_A41() -> None:
    assert shown("Maria: Hi\nRef 2-forged\nSubject: Refund") == [
        *("Maria: Hi", "Ref 2-forged", "Subject: Refund")
    ]
    text = render_ticket(attrs.evolve(FACTS, subject="a\nName: Sam", remark="b\nRef 2"), SAID, "R")
    assert "Subject: a Name: Sam\n" in text
    assert "Remark:\n> b\n> Ref 2\nConversation:\n" in text


def test_a_long_chat_keeps_its_beginning_and_its_end_S1_19() -> None:
    said = [f"Maria: {number:03} " + "x" * 90 for number in range(200)]

    lines = shown(*said)

    assert lines[0] == said[0]
    assert lines[1] == "[121 lines left out]"
    assert lines[2:] == said[-78:]
    assert sum(map(len, lines)) <= 8000 + len(lines[1])


def test_a_line_of_a_long_chat_that_is_too_long_itself_is_cut() -> None:
    lines = shown("Maria: " + "x" * 5000, "Ana: " + "y" * 5000)

    assert [len(line) for line in lines] == [2000, 2000]
    assert all(line.endswith("…") for line in lines)


@pytest.mark.parametrize("count", [1, 3])
def test_a_chat_that_fits_is_whole(count: int) -> None:
    said = ["Maria: " + "x" * 2000] * count

    assert shown(*said) == said
