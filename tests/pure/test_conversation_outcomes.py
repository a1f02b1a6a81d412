"""How a chat ends in a word, where it goes on, and the tickets made from it."""

import pytest

from livechat_core import conversation as c
from livechat_core.rules import Rules
from livechat_core.streams import Actor
from tests.pure.chats import Chat, active, ruled, waiting
from tests.pure.play import ANA, BEN, MARIA, RULES, SAM, kinds

STRICT = ruled(sales={"outcomes": ("resolved", "moved"), "outcome_required": True})
CASE = c.RecordOutcome(by=ANA, outcome="case", reference="C-17")


def over(rules: Rules = RULES) -> Chat:
    """Return a chat that Maria has ended."""
    story = active(rules)
    story.when(c.Close(by=MARIA))
    return story


# --- the last word -------------------------------------------------------------------------------


def test_staff_close_a_chat_with_a_word_of_its_queue_S3_5() -> None:
    story = active()

    (closed,) = story.when(c.Close(by=ANA, outcome="resolved"))

    assert isinstance(closed, c.Closed)
    assert (closed.reason, closed.outcome) == ("agent", "resolved")
    assert story.summary.facts["outcome"] == "resolved"
    assert "outcome=resolved" in story.summary.labels


@pytest.mark.parametrize("by", [ANA, SAM], ids=lambda by: by.id)
def test_where_a_word_is_required_nobody_closes_without_one_S3_5(by: Actor) -> None:
    story = active(STRICT)

    refusal = story.refusal(c.Close(by=by))
    assert (refusal.code, refusal.facts["allowed"]) == ("outcome_missing", "resolved, moved")
    assert story.refuses(c.Close(by=by, outcome="spam")) == "bad_outcome"
    assert kinds(story.when(c.Close(by=by, outcome="resolved"))) == ["Closed"]


def test_visitors_and_timers_need_no_word_and_say_none_S3_5() -> None:
    story = active(STRICT)

    (closed,) = story.when(c.Close(by=MARIA, outcome="resolved"))

    assert isinstance(closed, c.Closed)
    assert closed.outcome == ""


def test_a_chat_is_closed_as_moved_only_when_it_moved_S3_5() -> None:
    story = active(STRICT)
    assert story.refuses(c.Close(by=ANA, outcome="moved")) == "not_moved"
    story.when(CASE)

    assert kinds(story.when(c.Close(by=ANA, outcome="moved"))) == ["Closed"]
    assert {"outcome=moved", "outcome=case"} <= story.summary.labels


def test_a_chat_of_a_queue_that_is_gone_is_closed_without_a_word() -> None:
    story = active(STRICT)
    story.rules = ruled(sales={})
    story.rules = Rules(sites=RULES.sites, queues={})

    assert story.refuses(c.Close(by=ANA, outcome="resolved")) == "bad_outcome"
    assert kinds(story.when(c.Close(by=ANA))) == ["Closed"]


# --- where it goes on ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["case", "call", "remote_session", "escalation"])
def test_where_a_chat_goes_on_is_recorded_at_any_time_S3_4(kind: str) -> None:
    wish = c.RecordOutcome(by=ANA, outcome=kind, reference="17", note="Nadia calls")
    for story in (active(), over()):
        assert story.when(wish) == [
            c.OutcomeRecorded(
                outcome=kind, reference="17", note="Nadia calls", agent="ana", name="Ana"
            )
        ]
        assert f"outcome={kind}" in story.summary.labels
        assert story.summary.facts["outcome"] == ""


def test_what_staff_did_not_say_at_the_end_they_say_afterwards_S3_5() -> None:
    story = over(STRICT)
    assert story.refuses(c.RecordOutcome(by=ANA, outcome="moved")) == "not_moved"
    assert story.refuses(c.RecordOutcome(by=ANA, outcome="nonsense")) == "bad_outcome"

    story.when(c.RecordOutcome(by=SAM, outcome="resolved"))

    assert story.summary.facts["outcome"] == "resolved"


def test_a_chat_that_goes_on_has_no_last_word() -> None:
    assert active().refuses(c.RecordOutcome(by=ANA, outcome="resolved")) == "bad_outcome"


@pytest.mark.parametrize("wish", [CASE, c.MakeTicket(by=ANA)])
def test_only_who_has_or_had_the_chat_says_what_becomes_of_it(
    wish: c.RecordOutcome | c.MakeTicket,
) -> None:
    assert Chat(c.DECIDER, RULES).refuses(wish) == "not_found"
    assert waiting().refuses(wish) == "forbidden"
    other = type(wish)(by=BEN, **({"outcome": "case"} if isinstance(wish, c.RecordOutcome) else {}))
    assert active().refuses(other) == "forbidden"
    assert over().refuses(other) == "forbidden"


# --- tickets -------------------------------------------------------------------------------------


def test_a_ticket_is_made_with_the_queues_subject_S1_17_S1_18() -> None:
    story = active(question="Do you have\nred ones?")

    assert story.when(c.MakeTicket(by=ANA, note="Ask Nadia")) == [
        c.TicketMade(
            ticket=1,
            subject="Sales: Do you have red ones?",
            note="Ask Nadia",
            agent="ana",
            name="Ana",
        )
    ]
    assert story.summary.facts["tickets"] == 1
    assert "outcome=ticket" in story.summary.labels
    assert kinds(story.when(c.Close(by=ANA, outcome="moved"))) == ["Closed"]


def test_its_maker_gives_it_another_subject_and_makes_another_S1_18() -> None:
    story = over()
    story.when(c.MakeTicket(by=ANA))

    (second,) = story.when(c.MakeTicket(by=SAM, subject="Refund"))

    assert isinstance(second, c.TicketMade)
    assert (second.ticket, second.subject) == (2, "Refund")


@pytest.mark.parametrize(
    ("pattern", "subject"),
    [
        ("[{site}] {name}", "[Drumstory] Maria"),
        ("{queue}", "Sales"),
        ("{question} {question}", "{name} {name}"),
        ("{key} {0} {queue.name}", "{key} {0} {queue.name}"),
    ],
)
def test_a_subject_is_filled_in_once_from_a_list_of_names_S1_18(pattern: str, subject: str) -> None:
    """A49: what a visitor writes is no pattern."""
    story = active(ruled(sales={"ticket_subject": pattern}), question="{name}")

    assert c.subject_of(story.state, story.rules) == subject


def test_a_subject_is_short_and_needs_nothing_S1_18() -> None:
    nothing = active(name="", question="")
    assert c.subject_of(nothing.state, nothing.rules) == "Sales: no question"
    guest = active(ruled(sales={"ticket_subject": "{name} {site}"}), name="")
    assert c.subject_of(guest.state, guest.rules) == "Guest Drumstory"
    gone = active(question="x" * 200)
    assert c.subject_of(gone.state, Rules()) == "sales: " + "x" * 112 + "…"
    assert c.subject_of(gone.state, Rules(queues=RULES.queues)) == "Sales: " + "x" * 112 + "…"


def test_a_chat_has_not_more_tickets_than_people_can_read() -> None:
    story = active()
    for _ in range(20):
        story.when(c.MakeTicket(by=ANA))

    assert story.refuses(c.MakeTicket(by=ANA)) == "too_many"


def test_a_left_message_is_an_enquiry_already() -> None:
    story = waiting(question="Hello?")
    story.when(c.GiveUp(reason="nobody_answered"))

    assert story.refuses(c.MakeTicket(by=SAM)) == "not_now"
