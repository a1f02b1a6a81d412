"""What a walk can do: the rules of its desk, the actions by weight, and what may be said."""

from typing import Any

import attrs

from livechat_core.rules import Assignment, Queue, Rules, Status, WhenExhausted, seconds
from livechat_core.testing.desk import RULES

AGENTS = ("ana", "ben", "sam", "eve")
QUEUES = ("support", "sales")
PLENTY: Rules = attrs.evolve(
    RULES,
    frame_burst=10**6,
    line_burst=10**6,
    queues={
        "support": Queue(
            name="Support",
            skills=("returns",),
            relax_after=seconds(20),
            overflow="sales",
            overflow_after=seconds(90),
            reply_timeout=seconds(60),
            wrap_up=seconds(20),
            chat_limit=4,
        ),
        "sales": Queue(
            name="Sales",
            priority=1,
            order="longest_idle",
            when_exhausted=WhenExhausted.LEAVE_MESSAGE,
            max_wait=seconds(600),
            agent_limit=2,
            languages=("fr",),
            relax_after=0,
        ),
        "shop": Queue(name="Shop", assignment=Assignment.FIRST_REPLY, weight=2),
    },
    sites={
        **RULES.sites,
        "performances": attrs.evolve(
            RULES.sites["performances"], queues=("support", "sales", "shop")
        ),
    },
    staff={
        "ana": attrs.evolve(RULES.staff["ana"], capacity=1, skills={"returns": 2}),
        "ben": attrs.evolve(RULES.staff["ben"], capacity=1, queues=("support", "sales", "shop")),
        "sam": attrs.evolve(RULES.staff["sam"], capacity=2, queues=("support", "sales", "shop")),
        "eve": attrs.evolve(RULES.staff["eve"], capacity=1, languages=("fr",)),
    },
    statuses={"lunch": Status(name="Lunch")},
    idle_after=seconds(300),
    missed_until_away=2,
    buffer=seconds(1),
    desk_chats=6,
)
ACTIONS = (
    *("visitor_comes", "visitor_comes_again", "visitor_goes"),
    *("agent_comes", "agent_opens_another_window", "agent_goes", "agent_chooses"),
    *("visitor_starts",) * 4,
    *("visitor_speaks", "visitor_speaks", "visitor_leaves_a_message"),
    *("agents_answer",) * 4,
    *("agent_works", "agent_works", "agent_picks", "agent_replies_first", "agent_invites"),
    *("supervisor_arranges", "time_passes", "time_passes", "processes_look", "processes_look"),
    *("somebody_works_on_an_enquiry",) * 6,
    *("something_outside_will_fail", "store_will_fail", "store_will_fail", "process_dies"),
    *("somebody_repeats", "somebody_repeats"),
)
STEPS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "open": [("claim", {}), ("claim", {}), ("drop", {})],
    "claimed": [("release", {}), ("retry", {}), ("search_again", {"email": "b@c.example"})],
    "matching": [
        *(("create_customer", {}), ("create_customer", {}), ("confirm_match", {"ref": "1"})),
        *(("release", {}), ("drop", {})),
    ],
    "linked": [("retry", {}), ("settle", {"outcome": "repeat"})],
    "filed": [("reply", {"subject": "Re", "text": "Yes."}), ("settle", {"outcome": "arrived"})],
    "answered": [("schedule_follow_up", {}), ("retry", {})],
    "scheduled": [("complete", {}), ("complete", {})],
    "done": [("claim", {}), ("complete", {})],
}
SAYINGS: list[tuple[str, dict[str, Any]]] = [
    ("conversation.post", {"text": "Hello"}),
    ("conversation.post", {"text": "Are you there?"}),
    ("conversation.close", {}),
    ("conversation.reopen", {}),
    ("conversation.rate", {"value": 2}),
    ("conversation.email_transcript", {"email": "m@c.example"}),
]
FAULTY = ("search", "create", "add_history", "schedule", "mail", "team", "slack")
