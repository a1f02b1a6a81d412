"""No internal word, and no word of anybody else, ever reaches a visitor (A16, S3-19, F33)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from livechat_core.protocol.following import Following
from livechat_core.rules import seconds
from tests.desk import test_seeded_bugs as bugs
from tests.desk.canary_walk import CanaryWalk

EXAMPLES, EXAMPLES_SLOW, STEPS = 80, 3_000, 80
MINIMUM = {
    "conversation.start": 200,
    "conversation.leave_message": 40,
    "conversation.accept": 50,
    "conversation.post": 90,
    "conversation.note": 10,
    "conversation.whisper": 10,
    "conversation.tag": 2,
    "conversation.verify_contact": 3,
    "conversation.history": 30,
    "enquiry.claim": 5,
}
"""So much must happen in the default number of examples; else the walks prove little."""
TOLD = {"event": 60, "mail": 3, "availability": 100}

Patch = pytest.MonkeyPatch


def walk(examples: int) -> None:
    CanaryWalk.done.clear()
    CanaryWalk.told.clear()
    run_state_machine_as_test(
        CanaryWalk,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            report_multiple_bugs=False,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


def enough(examples: int) -> None:
    print(dict(CanaryWalk.done))  # noqa: T201
    print(dict(CanaryWalk.told))  # noqa: T201
    for least, counted in ((MINIMUM, CanaryWalk.done), (TOLD, CanaryWalk.told)):
        wanted = {name: count * examples // EXAMPLES for name, count in least.items()}
        short = {name: counted[name] for name in wanted if counted[name] < wanted[name]}
        assert not short, "these walks prove little"


def test_no_foreign_word_reaches_a_visitor() -> None:
    """A2, A16, F33, S3-19: three visitors, two sites, whatever anybody may do."""
    walk(EXAMPLES)
    enough(EXAMPLES)


@pytest.mark.slow
def test_no_foreign_word_reaches_a_visitor_in_many_stories() -> None:
    """A2, A16."""
    walk(EXAMPLES_SLOW)
    enough(EXAMPLES_SLOW)


def m17_only_the_last_minute_is_resumed(patch: Patch) -> None:
    real = Following.history

    async def history(self: Following, stream: str, after: int) -> dict[str, Any]:
        rows = await self._desk.history(stream)
        since = self._desk.clock.now() - seconds(60)
        old = [row.version for row, _ in rows if row.at < since]
        return await real(self, stream, max([after, *old]) if after else after)

    patch.setattr(Following, "history", history)


@pytest.mark.parametrize(
    "bug",
    [
        bugs.m2_one_id_for_all_authors,
        m17_only_the_last_minute_is_resumed,
        bugs.m18_any_conversation_for_any_visitor,
    ],
    ids=lambda bug: bug.__name__,
)
def test_the_walk_finds_a_seeded_bug(bug: Callable[[Patch], None], monkeypatch: Patch) -> None:
    """M2, M17, M18: without them the same stories pass."""
    bug(monkeypatch)
    with pytest.raises(AssertionError):
        walk(EXAMPLES)
