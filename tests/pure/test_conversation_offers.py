"""Who has a chat: offers, picking by hand, transfer, and losing the agent."""

import attrs
import pytest

from livechat_core import conversation as c
from livechat_core.errors import Denied, NotFound
from livechat_core.rules import Queue
from tests.pure.chats import ANA_SEAT, BEN_SEAT, Chat, active, offered, start, waiting
from tests.pure.play import ANA, BEN, MARIA, NOON, SAM, kinds


def asked_ben() -> Chat:
    """Return a chat that Ana has and that Ben is asked to take over."""
    story = active()
    story.when(c.Transfer(by=ANA, agent="ben", comment="About tickets", seat=BEN_SEAT))
    return story


def ben_offer(story: Chat) -> str:
    return str(story.summary.facts["offer"])


def test_an_offer_asks_one_agent_until_a_moment_G6() -> None:
    story = waiting()

    (made,) = story.when(c.Offer(offer="first", seat=ANA_SEAT, why="longest idle"))

    assert isinstance(made, c.Offered)
    assert made.until == NOON + story.rules.offer_timeout
    assert story.due_in == story.rules.offer_timeout
    assert story.summary.facts["offered_to"] == "ana"
    assert story.summary.rank == (0, NOON)


def test_a_chat_is_offered_to_one_agent_at_a_time_I4() -> None:
    story = offered()

    assert story.when(c.Offer(offer="first", seat=ANA_SEAT)) == []
    assert story.refuses(c.Offer(offer="second", seat=BEN_SEAT)) == "not_now"


def test_accepting_gives_the_chat_and_repeating_it_changes_nothing_A69() -> None:
    story = offered()

    assert story.when(c.Accept(by=ANA, offer="first")) == [c.Accepted(agent="Ana", seat=ANA_SEAT)]
    assert story.when(c.Accept(by=ANA, offer="first")) == []
    assert (story.state.owner, story.state.ask, story.summary.rank) == (ANA_SEAT, None, None)
    assert "agent=ana" in story.summary.labels


def test_who_comes_second_learns_who_has_the_chat_G6() -> None:
    for story in (offered(), active()):
        refusal = story.refusal(c.Accept(by=BEN, offer="first"))
        assert (refusal.code, refusal.facts) == ("taken", {"owner": "Ana"})


def test_an_offer_with_another_name_is_not_found_A69_B81() -> None:
    assert isinstance(offered().refusal(c.Accept(by=ANA, offer="forged")), NotFound)
    assert isinstance(offered().refusal(c.Decline(by=ANA, offer="forged")), NotFound)


def test_accepting_at_the_end_of_the_time_is_too_late_B71() -> None:
    story = offered().later(30)

    assert story.refuses(c.Accept(by=ANA, offer="first")) == "offer_over"
    assert story.when(c.Elapse()) == [c.OfferLapsed(seat=ANA_SEAT)]
    assert story.refuses(c.Accept(by=ANA, offer="first")) == "offer_over"


def test_a_declined_chat_waits_in_its_old_place_and_asks_somebody_else() -> None:
    story = offered().later(5)

    assert story.when(c.Decline(by=ANA, offer="first")) == [c.Declined(seat=ANA_SEAT)]
    assert story.when(c.Decline(by=ANA, offer="first")) == []
    assert story.summary.rank == (0, NOON)
    assert story.refuses(c.Offer(offer="second", seat=ANA_SEAT)) == "already_tried"
    assert kinds(story.when(c.Offer(offer="second", seat=BEN_SEAT))) == ["Offered"]


def test_a_lapsed_offer_passes_to_the_next_agent_S1() -> None:
    story = offered()

    assert story.later(29).when(c.Elapse()) == []
    assert story.later(1).when(c.Elapse()) == [c.OfferLapsed(seat=ANA_SEAT)]
    assert story.summary.facts["tried"] == ["ana"]


def test_when_all_were_asked_the_pass_begins_again() -> None:
    story = offered()
    story.when(c.Decline(by=ANA, offer="first"))

    story.when(c.Offer(offer="second", seat=ANA_SEAT, restart=True))

    assert story.state.tried == frozenset()
    assert kinds(story.when(c.Accept(by=ANA, offer="second"))) == ["Accepted"]


def test_declining_what_one_was_never_asked_is_refused() -> None:
    assert offered().refuses(c.Decline(by=BEN, offer="first")) == "taken"
    assert waiting().refuses(c.Decline(by=BEN, offer="first")) == "offer_over"


def test_an_offer_is_withdrawn_without_blame_when_the_agent_cannot_be_asked() -> None:
    story = offered()

    assert story.when(c.WithdrawOffer(agent="ben")) == []
    assert story.when(c.WithdrawOffer(agent="ana")) == [c.OfferWithdrawn(seat=ANA_SEAT)]
    assert story.state.tried == frozenset()
    assert story.when(c.WithdrawOffer(agent="ana")) == []


def test_a_waiting_chat_may_be_picked_by_hand_S0_31() -> None:
    story = waiting()

    assert story.when(c.Pick(by=BEN, seat=BEN_SEAT)) == [c.Accepted(agent="Ben", seat=BEN_SEAT)]
    assert story.when(c.Pick(by=BEN, seat=BEN_SEAT)) == []


def test_a_chat_offered_to_a_colleague_cannot_be_picked_G6() -> None:
    refusal = offered().refusal(c.Pick(by=BEN, seat=BEN_SEAT))

    assert (refusal.code, refusal.facts) == ("taken", {"owner": "Ana"})


def test_picking_what_one_is_asked_to_take_uses_the_slot_of_the_offer() -> None:
    other_window = attrs.evolve(ANA_SEAT, presence="presence/ana.2")

    (taken,) = offered().when(c.Pick(by=ANA, seat=other_window))

    assert taken == c.Accepted(agent="Ana", seat=ANA_SEAT)


def test_who_does_not_work_cannot_pick() -> None:
    assert waiting().refuses(c.Pick(by=BEN)) == "not_available"


def test_a_transfer_asks_a_colleague_and_the_owner_stays_S0_30() -> None:
    story = active()

    (made,) = story.when(c.Transfer(by=ANA, agent="ben", comment="Tickets", seat=BEN_SEAT))

    assert isinstance(made, c.TransferOffered)
    assert (made.seat, made.comment) == (BEN_SEAT, "Tickets")
    assert story.state.owner == ANA_SEAT
    assert story.due_in == story.rules.transfer_timeout


def test_the_colleague_takes_over_and_the_former_owner_is_named() -> None:
    story = asked_ben()

    assert story.when(c.Accept(by=BEN, offer=ben_offer(story))) == [
        c.TransferAccepted(agent="Ben", seat=BEN_SEAT, former=ANA_SEAT)
    ]
    assert story.state.owner == BEN_SEAT
    assert "agent=ben" in story.summary.labels


def test_the_owner_who_accepts_again_during_a_transfer_still_has_the_chat() -> None:
    assert asked_ben().when(c.Accept(by=ANA, offer="first")) == []


@pytest.mark.parametrize("reason", ["declined", "lapsed", "withdrawn"])
def test_a_transfer_that_fails_leaves_the_chat_with_its_owner(reason: str) -> None:
    story = asked_ben()
    commands: dict[str, c.Wanted] = {
        "declined": c.Decline(by=BEN, offer=ben_offer(story)),
        "lapsed": c.Elapse(),
        "withdrawn": c.WithdrawOffer(agent="ben"),
    }
    if reason == "lapsed":
        story.later(30)

    assert story.when(commands[reason]) == [c.TransferEnded(seat=BEN_SEAT, reason=reason)]
    assert (story.state.owner, story.state.ask) == (ANA_SEAT, None)


def test_only_the_owner_or_a_supervisor_may_transfer() -> None:
    assert isinstance(active().refusal(c.Transfer(by=BEN, queue="events")), Denied)
    moved = c.Transfer(by=SAM, queue="events", fallback="events")
    assert kinds(active().when(moved)) == ["Requeued"]
    assert waiting().refuses(c.Transfer(by=SAM, queue="events")) == "not_now"


def test_a_transfer_to_oneself_or_to_nobody_is_refused_A73() -> None:
    story = active()

    assert story.refuses(c.Transfer(by=ANA, agent="ana", seat=ANA_SEAT)) == "same_agent"
    assert story.refuses(c.Transfer(by=ANA, agent="ben")) == "not_available"
    assert story.refuses(c.Transfer(by=ANA)) == "agent_or_queue"
    assert story.refuses(c.Transfer(by=ANA, agent="ben", queue="events")) == "agent_or_queue"
    assert asked_ben().refuses(c.Transfer(by=ANA, queue="events")) == "transfer_pending"


def test_a_transfer_to_the_same_or_an_unknown_queue_is_refused_A73() -> None:
    assert active().refuses(c.Transfer(by=ANA, queue="sales")) == "same_queue"
    assert active().refuses(c.Transfer(by=ANA, queue="nothing")) == "unknown_queue"


def test_losing_the_owner_ends_his_transfer_too() -> None:
    assert kinds(asked_ben().when(c.ReleaseAgent(agent="ana", reason="offline"))) == [
        "TransferEnded",
        "Requeued",
    ]


def test_losing_who_was_asked_to_take_over_leaves_the_chat_with_its_owner() -> None:
    story = asked_ben()

    assert story.when(c.ReleaseAgent(agent="ben", reason="offline")) == [
        c.TransferEnded(seat=BEN_SEAT, reason="withdrawn")
    ]
    assert story.state.owner == ANA_SEAT


def test_losing_who_was_asked_takes_the_offer_back() -> None:
    assert kinds(offered().when(c.ReleaseAgent(agent="ana", reason="offline"))) == [
        "OfferWithdrawn"
    ]


def test_both_sides_talk_and_only_who_has_the_chat_may_S0_40() -> None:
    story = active()

    assert story.when(c.Post(by=MARIA, text="Hello")) == [
        c.Posted(author="visitor", name="Maria", text="Hello")
    ]
    assert story.summary.facts["unanswered_since"] == story.now
    assert story.when(c.Post(by=ANA, text="Good day")) == [
        c.Posted(author="agent", name="Ana", text="Good day")
    ]
    assert story.summary.facts["unanswered_since"] is None
    assert isinstance(story.refusal(c.Post(by=BEN, text="Me too")), Denied)
    assert isinstance(waiting().refusal(c.Post(by=ANA, text="Me too")), Denied)
    assert kinds(story.when(c.Post(by=SAM, text="May I help?"))) == ["Posted"]


def test_the_oldest_unanswered_line_counts() -> None:
    story = active()
    story.when(c.Post(by=MARIA, text="One"))
    first = story.now
    story.later(9).when(c.Post(by=MARIA, text="Two"))

    assert story.state.unanswered_since == first


def test_notes_are_for_staff_only_S3_19() -> None:
    story = active()

    assert story.when(c.Note(by=BEN, text="Regular")) == [
        c.Noted(agent="ben", name="Ben", text="Regular")
    ]
    assert c.Noted.audience == "staff"


def test_lists_show_the_beginning_of_a_long_line() -> None:
    story = waiting(question="Q" * 300)

    assert len(story.summary.facts["last_line"]) == len(story.summary.facts["question"]) == 200


def test_a_queues_priority_orders_its_chats_before_others() -> None:
    assert waiting(queue="events").summary.rank == (-5, NOON)
    assert Queue(name="Plain").priority == 0


def test_the_address_is_a_label_for_limits_only_if_there_is_one() -> None:
    known = attrs.evolve(start().origin, address="hash")

    assert "address=hash" in waiting(origin=known).summary.labels
