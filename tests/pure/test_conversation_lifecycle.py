"""How a chat begins and ends."""

import attrs
import pytest

from livechat_core import conversation as c
from livechat_core.errors import Denied, NotFound
from livechat_core.streams import SYSTEM
from tests.pure.chats import (
    ANA_SEAT,
    BEN_SEAT,
    Chat,
    active,
    chat,
    offered,
    origin,
    ruled,
    start,
    waiting,
)
from tests.pure.play import ANA, BEN, MARIA, NOON, SAM, STRANGER, kinds


def leave(**changes: object) -> c.LeaveMessage:
    command = c.LeaveMessage(
        by=MARIA,
        site="drumstory",
        name="Maria",
        email="maria@example.org",
        question="Do you hire drummers?",
        page="https://drumstory.example/hire",
        origin=origin(availability="offline"),
    )
    return attrs.evolve(command, **changes)  # type: ignore[arg-type]


def message_left() -> Chat:
    story = chat()
    story.when(leave())
    return story


def test_clicking_assist_creates_a_chat_that_waits_in_its_sites_first_queue_S0_4_S0_1() -> None:
    story = chat()

    (begun,) = story.when(start())

    assert isinstance(begun, c.Started)
    assert (begun.site, begun.queue, begun.visitor) == ("drumstory", "sales", "maria")
    assert story.summary.phase == "waiting"
    assert story.summary.rank == (0, NOON)
    assert story.summary.labels == {"visitor=maria", "site=drumstory", "queue=sales"}


def test_starting_the_same_stream_again_changes_nothing_G3() -> None:
    assert waiting().when(start()) == []


@pytest.mark.parametrize("availability", ["offline", "busy"])
def test_without_anybody_to_answer_no_chat_begins_S0_5(availability: str) -> None:
    story = chat()
    command = start(queue="events", origin=origin(availability=availability))

    assert story.refusal(command).facts == {"availability": availability, "queue": "events"}
    assert story.refuses(command) == "nobody_available"


def test_a_queue_may_let_visitors_wait_while_all_are_busy() -> None:
    assert kinds(chat().when(start(origin=origin(availability="busy")))) == ["Started"]


@pytest.mark.parametrize(
    ("site", "queue", "code"),
    [
        ("nowhere", "", "unknown_site"),
        ("drumstory", "nothing", "unknown_queue"),
        ("bare", "", "unknown_queue"),
        ("broken", "", "unknown_queue"),
    ],
)
def test_an_unknown_site_or_topic_is_not_found_B75(site: str, queue: str, code: str) -> None:
    for command in (start(site=site, queue=queue), leave(site=site, queue=queue)):
        assert isinstance(chat().refusal(command), NotFound)
        assert chat().refuses(command) == code


def test_a_banned_visitor_can_neither_chat_nor_leave_a_message_S0_33() -> None:
    banned = origin(banned=True)

    assert chat().refuses(start(origin=banned)) == "banned"
    assert chat().refuses(leave(origin=banned)) == "banned"


def test_accepting_an_invitation_starts_the_chat_with_who_invited_S0_44() -> None:
    story = chat()
    invited = origin(availability="offline", inviter=ANA_SEAT)

    assert kinds(story.when(start(origin=invited))) == ["Started", "Accepted"]
    assert story.state.owner == ANA_SEAT


def test_leaving_a_message_at_once_is_a_conversation_of_its_own_S0_5() -> None:
    story = chat()

    begun, left = story.when(leave())

    assert isinstance(begun, c.Started)
    assert left == c.MessageLeft(
        name="Maria",
        email="maria@example.org",
        question="Do you hire drummers?",
        page="https://drumstory.example/hire",
        former=None,
    )
    assert (story.summary.phase, story.summary.rank, story.due_in) == ("message_left", None, None)


def test_leaving_the_same_message_again_changes_nothing() -> None:
    assert message_left().when(leave()) == []


def test_who_waits_may_leave_a_message_instead_and_keeps_what_is_known() -> None:
    story = waiting(name="Maria", page="https://drumstory.example/")

    (left,) = story.when(leave(name="", page=""))

    assert isinstance(left, c.MessageLeft)
    assert (left.name, left.page) == ("Maria", "https://drumstory.example/")


def test_a_message_left_while_the_chat_is_offered_frees_who_was_asked() -> None:
    story = offered()

    (left,) = story.when(leave())

    assert isinstance(left, c.MessageLeft)
    assert left.former == ANA_SEAT
    assert story.state.ask is None
    assert story.refuses(c.Accept(by=ANA, offer="first")) == "closed"


def test_a_chat_that_an_agent_has_is_no_message_any_more() -> None:
    assert active().refuses(leave()) == "closed"


@pytest.mark.parametrize("story", [waiting(), message_left()])
def test_a_stranger_learns_nothing_of_a_chat_A2(story: Chat) -> None:
    assert isinstance(story.refusal(leave(by=STRANGER)), NotFound)
    assert isinstance(story.refusal(c.Close(by=STRANGER)), NotFound)
    assert isinstance(story.refusal(c.Post(by=STRANGER, text="Hi")), NotFound)
    assert isinstance(story.refusal(c.Rate(by=STRANGER, value=3)), NotFound)
    assert isinstance(story.refusal(c.EmailTranscript(by=STRANGER, email="x@y.org")), NotFound)


def test_the_visitor_closes_and_staff_are_told_S0_39() -> None:
    story = active()

    assert story.when(c.Close(by=MARIA)) == [c.Closed(reason="visitor", former=ANA_SEAT)]
    assert c.Closed.audience == "public"
    assert (story.summary.phase, story.summary.rank, story.due_in) == ("closed", None, None)
    assert (story.state.owner, story.state.ask) == (None, None)


def test_closing_an_offered_chat_frees_who_was_asked() -> None:
    assert offered().when(c.Close(by=MARIA)) == [c.Closed(reason="visitor", former=ANA_SEAT)]


def test_closing_during_a_transfer_frees_both_agents() -> None:
    story = active()
    story.when(c.Transfer(by=ANA, agent="ben", seat=BEN_SEAT))

    assert story.when(c.Close(by=MARIA)) == [
        c.TransferEnded(seat=BEN_SEAT, reason="withdrawn"),
        c.Closed(reason="visitor", former=ANA_SEAT),
    ]


def test_closing_twice_is_the_same_as_once_B82() -> None:
    story = active()
    story.when(c.Close(by=ANA))

    assert story.when(c.Close(by=ANA)) == story.when(c.Close(by=MARIA)) == []


def test_agents_close_their_own_chats_and_supervisors_all() -> None:
    assert active().when(c.Close(by=ANA)) == [c.Closed(reason="agent", former=ANA_SEAT)]
    assert active().when(c.Close(by=SAM)) == [c.Closed(reason="agent", former=ANA_SEAT)]
    assert isinstance(active().refusal(c.Close(by=BEN)), Denied)
    assert isinstance(waiting().refusal(c.Close(by=BEN)), Denied)


def test_a_left_message_is_closed_by_the_desk_once_it_is_answered_and_not_by_the_visitor() -> None:
    story = message_left()

    assert story.refuses(c.Close(by=MARIA)) == "not_now"
    assert story.when(c.Close(by=SYSTEM)) == [c.Closed(reason="answered", former=None)]
    assert story.when(c.Close(by=SYSTEM)) == []


def test_a_closed_chat_takes_no_line_and_no_transfer_B76() -> None:
    story = active()
    story.when(c.Close(by=MARIA))
    story.later(600)

    assert story.refuses(c.Post(by=MARIA, text="Still there?")) == "closed"
    assert story.refuses(c.Post(by=ANA, text="Still there?")) == "closed"
    assert story.refuses(c.Transfer(by=ANA, queue="events")) == "closed"
    assert story.refuses(c.Accept(by=ANA, offer="first")) == "closed"
    assert story.refuses(c.Pick(by=ANA, seat=ANA_SEAT)) == "closed"
    assert story.refuses(leave()) == "closed"


def test_rating_is_for_closed_chats_and_one_of_three_values_A72() -> None:
    story = active()
    assert story.refuses(c.Rate(by=MARIA, value=3)) == "not_now"

    story.when(c.Close(by=ANA))

    assert [story.refuses(c.Rate(by=MARIA, value=n)) for n in (0, 4)] == ["bad_rating"] * 2
    assert [kinds(story.when(c.Rate(by=MARIA, value=n))) for n in (1, 2)] == [["Rated"]] * 2
    assert story.when(c.Rate(by=MARIA, value=3, comment="Thanks")) == [
        c.Rated(value=3, comment="Thanks")
    ]
    assert story.summary.facts["rating"] == 3


def test_a_rating_may_be_changed_within_the_window_and_not_after_it() -> None:
    story = active()
    story.when(c.Close(by=ANA), c.Rate(by=MARIA, value=3, comment="Thanks"))

    assert story.when(c.Rate(by=MARIA, value=3, comment="Thanks")) == []
    assert kinds(story.when(c.Rate(by=MARIA, value=1))) == ["Rated"]
    assert story.later(600).refuses(c.Rate(by=MARIA, value=3)) == "closed"


def test_nobody_finds_a_chat_that_is_not_there_B75() -> None:
    for command in (
        c.Close(by=MARIA),
        c.Close(by=ANA),
        c.Post(by=MARIA, text="Hi"),
        c.Post(by=ANA, text="Hi"),
        c.Note(by=ANA, text="Hm"),
        c.Accept(by=ANA, offer="first"),
        c.Decline(by=ANA, offer="first"),
        c.Pick(by=ANA, seat=ANA_SEAT),
        c.Assign(by=SAM, agent="ana", seat=ANA_SEAT),
        c.Prioritize(by=SAM, priority=1),
        c.Transfer(by=ANA, queue="events"),
        c.Rate(by=MARIA, value=3),
    ):
        assert isinstance(chat().refusal(command), NotFound)


def test_an_idle_chat_is_closed_and_any_line_prolongs_it() -> None:
    story = active(ruled(idle_counts=True))
    assert story.later(3000).when(c.Elapse()) == []
    story.when(c.Post(by=MARIA, text="One moment"))

    assert story.later(3599).when(c.Elapse()) == []
    assert story.later(1).when(c.Elapse()) == [c.Closed(reason="inactive", former=ANA_SEAT)]
    assert story.when(c.Elapse()) == []


def test_a_lost_visitor_ends_a_chat_that_nobody_has() -> None:
    for story in (waiting(), offered()):
        assert kinds(story.when(c.VisitorGone())) == ["VisitorLeft"]
        assert story.when(c.VisitorGone()) == []
        story.later(240)
        (closed,) = story.when(c.Elapse())
        assert isinstance(closed, c.Closed)
        assert closed.reason == "visitor_lost"


def test_an_offered_chat_of_a_lost_visitor_frees_who_was_asked() -> None:
    story = offered()
    story.when(c.VisitorGone())
    story.later(240)

    assert story.when(c.Elapse()) == [c.Closed(reason="visitor_lost", former=ANA_SEAT)]


def test_an_agent_decides_himself_about_a_lost_visitor_and_no_timer_is_stuck() -> None:
    story = active(ruled(idle_counts=True))
    story.when(c.VisitorGone())
    assert story.summary.facts["visitor_gone"]
    assert story.due_in == story.rules.visitor_idle_close

    assert story.later(240).when(c.Elapse()) == []
    story.when(c.ReleaseAgent(agent="ana", reason="connection_lost"))

    assert kinds(story.when(c.Elapse())) == ["Closed"]


def test_a_visitor_who_is_back_or_writes_is_not_lost() -> None:
    story = waiting()
    story.when(c.VisitorGone())

    assert kinds(story.when(c.VisitorBack())) == ["VisitorReturned"]
    assert story.when(c.VisitorBack()) == []

    story.when(c.VisitorGone())
    assert kinds(story.when(c.Post(by=MARIA, text="Here I am"))) == ["VisitorReturned", "Posted"]
    assert story.later(240).when(c.Elapse()) == []
