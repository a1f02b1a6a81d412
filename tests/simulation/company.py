"""The company of the simulated day: four queues, twenty people, and the hours they work."""

import random
from datetime import UTC, time

import attrs

from livechat_core.hours import Hours
from livechat_core.rules import (
    Assignment,
    Queue,
    Rules,
    Site,
    Staff,
    Status,
    Subscription,
    WhenExhausted,
    seconds,
)
from livechat_core.testing.desk import RULES

MIDNIGHT = 1_700_006_400_000_000
"""A Wednesday begins, in UTC."""
HOUR = seconds(3600)
CURVE = (1, 1, 0, 0, 0, 1, 2, 5, 12, 22, 26, 24, 18, 20, 25, 24, 20, 15, 10, 8, 6, 4, 3, 2)
"""How many visitors come in each hour, in proportion."""

QUEUES = {
    "support": Queue(
        name="Support",
        skills=("returns",),
        relax_after=seconds(20),
        overflow="sales",
        overflow_after=seconds(240),
        reply_timeout=seconds(90),
        wrap_up=seconds(20),
    ),
    "sales": Queue(
        name="Sales",
        priority=1,
        order="longest_idle",
        languages=("fr",),
        relax_after=seconds(60),
        when_exhausted=WhenExhausted.LEAVE_MESSAGE,
        max_wait=seconds(600),
        wrap_up=seconds(30),
    ),
    "billing": Queue(
        name="Billing",
        hours=Hours(zone=UTC, week={day: ((time(9), time(17)),) for day in range(5)}),
        order="round_robin",
        agent_limit=2,
        when_exhausted=WhenExhausted.OVERFLOW,
        overflow="support",
        overflow_after=seconds(300),
    ),
    "shop": Queue(
        name="Shop",
        assignment=Assignment.FIRST_REPLY,
        weight=2,
        max_wait=seconds(300),
        overflow="support",
        overflow_after=seconds(150),
    ),
}
NAMES = ("ana", "ben", "sam", "eve", *(f"agent{number:02}" for number in range(5, 21)))
SERVED = (
    ("support",),
    ("sales",),
    ("support", "billing"),
    ("sales", "support"),
    ("support", "sales", "billing", "shop"),
)


def _staff(number: int, name: str) -> Staff:
    return Staff(
        name=name.title(),
        supervisor=name == "sam",
        queues=SERVED[-1] if name == "sam" else SERVED[number % len(SERVED)],
        capacity=1 + number % 3,
        tier=1 if name == "sam" else 0,
        skills={"returns": 1 + number % 2} if number % 3 else {},
        languages=("fr",) if number % 4 == 1 else (),
    )


COMPANY: Rules = attrs.evolve(
    RULES,
    sites={
        "performances": Site(name="Performances", queues=tuple(QUEUES)),
        "drumstory": Site(name="Drumstory", queues=("sales", "support")),
    },
    queues=QUEUES,
    staff={name: _staff(number, name) for number, name in enumerate(NAMES)},
    notifiers=(Subscription(notifier="team", kinds=frozenset({"left_message"})),),
    statuses={"lunch": Status(name="Lunch")},
    idle_after=seconds(300),
    missed_until_away=2,
    buffer=seconds(1),
    desk_chats=50,
    frame_burst=10**6,
    line_burst=10**6,
)


def shift(number: int) -> tuple[int, int]:
    """Return when somebody's work begins and ends; nobody is there at night."""
    begin = (6, 8, 9, 9, 13)[number // 4]
    length = 9 if begin == 13 else 8.5
    return MIDNIGHT + begin * HOUR, MIDNIGHT + round((begin + length) * HOUR)


def arrivals(chance: random.Random, count: int, begin: int, end: int) -> list[int]:
    """Return when visitors come between two hours of the day, by the curve."""
    hours = range(begin, end)
    chosen = chance.choices(hours, [CURVE[hour] for hour in hours], k=count)
    return sorted(MIDNIGHT + hour * HOUR + chance.randrange(HOUR) for hour in chosen)
