"""What is said of an agent: custom statuses, missed offers, capacity, calls, and what lasts."""

import attrs
import pytest

from livechat_core import presence as p
from livechat_core.errors import Denied, NotFound
from livechat_core.presence import (
    Carried,
    FreeSlot,
    SetCall,
    SetCapacity,
    SetStatus,
    State,
    TakeSlot,
)
from livechat_core.rules import seconds
from livechat_core.streams import SYSTEM, Actor, Role
from tests.pure.agents import (
    NOBODY,
    ONE,
    OTHER_WINDOW,
    SIGN_IN,
    STATUSES,
    TWO,
    holding,
    in_phase,
    new,
    working,
)
from tests.pure.play import ANA, BEN, NOON, RULES, SAM, Story, kinds

PHONE = Actor(role=Role.PLUGIN, id="phone")


def choose(status: str) -> SetStatus:
    return SetStatus(by=ANA, status=status)


# --- custom statuses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "event"),
    [
        ("lunch", p.BecameAway(slots=frozenset({ONE}), status="lunch")),
        ("letters", p.BecameBusy(slots=frozenset({ONE}), status="letters")),
        ("desk", p.BecameAvailable(status="desk")),
    ],
)
def test_a_custom_status_means_one_of_three_and_shows_its_name_F28(
    status: str, event: p.BecameAway
) -> None:
    story = holding(ONE, rules=STATUSES)

    assert story.when(choose(status)) == [event]
    assert story.when(choose(status)) == []
    facts = story.summary.facts
    assert (facts["status"], facts["chosen"]) == (status, status)
    assert facts["why_not"] == ("" if status == "desk" else status)
    assert story.state.status == status


def test_from_a_status_to_another_of_the_same_meaning_F28() -> None:
    story = working(STATUSES)

    for status in ("lunch", "away", "lunch", "desk", "available"):
        assert len(story.when(choose(status))) == 1, status
        assert story.summary.facts["status"] == status
        assert story.summary.facts["reason"] == ""


@pytest.mark.parametrize("status", ["broken", "unheard", "grace", "ended", "new", "draining"])
def test_other_words_are_no_status_F28(status: str) -> None:
    refusal = working(STATUSES).refusal(choose(status))

    assert (refusal.code, refusal.facts) == ("bad_status", {"status": status})


def test_the_usual_words_keep_their_meaning_whatever_the_settings_say_F28() -> None:
    rules = attrs.evolve(STATUSES, statuses={"busy": STATUSES.statuses["lunch"]})
    story = working(rules)

    assert story.when(choose("busy")) == [p.BecameBusy(slots=NOBODY)]


@pytest.mark.parametrize(
    ("status", "events"),
    [
        ("lunch", [p.BecameAway(slots=NOBODY, status="lunch")]),
        ("letters", [p.BecameBusy(slots=NOBODY, status="letters")]),
        ("desk", []),
    ],
)
def test_a_return_brings_the_custom_status_back_F27_F28(
    status: str, events: list[p.BecameAway]
) -> None:
    story = working(STATUSES)
    story.when(choose(status), p.Disconnect(connection="w1"))
    assert (story.summary.facts["status"], story.summary.facts["why_not"]) == ("grace", "grace")

    back = p.Returned(connection="w2", process="p2", status=status)
    assert story.when(OTHER_WINDOW) == [back, *events]
    assert story.summary.facts["status"] == status


# --- missed offers -------------------------------------------------------------------------------


def miss(story: Story[State], times: int) -> list[str]:
    """Let offers pass; return what the last one caused."""
    last: list[str] = []
    for _ in range(times):
        last = kinds(
            story.when(TakeSlot(conversation=TWO), FreeSlot(conversation=TWO, missed=True))
        )
    return last


def test_after_three_missed_offers_in_a_row_an_agent_is_away_F29() -> None:
    story = holding(ONE)

    assert miss(story, 2) == ["SlotFreed"]
    story.when(TakeSlot(conversation=TWO))
    assert story.when(FreeSlot(conversation=TWO, missed=True)) == [
        p.SlotFreed(conversation=TWO, missed=True),
        p.BecameAway(slots=frozenset({ONE}), reason="missed"),
    ]
    facts = story.summary.facts
    assert (facts["status"], facts["why_not"], facts["reason"]) == ("away", "away", "missed")
    assert facts["missed"] == 3


def test_who_says_no_to_an_offer_is_there_F29() -> None:
    story = working()
    miss(story, 2)
    story.when(TakeSlot(conversation=TWO), FreeSlot(conversation=TWO, answered=True))

    assert story.summary.facts["missed"] == 0
    assert miss(story, 2) == ["SlotFreed"]


def test_who_takes_an_offer_is_there_F29() -> None:
    story = working()
    miss(story, 2)
    accepted = TakeSlot(conversation=TWO, by_hand=True, answered=True)

    assert story.when(TakeSlot(conversation=TWO), accepted) == [p.OfferTaken()]
    assert story.when(accepted) == []
    assert story.summary.facts["missed"] == 0


def test_who_picks_a_chat_is_there_F29() -> None:
    story = working()
    miss(story, 1)
    picked = TakeSlot(conversation=TWO, by_hand=True, answered=True)

    assert kinds(story.when(picked)) == ["SlotTaken", "OfferTaken"]
    assert story.when(picked) == []


@pytest.mark.parametrize("how", [{}, {"wrap_up": seconds(20)}], ids=["withdrawn", "served"])
def test_a_place_that_is_free_again_says_nothing_of_offers_F29(how: dict[str, int]) -> None:
    story = working()
    miss(story, 2)
    story.when(TakeSlot(conversation=ONE), FreeSlot(conversation=ONE, **how))
    story.later(20).when(p.Elapse())

    assert story.summary.facts["missed"] == 2


def test_who_chooses_a_status_is_there_F29() -> None:
    story = working()
    miss(story, 3)

    assert story.when(choose("away")) == [p.BecameAway(slots=NOBODY)]
    assert story.when(choose("away")) == []
    assert (story.summary.facts["missed"], story.summary.facts["reason"]) == (0, "")
    story.when(choose("available"))
    assert miss(story, 2) == ["SlotFreed"]


def test_missed_offers_may_count_for_nothing_F29() -> None:
    story = working(attrs.evolve(RULES, missed_until_away=0))

    assert miss(story, 9) == ["SlotFreed"]


def test_who_is_not_available_does_not_become_away_F29() -> None:
    story = holding(ONE, rules=attrs.evolve(RULES, missed_until_away=1))
    story.when(choose("busy"))

    assert kinds(story.when(FreeSlot(conversation=ONE, missed=True))) == ["SlotFreed"]


def test_a_return_keeps_the_reason_F27_F29() -> None:
    story = working(attrs.evolve(RULES, missed_until_away=1))
    miss(story, 1)
    story.when(p.Disconnect(connection="w1"))

    assert story.when(OTHER_WINDOW)[1] == p.BecameAway(slots=NOBODY, reason="missed")
    assert story.summary.facts["missed"] == 1


# --- over the night ------------------------------------------------------------------------------


def next_day(story: Story[State]) -> Story[State]:
    """Return the next working time, which carries on what the last one's facts say."""
    again = new(story.rules)
    again.when(attrs.evolve(SIGN_IN, carried=Carried.of(story.summary.facts)))
    return again


@pytest.mark.parametrize("status", ["available", "busy", "away", "lunch", "letters", "desk"])
def test_a_chosen_status_lasts_over_a_lost_connection_F28(status: str) -> None:
    story = working(STATUSES)
    story.when(choose(status), p.Disconnect(connection="w1"))
    story.later(60).when(p.Elapse())
    assert story.summary.facts["chosen"] == status

    facts = next_day(story).summary.facts
    assert (facts["status"], facts["chosen"]) == (status, status)


def test_who_went_offline_is_available_again_when_he_signs_in_F28() -> None:
    story = working(STATUSES)
    story.when(choose("lunch"), choose("offline"))

    assert story.summary.facts["chosen"] == "offline"
    assert next_day(story).summary.facts["status"] == "available"


def test_who_was_leaving_and_lost_the_connection_is_available_again_F31() -> None:
    story = holding(ONE, rules=STATUSES)
    story.when(choose("lunch"), choose("offline"))
    assert (story.summary.facts["status"], story.summary.facts["chosen"]) == ("draining", "offline")
    story.when(p.Disconnect(connection="w1"))
    story.later(60).when(p.Elapse())

    assert story.state.ended == "connection_lost"
    assert next_day(story).summary.facts["status"] == "available"


def test_a_status_that_the_settings_know_no_more_is_forgotten_F28() -> None:
    story = new()

    assert kinds(story.when(attrs.evolve(SIGN_IN, carried=Carried(status="lunch")))) == ["SignedIn"]


def test_who_became_away_by_missing_offers_stays_so_until_he_chooses_F29() -> None:
    story = working()
    miss(story, 3)
    story.when(p.Disconnect(connection="w1"))
    story.later(60).when(p.Elapse())

    again = next_day(story)
    assert again.summary.facts["status"] == "away"
    again.when(choose("available"))
    assert miss(again, 2) == ["SlotFreed"]


def test_missed_offers_are_counted_on_but_not_after_a_choice_F29() -> None:
    story = working()
    miss(story, 2)
    offline = working()
    miss(offline, 2)
    offline.when(choose("offline"))
    story.when(p.Disconnect(connection="w1"))
    story.later(60).when(p.Elapse())

    assert next_day(story).summary.facts["missed"] == 2
    assert next_day(offline).summary.facts["missed"] == 0


def test_assignments_and_the_pace_are_carried_on_F21() -> None:
    rules = attrs.evolve(RULES, assignments=2, assignment_window=seconds(600))
    story = holding(ONE, TWO, rules=rules)
    story.later(5).when(p.Disconnect(connection="w1"))
    story.later(60).when(p.Elapse())

    again = next_day(story)
    facts = again.summary.facts
    assert facts["last_assigned"] == NOON
    assert facts["idle_since"] == NOON + seconds(65)
    assert facts["recent"] == [NOON, NOON]
    assert facts["ready_at"] == NOON + seconds(600)
    assert again.refuses(TakeSlot(conversation=ONE)) == "resting"


def test_who_ends_without_a_chat_has_been_idle_before() -> None:
    story = new()
    story.when(attrs.evolve(SIGN_IN, carried=Carried(idle_since=7)))
    story.later(5).when(choose("offline"))

    assert story.summary.facts["idle_since"] == 7


def test_the_facts_of_an_older_desk_say_less() -> None:
    assert Carried.of({"last_assigned": 7, "missed": 1}) == Carried(last_assigned=7, missed=1)


# --- capacity and calls --------------------------------------------------------------------------


def test_a_supervisor_sets_the_capacity_and_what_is_there_stays_S2_17() -> None:
    story = holding(ONE, TWO)

    assert story.when(SetCapacity(by=SAM, capacity=1)) == [p.CapacitySet(capacity=1)]
    assert story.when(SetCapacity(by=SAM, capacity=1)) == []
    facts = story.summary.facts
    assert (facts["capacity"], facts["load"], facts["why_not"]) == (1, 2, "full")
    story.when(FreeSlot(conversation=ONE))
    assert story.refuses(TakeSlot(conversation=ONE, by_hand=True)) == "agent_full"
    story.when(SetCapacity(by=SYSTEM, capacity=2))
    assert story.summary.facts["why_not"] == ""
    story.when(SetCapacity(by=SAM, capacity=0))
    assert story.summary.facts["why_not"] == "full"


def test_a_capacity_is_set_by_supervisors_at_work_and_not_below_none_S2_17() -> None:
    command = SetCapacity(by=SAM, capacity=5)

    assert isinstance(working().refusal(attrs.evolve(command, by=ANA)), Denied)
    assert isinstance(new().refusal(command), NotFound)
    assert in_phase("ended").refuses(command) == "signed_out"
    refusal = working().refusal(attrs.evolve(command, capacity=-1))
    assert (refusal.code, refusal.facts) == ("bad_capacity", {"capacity": -1})


@pytest.mark.parametrize("by", [ANA, PHONE, SYSTEM], ids=lambda actor: actor.id)
def test_a_call_is_noted_by_the_agent_or_the_telephone(by: Actor) -> None:
    story = holding(ONE)

    assert story.when(SetCall(by=by, in_call=False)) == []
    assert story.when(SetCall(by=by, in_call=True)) == [p.CallBegan()]
    assert story.when(SetCall(by=by, in_call=True)) == []
    assert (story.summary.facts["in_call"], story.summary.facts["why_not"]) == (True, "")
    assert story.when(SetCall(by=by, in_call=False)) == [p.CallEnded()]
    assert story.summary.facts["in_call"] is False


def test_nobody_else_notes_a_call() -> None:
    call = SetCall(by=BEN, in_call=True)

    assert isinstance(working().refusal(call), Denied)
    assert isinstance(new().refusal(call), NotFound)
    assert in_phase("ended").refuses(attrs.evolve(call, by=PHONE)) == "signed_out"
