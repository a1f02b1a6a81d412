"""What a refusal tells: its code and the facts of the case, for the person who sees it."""

from collections.abc import Callable
from typing import Any, TypeAlias

import attrs
import pytest

from livechat_core import presence as p
from livechat_core.errors import Denied, LivechatError, NotFound, Rejected
from livechat_core.presence import SetStatus, State, TakeSlot
from livechat_core.rules import seconds
from livechat_core.streams import Command
from tests.pure.agents import ONE, SIGN_IN, STATUSES, TWO, holding, in_phase, new, working
from tests.pure.play import ANA, BEN, NOON, RULES, SAM, Story

Work: TypeAlias = Story[State]

PAUSE = attrs.evolve(RULES, buffer=seconds(10))
NOT_HIS = Denied("forbidden", why="not your working time")
OVER = Rejected("signed_out", agent="ana")


def ended() -> Work:
    """Return a working time that is over."""
    return in_phase("ended")


CASES: list[tuple[str, Callable[[], Work], Command, LivechatError]] = [
    ("another's window", working, attrs.evolve(SIGN_IN, by=BEN), NOT_HIS),
    ("a window after the end", ended, attrs.evolve(SIGN_IN, connection="w9"), OVER),
    # choices
    ("a status for nobody", new, SetStatus(by=ANA, status="away"), NotFound()),
    ("another's status", working, SetStatus(by=BEN, status="away"), NOT_HIS),
    ("a status after the end", ended, SetStatus(by=ANA, status="away"), OVER),
    (
        "a status without a connection",
        lambda: in_phase("grace"),
        SetStatus(by=ANA, status="away"),
        Rejected("not_connected", agent="ana"),
    ),
    (
        "a status that means nothing",
        lambda: working(STATUSES),
        SetStatus(by=ANA, status="broken"),
        Rejected("bad_status", status="broken"),
    ),
    ("a capacity for nobody", new, p.SetCapacity(by=SAM, capacity=1), NotFound()),
    (
        "an agent's own capacity",
        working,
        p.SetCapacity(by=ANA, capacity=9),
        Denied("forbidden", why="a supervisor sets the capacity"),
    ),
    ("a capacity after the end", ended, p.SetCapacity(by=SAM, capacity=1), OVER),
    (
        "less than nothing",
        working,
        p.SetCapacity(by=SAM, capacity=-1),
        Rejected("bad_capacity", capacity=-1),
    ),
    ("another's call", working, p.SetCall(by=BEN, in_call=True), NOT_HIS),
    ("a call after the end", ended, p.SetCall(by=ANA, in_call=True), OVER),
    # places
    (
        "who is away",
        lambda: in_phase("away"),
        TakeSlot(conversation=TWO),
        Rejected("not_routable", agent="ana", why="away"),
    ),
    (
        "who leaves, even by hand",
        lambda: in_phase("draining"),
        TakeSlot(conversation=TWO, by_hand=True),
        Rejected("not_routable", agent="ana", why="draining"),
    ),
    (
        "too heavy",
        lambda: holding(ONE),
        TakeSlot(conversation=TWO, weight=2),
        Rejected("agent_full", agent="ana", capacity=2),
    ),
    (
        "as many of the queue as may be",
        lambda: holding(ONE),
        TakeSlot(conversation=TWO, queue="", agent_limit=1),
        Rejected("agent_full_in_queue", agent="ana", queue="", limit=1),
    ),
    (
        "a pause",
        lambda: holding(ONE, rules=PAUSE),
        TakeSlot(conversation=TWO),
        Rejected("resting", agent="ana", ready_at=NOON + seconds(10)),
    ),
]


@pytest.mark.parametrize(
    ("begin", "command", "told"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_refusal_says_why(
    begin: Callable[[], Work], command: Command, told: LivechatError
) -> None:
    found: Any = begin().refusal(command)

    assert (type(found), found.code, found.facts) == (type(told), told.code, told.facts)


def test_a_pause_is_over_at_its_end() -> None:
    story = holding(ONE, rules=PAUSE).later(10)

    assert story.when(TakeSlot(conversation=TWO)) != []
