"""Ana at work, in every phase: where the stories about presence begin."""

from typing import Any

import attrs

from livechat_core import presence as p
from livechat_core.presence import DECIDER, Profile, SetStatus, SignIn, State, TakeSlot
from livechat_core.rules import Rules, Status
from tests.pure.play import ANA, RULES, Story

PROFILE = Profile(
    name="Ana",
    queues=("sales",),
    capacity=2,
    tier=1,
    tiers={"events": 2},
    skills={"drums": 3},
    languages=("pt", "en"),
)
SIGN_IN = SignIn(by=ANA, connection="w1", process="p1", profile=PROFILE)
OTHER_WINDOW = attrs.evolve(SIGN_IN, connection="w2", process="p2")
ONE, TWO, THREE = (f"conversation/{number}" for number in (1, 2, 3))
NOBODY: frozenset[str] = frozenset()

STATUSES = attrs.evolve(
    RULES,
    statuses={
        "lunch": Status(name="At lunch"),
        "letters": Status(name="Writing letters", means="busy"),
        "desk": Status(name="At the front desk", means="available"),
        "broken": Status(name="Broken", means="asleep"),
    },
)


def new(rules: Rules = RULES) -> Story[State]:
    return Story(DECIDER, rules)


def working(rules: Rules = RULES, **profile: Any) -> Story[State]:
    """Return Ana, available, without a chat."""
    story = new(rules)
    story.when(attrs.evolve(SIGN_IN, profile=attrs.evolve(PROFILE, **profile)))
    return story


def holding(*chats: str, rules: Rules = RULES, **profile: Any) -> Story[State]:
    """Return Ana, available, with these chats."""
    story = working(rules, **profile)
    story.when(*(TakeSlot(conversation=chat) for chat in chats))
    return story


def in_phase(phase: str, rules: Rules = RULES) -> Story[State]:
    """Return Ana in this phase, with one chat wherever she may have one."""
    if phase == "new":
        return new(rules)
    story = holding(ONE, rules=rules)
    if phase in ("busy", "away"):
        story.when(SetStatus(by=ANA, status=phase))
    elif phase == "draining":
        story.when(SetStatus(by=ANA, status="offline"))
    elif phase in ("grace", "ended"):
        story.when(p.Disconnect(connection="w1"))
    if phase == "ended":
        story.later(60).when(p.Elapse())
    assert story.summary.phase == phase
    return story
