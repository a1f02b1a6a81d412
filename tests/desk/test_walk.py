"""Random stories keep the invariants, and each seeded bug is found by them (guarantees.md 6.4)."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.desk import test_seeded_bugs as bugs
from tests.desk.walk import Walk

EXAMPLES, EXAMPLES_SLOW = 300, 10_000
STEPS = 40
MINIMUM = {
    "conversation.start": 600,
    "conversation.leave_message": 100,
    "conversation.accept": 60,
    "conversation.pick": 5,
    "conversation.post": 60,
    "conversation.assign": 1,
    "conversation.transfer": 3,
    "enquiry.claim": 60,
    "enquiry.create_customer": 3,
    "presence.set_status": 300,
    "presence.set_capacity": 20,
    "repeat": 100,
    "restart": 100,
    "fault": 100,
    "store fault": 100,
}
"""So much must happen in the default number of examples; else the walks prove little."""


def walk(examples: int, *phases: Phase) -> None:
    """Run stories, the same ones every time."""
    Walk.accepted.clear()
    Walk.refused.clear()
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            report_multiple_bugs=False,
            phases=phases or tuple(Phase),
            suppress_health_check=list(HealthCheck),
        ),
    )


def told(examples: int) -> None:
    """Print what happened, and fail if it was too little."""
    print(dict(Walk.accepted))  # noqa: T201
    print(dict(Walk.refused))  # noqa: T201
    least = {name: count * examples // EXAMPLES for name, count in MINIMUM.items()}
    short = {name: Walk.accepted[name] for name in least if Walk.accepted[name] < least[name]}
    assert not short, "these walks prove little"


def test_walks_keep_the_invariants_and_come_to_rest() -> None:
    """I1 to I12, G3, G8, G20; "replay equals live state"."""
    walk(EXAMPLES, Phase.generate)
    told(EXAMPLES)


@pytest.mark.slow
def test_many_walks_keep_the_invariants_and_come_to_rest() -> None:
    """I1 to I12."""
    walk(EXAMPLES_SLOW, Phase.generate)
    told(EXAMPLES_SLOW)


@pytest.mark.parametrize(
    "bug",
    [
        bugs.m3_look_then_insert,
        bugs.m5_a_cursor_that_skips_what_others_recorded,
        bugs.m6_capacity_is_only_read_before,
        bugs.m7_timers_only_in_memory,
        bugs.m10_the_last_claim_wins,
        bugs.m12_no_sweep,
        bugs.m14_an_old_window_takes_the_newer_one_along,
    ],
    ids=lambda bug: bug.__name__,
)
def test_a_walk_finds_a_seeded_bug(
    bug: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """M3, M5, M6, M7, M10, M12, M14: without them the same stories pass."""
    bug(monkeypatch)
    with pytest.raises((AssertionError, KeyError)):  # a check, or a table that forbids the event
        walk(EXAMPLES, Phase.generate)
