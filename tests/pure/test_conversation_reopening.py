"""A chat that is over and goes on: a late line, and the wish to have it back."""

import attrs
import pytest

from livechat_core import conversation as c
from livechat_core.conversation import Situation
from livechat_core.rules import LateLines, Rules, seconds
from livechat_core.streams import Actor
from tests.pure.chats import ANA_SEAT, BEN_SEAT, Chat, active, origin, ruled, start, waiting
from tests.pure.play import ANA, BEN, MARIA, NOON, RULES, SAM, STRANGER, kinds

THERE = Situation(availability={"sales": "online"})
LATE = c.Post(by=MARIA, text="One more thing", situation=THERE)


def over(rules: Rules = RULES) -> Chat:
    """Return a chat that Ana had and Maria has ended."""
    story = active(rules, question="Red ones?")
    story.when(c.Post(by=ANA, text="Yes"), c.Close(by=MARIA))
    return story


def test_a_line_soon_after_the_end_goes_on_with_the_same_chat() -> None:
    """semantics.md section 4: the same number, the next segment, its last agent first."""
    story = over().later(599)

    reopened, posted = story.when(LATE)

    assert reopened == c.Reopened(
        segment=2, queue="sales", priority=0, terms=c.Terms(idle=seconds(600))
    )
    assert posted == c.Posted(author="visitor", name="Maria", text="One more thing")
    facts = story.summary.facts
    assert (story.summary.phase, story.summary.rank) == ("waiting", (0, story.now))
    assert (facts["preferred"], facts["owner"], facts["segment"]) == ("ana", "", 2)
    assert (facts["closed_reason"], facts["closed_at"]) == ("", 0)
    assert (facts["unanswered_since"], facts["last_line"]) == (story.now, "One more thing")


def test_a_chat_goes_on_more_than_once() -> None:
    story = over()
    story.when(LATE, c.Offer(offer="again", seat=ANA_SEAT), c.Accept(by=ANA, offer="again"))
    story.when(c.Close(by=ANA))

    (reopened,) = story.when(c.Reopen(by=MARIA, situation=THERE))

    assert isinstance(reopened, c.Reopened)
    assert reopened.segment == 3


def test_an_open_chat_is_open_already() -> None:
    assert active().when(c.Reopen(by=MARIA, situation=THERE)) == []
    assert waiting().when(c.Reopen(by=BEN, seat=BEN_SEAT)) == []


@pytest.mark.parametrize(
    ("late_lines", "after", "then"),
    [
        (LateLines.REOPEN, 600, "start"),
        (LateLines.NEW, 0, "start"),
        (LateLines.REFUSE, 0, ""),
        (LateLines.REFUSE, 600, ""),
    ],
)
def test_a_line_that_comes_too_late_is_refused_with_what_to_do(
    late_lines: LateLines, after: float, then: str
) -> None:
    """B76: nothing is stored in a chat that is over."""
    story = over(ruled(sales={"late_lines": late_lines})).later(after)

    refusal = story.refusal(LATE)

    assert (refusal.code, refusal.facts["then"]) == ("closed", then)


def test_while_nobody_is_there_a_late_line_leads_to_a_message() -> None:
    story = over()
    for situation in (Situation(), Situation(availability={"sales": "offline"})):
        refusal = story.refusal(attrs.evolve(LATE, situation=situation))
        assert (refusal.code, refusal.facts["queue"]) == ("nobody_available", "sales")
    busy = Situation(availability={"sales": "busy"})
    assert kinds(story.when(attrs.evolve(LATE, situation=busy))) == ["Reopened", "Posted"]


def test_whom_the_desk_would_not_let_in_he_does_not_reopen() -> None:
    story = over()

    assert story.refuses(attrs.evolve(LATE, situation=attrs.evolve(THERE, banned=True))) == "banned"
    outside = attrs.evolve(THERE, entitled=False)
    assert story.refuses(c.Reopen(by=MARIA, situation=outside)) == "not_entitled"
    assert story.refuses(attrs.evolve(LATE, by=STRANGER)) == "not_found"
    assert story.refuses(c.Reopen(by=STRANGER, situation=THERE)) == "not_found"
    assert Chat(c.DECIDER, RULES).refuses(c.Reopen(by=ANA, seat=ANA_SEAT)) == "not_found"


def test_what_became_a_message_is_never_reopened() -> None:
    story = waiting(question="Hello?")
    story.when(c.GiveUp(reason="nobody_answered"))
    assert story.refuses(attrs.evolve(LATE)) == "closed"
    story.when(c.Close())

    assert story.refuses(LATE) == "closed"
    assert story.refuses(c.Reopen(by=SAM, seat=ANA_SEAT)) == "closed"


def test_a_chat_of_a_queue_that_is_gone_begins_anew() -> None:
    story = over()
    story.rules = attrs.evolve(RULES, queues={})

    assert story.refusal(LATE).facts["then"] == "start"


@pytest.mark.parametrize("by", [ANA, SAM], ids=lambda by: by.id)
def test_its_last_agent_or_a_supervisor_takes_a_chat_back(by: Actor) -> None:
    story = over()
    seat = attrs.evolve(ANA_SEAT, agent=by.id, name=by.name)

    assert kinds(story.when(c.Reopen(by=by, seat=seat))) == ["Reopened", "Accepted"]
    assert (story.summary.phase, story.state.owner) == ("active", seat)


def test_who_takes_a_chat_back_had_it_and_is_at_work() -> None:
    refusal = over().refusal(c.Reopen(by=BEN, seat=BEN_SEAT))
    assert (refusal.code, refusal.facts) == ("forbidden", {"why": "not your chat"})
    assert over().refuses(c.Reopen(by=ANA)) == "not_available"
    assert over().later(600).refuses(c.Reopen(by=ANA, seat=ANA_SEAT)) == "closed"


def test_the_visitor_is_asked_for_one_rating_which_he_may_change_after_each_end() -> None:
    """S1-29: a survey is not sent twice for one conversation."""
    story = over()
    story.when(c.Rate(by=MARIA, value=3))
    story.later(60).when(LATE, c.Close(by=MARIA))
    assert story.summary.facts["rating"] == 3

    assert story.later(599).when(c.Rate(by=MARIA, value=1)) == [c.Rated(value=1, comment="")]


def test_a_chat_that_was_never_taken_goes_on_without_a_preference() -> None:
    story = waiting(origin=origin(preferred="ben"))
    story.when(c.Close(by=MARIA))
    story.when(LATE)

    assert story.summary.facts["preferred"] == "ben"


def test_what_was_tried_before_the_end_is_forgotten() -> None:
    story = waiting()
    story.when(c.Offer(offer="first", seat=BEN_SEAT), c.Decline(by=BEN, offer="first"))
    story.when(c.Overflow(queue="events", reason="full"), c.Close(by=MARIA))
    story.rules = ruled(events={"priority": 7})
    there = Situation(availability={"events": "online"})

    story.when(attrs.evolve(LATE, situation=there))

    facts = story.summary.facts
    assert (facts["tried"], facts["tried_at"], facts["overflows"]) == ([], 0, 0)
    assert story.summary.rank == (-7, NOON)


def test_a_new_chat_names_the_one_before_it() -> None:
    story = Chat(c.DECIDER, RULES)
    story.when(start(origin=origin(previous="conversation/before")))

    assert story.summary.facts["previous"] == "conversation/before"
    assert "previous=before" in story.summary.labels
