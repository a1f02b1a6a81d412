"""One call owed to an outside system: leases, back-off, and outcomes that nobody knows."""

import pytest

from livechat_core import job as j
from livechat_core.errors import NotFound
from livechat_core.job import DECIDER, Elapse, Fail, Owe, Refute, Settle, State, Succeed, Try
from livechat_core.rules import seconds
from tests.pure.play import NOON, Story, kinds

OWE = Owe(port="erm", action="note", subject="enquiry/1", revision=3, payload={"text": "Hello"})


def new() -> Story[State]:
    return Story(DECIDER)


def owed() -> Story[State]:
    story = new()
    story.when(OWE)
    return story


def trying(repeat: str = "safe") -> Story[State]:
    story = owed()
    story.when(Try(process="p1", repeat=repeat))
    return story


def unknown(repeat: str) -> Story[State]:
    """Return a job whose lease has run out."""
    story = trying(repeat).later(30)
    story.when(Elapse())
    return story


def test_a_job_is_owed_once_and_due_at_once_G11() -> None:
    story = owed()

    assert (story.summary.phase, story.due_in) == ("owed", 0)
    assert story.when(OWE) == []
    assert story.summary.labels == {"subject=enquiry/1"}


def test_trying_takes_a_lease_with_a_number_that_grows_G21_I9() -> None:
    story = owed()

    (tried,) = story.when(Try(process="p1", repeat="ask"))

    assert tried == j.Tried(process="p1", fence=1, until=NOON + seconds(30), repeat="ask")
    assert story.due_in == seconds(30)
    assert story.refuses(Try(process="p2", repeat="ask")) == "not_now"


def test_done_work_is_done_and_its_lease_is_over() -> None:
    story = trying()

    assert story.when(Succeed(fence=1, result={"id": "n1"})) == [j.Succeeded(result={"id": "n1"})]
    assert (story.summary.phase, story.summary.due_at) == ("done", None)
    assert story.refuses(Succeed(fence=1, result={})) == "stale_lease"


def test_what_was_surely_not_done_is_owed_again_with_growing_pauses_G15() -> None:
    story, pauses = owed(), []
    for _ in range(10):
        story.when(Try(process="p1", repeat="safe"))
        story.when(Fail(fence=story.state.fence, reason="refused"))
        assert story.due_in is not None
        pauses.append(story.due_in)
        assert story.refuses(Try(process="p1", repeat="safe")) == "not_due"
        story.now += story.due_in

    assert pauses == [*map(seconds, (5, 10, 30, 60, 180, 600, 1800)), *[seconds(3600)] * 3]
    assert story.summary.facts["attempts"] == 10


def test_pauses_are_spread_by_a_fifth_and_never_shorter_than_what_was_asked_for() -> None:
    for jitter, pause in ((-1.0, 4), (1.0, 6)):
        story = trying()
        story.when(Fail(fence=1, reason="refused", jitter=jitter))
        assert story.due_in == seconds(pause)
    story = trying()
    story.when(Fail(fence=1, reason="slack_429", retry_after=seconds(17)))
    assert story.due_in == seconds(17)


def test_what_can_never_be_done_is_dead_at_once_G15() -> None:
    story = trying()

    assert story.when(Fail(fence=1, reason="gone", permanent=True)) == [j.Died(reason="gone")]
    assert (story.summary.phase, story.summary.due_at) == ("dead", None)


def test_after_three_days_of_trying_the_job_is_dead_G15() -> None:
    story = owed().later(72 * 3600 - 4)
    story.when(Try(process="p1", repeat="safe"))

    assert story.when(Fail(fence=1, reason="refused")) == [j.Died(reason="refused")]


def test_a_safe_call_is_repeated_with_pauses_whatever_became_of_it() -> None:
    story = trying("safe")

    story.when(Fail(fence=1, reason="timeout", unknown=True))

    assert (story.summary.phase, story.due_in) == ("owed", seconds(5))


def test_a_safe_call_whose_worker_died_is_owed_again_at_once_until_it_is_too_old() -> None:
    assert (unknown("safe").summary.phase, unknown("safe").due_in) == ("owed", 0)

    story = owed().later(72 * 3600)
    story.when(Try(process="p1", repeat="safe"))
    assert kinds(story.later(30).when(Elapse())) == ["Died"]


def test_a_lease_is_not_over_before_its_end() -> None:
    assert trying("ask").later(29).when(Elapse()) == []
    assert owed().when(Elapse()) == []


def test_an_unknown_outcome_is_never_repeated_by_itself_G13_L0() -> None:
    story = trying("ask")
    story.when(Fail(fence=1, reason="timeout", unknown=True))

    for state in (story, unknown("ask")):
        assert (state.summary.phase, state.summary.due_at) == ("unknown", None)
        assert state.later(3600).refuses(Try(process="p1", repeat="ask")) == "not_now"
        assert state.when(Elapse()) == []


def test_who_lost_the_lease_cannot_report_any_more_G21() -> None:
    story = unknown("ask")

    assert story.refuses(Succeed(fence=1, result={})) == "stale_lease"
    assert story.refuses(Fail(fence=1, reason="late")) == "stale_lease"
    assert story.refuses(Refute(fence=1)) == "stale_lease"


def test_a_probe_asks_under_a_lease_of_its_own() -> None:
    story = unknown("probe")
    assert story.due_in == 0

    (probed,) = story.when(Try(process="p2", repeat="probe"))

    assert probed == j.Probed(process="p2", fence=2, until=story.now + seconds(30))
    assert story.refuses(Try(process="p3", repeat="probe")) == "leased"
    assert kinds(story.when(Succeed(fence=2, result={"id": "n1"}))) == ["Succeeded"]


def test_what_a_probe_proves_undone_is_owed_again_after_a_pause_and_not_for_ever() -> None:
    story = unknown("probe")
    story.when(Try(process="p2", repeat="probe"))

    assert kinds(story.when(Refute(fence=2))) == ["Postponed"]
    assert (story.summary.phase, story.due_in) == ("owed", seconds(5))
    assert story.summary.facts["attempts"] == 1

    story = trying("probe").later(72 * 3600)
    story.when(Elapse(), Try(process="p2", repeat="probe"))
    assert kinds(story.when(Refute(fence=2))) == ["Died"]


def test_only_a_probe_can_refute() -> None:
    assert trying("probe").refuses(Refute(fence=1)) == "not_now"


def test_a_probe_that_fails_is_repeated_later() -> None:
    story = unknown("probe")
    story.when(Try(process="p2", repeat="probe"))

    (lost,) = story.when(Fail(fence=2, reason="erm_503"))

    assert lost == j.Lost(reason="erm_503", not_before=story.now + seconds(5), repeat="probe")
    assert story.refuses(Try(process="p3", repeat="probe")) == "leased"


@pytest.mark.parametrize("case", ["permanent", "too old"])
def test_a_probe_that_leads_nowhere_leaves_it_to_a_person_G15(case: str) -> None:
    story = trying("probe").later(72 * 3600 if case == "too old" else 30)
    story.when(Elapse(), Try(process="p2", repeat="probe"))

    story.when(Fail(fence=2, reason="erm_401", permanent=case == "permanent"))

    assert (story.summary.phase, story.summary.due_at) == ("unknown", None)
    assert story.summary.facts["repeat"] == "ask"


def test_a_probe_whose_worker_died_is_repeated_after_a_pause() -> None:
    story = unknown("probe")
    story.when(Try(process="p2", repeat="probe"))

    assert kinds(story.later(30).when(Elapse())) == ["Lost"]
    assert story.due_in == seconds(5)


@pytest.mark.parametrize(
    ("outcome", "event", "phase"),
    [
        ("arrived", "Succeeded", "done"),
        ("repeat", "Repeated", "owed"),
        ("drop", "Dropped", "dropped"),
    ],
)
def test_a_person_says_what_became_of_it_G13(outcome: str, event: str, phase: str) -> None:
    story = unknown("ask")

    assert kinds(story.when(Settle(outcome=outcome))) == [event]
    assert story.summary.phase == phase


def test_a_job_repeated_by_hand_starts_afresh() -> None:
    story = trying()
    story.when(Fail(fence=1, reason="gone", permanent=True))
    story.later(100 * 3600).when(Settle(outcome="repeat"))

    story.when(Try(process="p1", repeat="safe"), Fail(fence=2, reason="refused"))

    assert (story.summary.phase, story.due_in) == ("owed", seconds(5))


def test_nothing_can_be_said_of_what_is_under_way_or_not_there() -> None:
    assert trying().refuses(Settle(outcome="arrived")) == "leased"
    assert trying().refuses(Settle(outcome="repeat")) == "not_now"
    assert owed().refuses(Settle(outcome="arrived")) == "not_now"
    assert unknown("ask").refuses(Settle(outcome="perhaps")) == "bad_outcome"
    assert isinstance(new().refusal(Settle(outcome="drop")), NotFound)
    assert isinstance(new().refusal(Succeed(fence=0, result={})), NotFound)


def test_what_is_only_owed_may_be_dropped() -> None:
    assert kinds(owed().when(Settle(outcome="drop"))) == ["Dropped"]
