"""What lists, lines and the router look up about a chat without replaying it."""

from livechat_core import conversation as c
from livechat_core.conversation import State, summary
from livechat_core.rules import seconds
from livechat_core.streams import Facts, Summary
from tests.pure.chats import ANA_SEAT, BEN_SEAT, Chat, active, offered, origin, ruled, waiting
from tests.pure.play import ANA, BEN, MARIA, NOON, RULES, SAM

NEWEST = {
    "site": "drumstory",
    "visitor": "maria",
    "name": "Maria",
    "email": "maria@example.org",
    "signed_in": True,
    "question": "How long is a drum lesson?",
    "page": "https://drumstory.example/lessons",
    "title": "Lessons",
    "location": "Lisbon",
    "since": NOON,
    "queued_at": NOON,
    "overflows": 0,
    "waited": None,
    "language": "pt",
    "preferred": "ben",
    "owner": "",
    "owner_name": "",
    "joined": 0,
    "offer": "",
    "offered_to": "",
    "offer_comment": "",
    "offer_until": 0,
    "tried": [],
    "tried_at": 0,
    "quiet": False,
    "last_line": "How long is a drum lesson?",
    "unanswered_since": NOON,
    "visitor_gone": False,
    "contact": "",
    "verified": False,
    "came": 0,
    "guests": [],
    "mentions": {},
    "tags": [],
    "unseen_since": None,
    "snoozed_until": 0,
    "reminded": False,
    "segment": 1,
    "previous": "",
    "outcome": "",
    "tickets": 0,
    "sla": {},
    "sla_due": 0,
    "first_reply_at": None,
    "closed_at": 0,
    "handled": 0,
    "last_owner": "",
    "missed": {},
    "transfers": 0,
    "left": False,
    "bot": "",
    "closed_reason": "",
    "rating": 0,
}


def whole() -> Chat:
    """Return a chat of which everything is known."""
    return waiting(
        question="How long is a drum lesson?",
        page="https://drumstory.example/lessons",
        title="Lessons",
        origin=origin(
            signed_in=True, location="Lisbon", address="hash", language="pt", preferred="ben"
        ),
    )


def news(story: Chat) -> Facts:
    """Return the facts that are not those of the chat when it was new."""
    return {key: fact for key, fact in story.summary.facts.items() if fact != NEWEST[key]}


def test_a_chat_that_waits_is_looked_up_by_visitor_site_queue_and_address() -> None:
    assert whole().summary == Summary(
        stream="conversation/1",
        phase="waiting",
        queue="sales",
        rank=(0, NOON),
        due_at=NOON + RULES.visitor_idle_close,
        labels=frozenset({"visitor=maria", "site=drumstory", "queue=sales", "address=hash"}),
        facts=NEWEST,
    )


def test_a_chat_without_an_address_has_no_label_for_it() -> None:
    labels = {"visitor=maria", "site=drumstory", "queue=sales"}

    assert waiting().summary.labels == labels
    assert active().summary.labels == labels | {"agent=ana"}


def test_the_higher_priority_and_the_longer_wait_rank_first_G8() -> None:
    story = waiting(queue="events")
    assert story.summary.rank == (-5, NOON)
    story.when(c.Offer(offer="first", seat=ANA_SEAT))
    assert story.summary.rank == (-5, NOON)
    story.when(c.Accept(by=ANA, offer="first"))
    assert story.summary.rank is None


def test_an_offer_says_to_whom_and_until_when() -> None:
    story = whole()
    story.later(3).when(c.Offer(offer="first", seat=ANA_SEAT))
    until = story.now + story.rules.offer_timeout
    told = {"offer": "first", "offered_to": "ana", "offer_until": until}
    assert news(story) == told

    story.when(c.Decline(by=ANA, offer="first"))
    assert news(story) == {"tried": ["ana"], "tried_at": story.now}


def test_who_has_been_tried_stands_in_an_order_of_its_own() -> None:
    state = State(tried=frozenset({"eve", "ana", "ben"}))

    assert summary("conversation/1", state).facts["tried"] == ["ana", "ben", "eve"]


def test_a_chat_with_an_agent_says_who_since_when_and_how_long_it_has_waited() -> None:
    story = whole()
    story.when(c.Offer(offer="first", seat=ANA_SEAT))
    story.later(4).when(c.Accept(by=ANA, offer="first"))
    begun = {
        "owner": "ana",
        "owner_name": "Ana",
        "last_owner": "ana",
        "joined": story.now,
        "came": story.now,
        "waited": seconds(4),
    }
    assert news(story) == begun

    story.when(c.Post(by=ANA, text="Half an hour."), c.VisitorGone())
    said = {
        "last_line": "Half an hour.",
        "unanswered_since": None,
        "visitor_gone": True,
        "first_reply_at": story.now,
        "unseen_since": story.now,
    }
    assert news(story) == {**begun, **said}


def test_a_transfer_is_an_offer_with_a_comment_while_the_owner_stays() -> None:
    story = whole()
    story.when(c.Offer(offer="first", seat=ANA_SEAT), c.Accept(by=ANA, offer="first"))
    story.later(1).when(c.Transfer(by=ANA, agent="ben", seat=BEN_SEAT, comment="knows prices"))

    facts = story.summary.facts
    assert facts["owner"] == "ana"
    assert (facts["offered_to"], facts["offer_comment"]) == ("ben", "knows prices")
    story.when(c.Accept(by=BEN, offer=str(facts["offer"])))
    assert (story.summary.facts["owner_name"], story.summary.facts["offered_to"]) == ("Ben", "")


def test_a_chat_in_another_queue_is_looked_up_there_F19() -> None:
    story = whole()
    story.later(9).when(c.Overflow(queue="events", reason="full"))

    assert story.summary.queue == "events"
    assert "queue=events" in story.summary.labels
    assert news(story) == {"queued_at": story.now, "overflows": 1}


def test_silence_the_end_and_the_rating_are_told() -> None:
    story = active(ruled(idle_after=seconds(60)))
    story.later(60).when(c.Elapse())
    assert story.summary.facts["quiet"] is True
    story.when(c.Close(by=MARIA), c.Rate(by=MARIA, value=3))

    facts = story.summary.facts
    assert (facts["quiet"], facts["closed_reason"], facts["rating"]) == (False, "visitor", 3)


def test_lists_show_the_beginning_of_a_long_line() -> None:
    story = offered(question="x" * 300)
    for key in ("question", "last_line"):
        assert len(str(story.summary.facts[key])) == 200
    story.when(c.Accept(by=ANA, offer="first"), c.Post(by=MARIA, text="y" * 300))

    assert str(story.summary.facts["last_line"]) == "y" * 199 + "…"


def test_the_first_line_is_the_question_if_none_was_asked() -> None:
    story = waiting()
    assert story.summary.facts["unanswered_since"] is None
    story.later(2).when(c.Post(by=MARIA, text="Hello?"))
    first = story.now
    story.later(2).when(c.Post(by=MARIA, text="Anybody?"))

    facts = story.summary.facts
    assert (facts["question"], facts["last_line"]) == ("Hello?", "Anybody?")
    assert facts["unanswered_since"] == first
    assert story.state.lines == 2


def test_a_left_message_shows_what_it_says() -> None:
    story = whole()
    story.when(
        c.LeaveMessage(
            by=MARIA,
            site="drumstory",
            name="Maria G",
            email="m@example.org",
            question="Call me",
            page="https://drumstory.example/",
        )
    )

    assert news(story) == {
        "name": "Maria G",
        "email": "m@example.org",
        "question": "Call me",
        "page": "https://drumstory.example/",
        "left": True,
    }
    assert story.summary.rank is None


def test_a_supervisor_who_moves_a_chat_forward_changes_its_rank_F18() -> None:
    story = waiting()
    story.when(c.Prioritize(by=SAM, priority=7))

    assert story.summary.rank == (-7, NOON)
