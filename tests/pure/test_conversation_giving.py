"""How a chat comes to somebody: by hand, by the first reply, by assignment, from queue to queue."""

import attrs
import pytest

from livechat_core import conversation as c
from livechat_core.errors import Denied, NotFound
from livechat_core.rules import AgentGone, Rules, seconds
from livechat_core.streams import SYSTEM, Actor, Role
from tests.pure.chats import ANA_SEAT, BEN_SEAT, Chat, active, chat, offered, ruled, waiting
from tests.pure.play import ANA, BEN, MARIA, NOON, SAM, kinds

SAM_SEAT = c.Seat(agent="sam", name="Sam", presence="presence/sam.1")
OFFERED_ONLY = ruled(sales={"pick": False})
BY_HAND = ruled(sales={"assignment": "manual", "pick": False})
SHARED = ruled(sales={"assignment": "first_reply"})
STRICT = ruled(agents_transfer=False)
ASSIGN = c.Assign(by=SAM, agent="ben", seat=BEN_SEAT)
GONE = c.ReleaseAgent(agent="ana", reason="connection_lost")
REPLY = c.Post(by=ANA, text="Good day", seat=ANA_SEAT)
BOT = Actor(role=Role.BOT, id="bot", name="Bot")


def asked_ben(rules: Rules) -> Chat:
    """Return a chat that Ana has and that Ben is asked to take over."""
    story = active(rules)
    story.when(c.Transfer(by=ANA, agent="ben", seat=BEN_SEAT))
    return story


# --- how long an agent may think -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "expected"), [(None, 30), (12, 12), (0, 0)], ids=["desk", "queue", "none"]
)
def test_an_agent_may_think_as_long_as_the_queue_says_or_else_the_desk_S1_21(
    own: int | None, expected: int
) -> None:
    story = waiting(ruled(sales={"offer_timeout": None if own is None else seconds(own)}))

    (made,) = story.when(c.Offer(offer="first", seat=ANA_SEAT))

    assert isinstance(made, c.Offered)
    assert made.until == NOON + seconds(expected)


def test_a_chat_of_a_queue_that_is_gone_is_offered_as_long_as_the_desk_says_S1_21() -> None:
    story = waiting(ruled(sales={"offer_timeout": seconds(12)}))
    story.rules = attrs.evolve(story.rules, queues={})

    story.when(c.Offer(offer="first", seat=ANA_SEAT))

    assert story.summary.facts["offer_until"] == NOON + story.rules.offer_timeout


# --- picking by hand -----------------------------------------------------------------------------


def test_where_chats_are_only_offered_agents_do_not_pick_and_supervisors_may_F10() -> None:
    refusal = waiting(OFFERED_ONLY).refusal(c.Pick(by=BEN, seat=BEN_SEAT))

    assert isinstance(refusal, Denied)
    assert refusal.facts["queue"] == "sales"
    taken = waiting(OFFERED_ONLY).when(c.Pick(by=SAM, seat=SAM_SEAT))
    assert taken == [c.Accepted(agent="Sam", seat=SAM_SEAT)]


@pytest.mark.parametrize("rules", [BY_HAND, SHARED], ids=["manual", "first_reply"])
def test_where_chats_are_not_offered_agents_pick_them_F10(rules: Rules) -> None:
    assert kinds(waiting(rules).when(c.Pick(by=BEN, seat=BEN_SEAT))) == ["Accepted"]


def test_a_chat_of_a_queue_that_is_gone_can_be_picked_F10() -> None:
    story = waiting(OFFERED_ONLY)
    story.rules = attrs.evolve(story.rules, queues={})

    assert kinds(story.when(c.Pick(by=BEN, seat=BEN_SEAT))) == ["Accepted"]


# --- the first reply -----------------------------------------------------------------------------


def test_who_replies_first_has_the_chat_F11_S3_15() -> None:
    story = waiting(SHARED)

    assert story.when(REPLY) == [
        c.Accepted(agent="Ana", seat=ANA_SEAT),
        c.Posted(author="agent", name="Ana", text="Good day"),
    ]
    assert story.state.owner == ANA_SEAT
    assert story.state.reply_from is None
    assert kinds(story.when(REPLY)) == ["Posted"]


def test_who_replies_second_learns_who_was_first_F11_S3_15() -> None:
    story = waiting(SHARED)
    story.when(REPLY)

    refusal = story.refusal(c.Post(by=BEN, text="Me too", seat=BEN_SEAT))

    assert (refusal.code, refusal.facts) == ("taken", {"owner": "Ana"})


def test_a_supervisors_first_reply_takes_the_chat_and_a_later_one_helps_F11() -> None:
    taken = waiting(SHARED).when(c.Post(by=SAM, text="Good day", seat=SAM_SEAT))
    assert kinds(taken) == ["Accepted", "Posted"]

    story = waiting(SHARED)
    story.when(REPLY)
    assert kinds(story.when(c.Post(by=SAM, text="May I help?"))) == ["Posted"]


@pytest.mark.parametrize("by", [MARIA, BOT, SYSTEM], ids=lambda by: by.id)
def test_only_a_person_of_the_desk_takes_a_chat_by_replying_F11(by: Actor) -> None:
    story = waiting(SHARED)

    assert kinds(story.when(c.Post(by=by, text="Somebody will be with you"))) == ["Posted"]
    assert story.summary.phase == "waiting"


def test_who_does_not_work_takes_no_chat_by_replying_F11() -> None:
    assert waiting(SHARED).refuses(c.Post(by=ANA, text="Good day")) == "not_available"


def test_a_chat_that_was_assigned_is_not_taken_by_a_colleagues_reply_F11() -> None:
    """G6: who is asked may answer by replying, and has the slot of his offer."""
    story = waiting(SHARED)
    story.when(ASSIGN)

    refusal = story.refusal(REPLY)
    assert (refusal.code, refusal.facts) == ("taken", {"owner": "Ben"})
    assert story.when(c.Post(by=BEN, text="Hello")) == [
        c.Accepted(agent="Ben", seat=BEN_SEAT),
        c.Posted(author="agent", name="Ben", text="Hello"),
    ]


def test_a_chat_that_was_left_is_shared_again_F11() -> None:
    story = waiting(SHARED)
    story.when(REPLY, GONE)

    taken = story.when(c.Post(by=BEN, text="Good day", seat=BEN_SEAT))

    assert kinds(taken) == ["Accepted", "Posted"]


def test_elsewhere_a_reply_takes_no_chat_that_waits() -> None:
    assert isinstance(waiting().refusal(REPLY), Denied)
    assert kinds(waiting().when(c.Post(by=SAM, text="One moment"))) == ["Posted"]


# --- assigning -----------------------------------------------------------------------------------


def test_a_waiting_chat_is_offered_to_whom_somebody_chose_S1_10() -> None:
    story = waiting()

    (made,) = story.when(ASSIGN)

    assert isinstance(made, c.Offered)
    assert (made.seat, made.by, made.why) == (BEN_SEAT, "sam", "chosen by Sam")
    assert made.until == NOON + story.rules.offer_timeout
    assert kinds(story.when(c.Accept(by=BEN, offer=made.offer))) == ["Accepted"]


def test_who_has_no_name_is_shown_by_his_id_S1_10() -> None:
    (made,) = waiting().when(attrs.evolve(ASSIGN, by=Actor(role=Role.SUPERVISOR, id="eve")))

    assert isinstance(made, c.Offered)
    assert made.why == "chosen by eve"


def test_who_let_the_chat_pass_may_be_chosen_all_the_same_S1_10() -> None:
    story = offered()
    story.when(c.Decline(by=ANA, offer="first"))

    assert kinds(story.when(c.Assign(by=SAM, agent="ana", seat=ANA_SEAT))) == ["Offered"]


def test_assigning_to_who_is_asked_or_has_the_chat_changes_nothing_S1_10() -> None:
    for story in (offered(), active()):
        assert story.when(c.Assign(by=SAM, agent="ana", seat=ANA_SEAT)) == []


def test_a_chat_that_is_asked_for_or_taken_or_over_is_not_assigned_S1_10() -> None:
    for story in (offered(), active()):
        refusal = story.refusal(ASSIGN)
        assert (refusal.code, refusal.facts) == ("taken", {"owner": "Ana"})
        story.when(c.Close(by=MARIA))
        assert story.refuses(ASSIGN) == "closed"


def test_who_cannot_be_asked_is_not_assigned_S1_10() -> None:
    refusal = waiting().refusal(c.Assign(by=SAM, agent="ben"))

    assert (refusal.code, refusal.facts) == ("not_available", {"agent": "ben"})


# --- the right to give ---------------------------------------------------------------------------

MINE_TO_BEN = c.Transfer(by=ANA, agent="ben", seat=BEN_SEAT)
MINE_TO_EVENTS = c.Transfer(by=ANA, queue="events", fallback="events")


@pytest.mark.parametrize("command", [MINE_TO_BEN, MINE_TO_EVENTS], ids=["agent", "queue"])
def test_agents_give_their_chats_away_where_they_may_and_supervisors_everywhere_S3_16(
    command: c.Transfer,
) -> None:
    assert active().when(command)

    assert isinstance(active(STRICT).refusal(command), Denied)
    assert active(STRICT).when(attrs.evolve(command, by=SAM))


def test_agents_assign_waiting_chats_where_they_may_and_supervisors_everywhere_S3_16() -> None:
    by_ana = attrs.evolve(ASSIGN, by=ANA)

    assert kinds(waiting().when(by_ana)) == ["Offered"]
    assert isinstance(waiting(STRICT).refusal(by_ana), Denied)
    assert kinds(waiting(STRICT).when(ASSIGN)) == ["Offered"]


def test_where_only_supervisors_give_agents_still_take_S3_16() -> None:
    assert kinds(waiting(STRICT).when(c.Pick(by=BEN, seat=BEN_SEAT))) == ["Accepted"]
    story = active(STRICT)
    story.when(attrs.evolve(MINE_TO_BEN, by=SAM))
    taken = c.Accept(by=BEN, offer=story.summary.facts["offer"])
    assert kinds(story.when(taken)) == ["TransferAccepted"]


def test_a_transfer_says_who_wanted_it() -> None:
    (made,) = active().when(attrs.evolve(MINE_TO_BEN, by=SAM))

    assert isinstance(made, c.TransferOffered)
    assert made.by == "sam"


# --- to another queue ----------------------------------------------------------------------------


def test_a_chat_moved_to_another_queue_keeps_its_time_and_takes_that_queues_priority_S2_22() -> (
    None
):
    story = active(ruled(events={"max_wait": seconds(90)})).later(60)

    moved = story.when(attrs.evolve(MINE_TO_EVENTS, comment="Please see"))

    assert moved == [
        c.Noted(agent="ana", name="Ana", text="Please see"),
        c.Requeued(
            queue="events",
            priority=5,
            reason="transfer",
            former=ANA_SEAT,
            by="ana",
            from_queue="sales",
            terms=c.Terms(max_wait=seconds(90), idle=seconds(600)),
        ),
    ]
    assert (story.summary.queue, story.summary.rank) == ("events", (-5, NOON))
    assert story.refuses(c.Offer(offer="second", seat=ANA_SEAT)) == "already_tried"


def test_a_chat_is_not_moved_to_where_nobody_is_S2_22() -> None:
    story = active()

    refusal = story.refusal(c.Transfer(by=ANA, queue="events"))

    assert (refusal.code, refusal.facts) == ("nobody_available", {"queue": "events"})
    assert story.state.owner == ANA_SEAT


def test_a_chat_is_moved_to_where_nobody_is_for_who_wants_it_anyway_S2_22() -> None:
    """Not to the queue that would take over."""
    story = active()

    story.when(c.Transfer(by=ANA, queue="events", anyway=True, fallback="sales"))

    assert (story.summary.phase, story.summary.queue) == ("waiting", "events")


def test_a_chat_is_moved_to_the_queue_that_takes_over_S2_22() -> None:
    rules = ruled()
    vip = attrs.evolve(rules.queues["events"], name="Guests", priority=9)
    story = active(attrs.evolve(rules, queues={**rules.queues, "guests": vip}))

    (moved,) = story.when(c.Transfer(by=ANA, queue="events", fallback="guests"))

    assert isinstance(moved, c.Requeued)
    assert (moved.queue, moved.priority) == ("guests", 9)


def test_a_chat_does_not_come_back_as_its_own_fallback_S2_22() -> None:
    back = c.Transfer(by=ANA, queue="events", fallback="sales")

    assert active().refuses(back) == "nobody_available"


# --- the agent is gone ---------------------------------------------------------------------------


def test_a_chat_whose_agent_is_gone_goes_back_to_the_head_of_its_line_G10() -> None:
    story = active().later(300)

    assert story.when(GONE) == [
        c.Requeued(
            queue="sales",
            priority=0,
            reason="connection_lost",
            former=ANA_SEAT,
            from_queue="sales",
            terms=c.Terms(idle=seconds(600)),
        )
    ]
    assert story.summary.rank == (0, NOON)
    assert story.when(GONE) == []


def test_what_a_queue_grants_now_holds_for_a_chat_that_goes_back() -> None:
    story = active()
    story.rules = ruled(sales={"max_wait": seconds(45)})

    story.when(GONE)

    assert story.due_in == seconds(45)


def test_a_chat_whose_agent_is_gone_ends_where_the_desk_says_so_G10() -> None:
    rules = ruled(agent_gone=AgentGone.CLOSE)

    assert active(rules).when(GONE) == [c.Closed(reason="connection_lost", former=ANA_SEAT)]
    assert asked_ben(rules).when(GONE) == [
        c.TransferEnded(seat=BEN_SEAT, reason="withdrawn"),
        c.Closed(reason="connection_lost", former=ANA_SEAT),
    ]


def test_who_was_only_asked_ends_no_chat_by_going_G10() -> None:
    rules = ruled(agent_gone=AgentGone.CLOSE)

    assert kinds(offered(rules).when(GONE)) == ["OfferWithdrawn"]
    story = asked_ben(rules)
    assert kinds(story.when(attrs.evolve(GONE, agent="ben"))) == ["TransferEnded"]
    assert story.state.owner == ANA_SEAT


def test_nobody_finds_a_chat_to_give_that_is_not_there_B75() -> None:
    for command in (ASSIGN, MINE_TO_BEN, MINE_TO_EVENTS):
        assert isinstance(chat().refusal(command), NotFound)
