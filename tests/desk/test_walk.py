"""Random stories of visitors, agents, faults, restarts and repeats keep the invariants."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from contextlib import closing
from typing import Any, ClassVar, TypeVar

import attrs
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from livechat_core.plugins import Plugins
from livechat_core.rules import seconds
from livechat_core.settings import Settings
from livechat_core.testing import Fault
from livechat_core.testing.desk import RULES, Client, Refused, Scene, SceneClock
from tests.desk.invariants import check, settled

T = TypeVar("T")
PLENTY = attrs.evolve(
    RULES,
    frame_burst=10**6,
    line_burst=10**6,
    staff={name: attrs.evolve(person, capacity=2) for name, person in RULES.staff.items()},
)
AGENTS = ("ana", "ben", "sam", "eve")
picks = st.integers(0, 9999)
SAYINGS: list[tuple[str, dict[str, Any]]] = [
    ("conversation.post", {"text": "Hello"}),
    ("conversation.post", {"text": "Are you there?"}),
    ("conversation.close", {}),
    ("conversation.rate", {"value": 2}),
    ("conversation.email_transcript", {"email": "m@c.example"}),
]
ACTIONS = (
    *("visitor_comes", "visitor_goes", "agent_comes", "agent_goes", "agent_chooses"),
    *("visitor_starts", "visitor_starts", "visitor_starts", "visitor_speaks", "visitor_speaks"),
    *("visitor_leaves_a_message", "agents_answer", "agents_answer", "agents_answer"),
    *("agent_works", "agent_works", "agent_picks", "agent_invites", "time_passes", "time_passes"),
    *("somebody_works_on_an_enquiry",) * 6,
    *("something_outside_will_fail", "process_dies", "somebody_repeats", "somebody_repeats"),
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
FAULTY = ("search", "create", "add_history", "schedule", "mail", "team", "slack")
MINIMUM = {
    "conversation.start": 30,
    "conversation.leave_message": 10,
    "conversation.accept": 5,
    "conversation.post": 3,
    "enquiry.claim": 5,
    "enquiry.create_customer": 1,
    "presence.set_status": 30,
    "repeat": 10,
    "restart": 10,
    "fault": 10,
}


class Walk(RuleBasedStateMachine):
    """One story."""

    accepted: ClassVar[Counter[str]] = Counter()
    refused: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        clock = SceneClock()
        store = Plugins(entry_points=False).store(Settings(), clock)
        self.scene = Scene(store, rules=PLENTY, clock=clock)
        self.run(self.scene.__aenter__())
        self.visitors: list[Client] = []
        self.staff: dict[str, Client] = {}
        self.tokens: list[str] = []
        self.sent: list[tuple[Client, str, dict[str, Any], dict[str, Any]]] = []
        for pick in (0, 1):
            self.agent_comes(pick)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def do(self, client: Client, method: str, **params: Any) -> dict[str, Any] | None:
        """Send a command; a refusal is fine if the desk means it."""
        params = {"id": self.scene.client_id(), **params}

        async def send() -> dict[str, Any] | None:
            try:
                ack: dict[str, Any] = await client.do(method, **params)
            except Refused as refused:
                assert refused.facts["http"] < 500, refused  # noqa: PT017 - it may be accepted
                self.refused[f"{method} {refused.code}"] += 1
                return None
            self.accepted[method] += 1
            self.sent.append((client, method, params, ack))
            await check(self.scene)
            return ack

        return self.run(send())

    @rule(action=st.sampled_from(ACTIONS), pick=picks)
    def something_happens(self, action: str, pick: int) -> None:
        getattr(self, action)(pick)

    def visitor(self, pick: int) -> Client:
        if not self.visitors:
            self.visitor_comes(pick)
        return self.visitors[pick % len(self.visitors)]

    def colleague(self, pick: int) -> Client:
        agent = AGENTS[pick % 4]
        if agent not in self.staff:
            self.agent_comes(pick)
        return self.staff[agent]

    # --- people come and go ----------------------------------------------------------------------

    def visitor_comes(self, pick: int) -> None:
        token = self.tokens[pick % len(self.tokens)] if self.tokens and pick % 2 else ""
        headers = {"x-name": "Maria"} if pick % 3 == 0 else {}
        client = self.run(self.scene.visitor(token=token, headers=headers))
        self.visitors = [*self.visitors[-4:], client]
        self.tokens.append(client.welcome["token"])

    def visitor_goes(self, pick: int) -> None:
        visitor = self.visitor(pick)
        self.visitors.remove(visitor)
        self.run(visitor.close())

    def agent_comes(self, pick: int) -> None:
        agent = AGENTS[pick % 4]
        if agent in self.staff:
            self.run(self.staff.pop(agent).close())
        self.staff[agent] = self.run(self.scene.staff(agent))
        self.do(self.staff[agent], "presence.set_status", status="available")

    def agent_goes(self, pick: int) -> None:
        self.run(self.colleague(pick).close())
        del self.staff[AGENTS[pick % 4]]

    def agent_chooses(self, pick: int) -> None:
        status = ("busy", "away", "offline", "available")[pick // 4 % 4]
        self.do(self.colleague(pick), "presence.set_status", status=status)

    # --- chats -----------------------------------------------------------------------------------

    def visitor_starts(self, pick: int) -> None:
        queue = ("support", "sales")[pick // 5 % 2]
        told = {"site": "performances", "queue": queue, "question": "Hi"}
        self.do(self.visitor(pick), "conversation.start", **told)
        self.run(self.scene.settle())

    def visitor_leaves_a_message(self, pick: int) -> None:
        visitor = self.visitor(pick)
        told = {"site": "performances", "email": f"m{pick % 3}@c.example", "question": "When?"}
        chat = self.scene.desk.index.chat_of(visitor.welcome["visitor"])
        stream = {"stream": chat.stream} if chat and pick % 2 else {}
        self.do(visitor, "conversation.leave_message", **told, **stream)

    def visitor_speaks(self, pick: int) -> None:
        visitor = self.visitor(pick)
        method, told = SAYINGS[pick // 5 % len(SAYINGS)]
        starts = [
            ack["stream"]
            for client, name, _, ack in self.sent
            if client is visitor and name == "conversation.start"
        ]
        if starts:
            self.do(visitor, method, stream=starts[-1], **told)

    def agents_answer(self, pick: int) -> None:
        self.run(self.scene.settle())
        method = "conversation.decline" if pick % 5 == 0 else "conversation.accept"
        for client in self.staff.values():
            for offer in self.run(client.lists())["offers"][:1]:
                self.do(client, method, stream=offer["stream"], offer=offer["offer"])

    def agent_works(self, pick: int) -> None:
        rows = [(one, row) for one in self.staff.values() for row in self.run(one.lists())["mine"]]
        if not rows:
            return
        client, row = rows[pick % len(rows)]
        told: list[tuple[str, dict[str, Any]]] = [
            *[("post", {"text": "Hello"}), ("note", {"text": "Hm"}), ("close", {})],
            ("transfer", {"agent": AGENTS[pick // 7 % 4]}),
            ("transfer", {"queue": ("support", "sales")[pick // 7 % 2]}),
        ]
        method, params = told[pick // 3 % len(told)]
        self.do(client, f"conversation.{method}", stream=row["stream"], **params)
        self.run(self.scene.settle())

    def agent_picks(self, pick: int) -> None:
        client = self.colleague(pick)
        for row in self.run(client.lists())["waiting"][:1]:
            self.do(client, "conversation.pick", stream=row["stream"])

    def agent_invites(self, pick: int) -> None:
        client, visitor = self.colleague(pick), self.visitor(pick)
        self.do(client, "visit.invite", stream=f"visit/{visitor.welcome['visitor']}")
        if pick % 3 == 0:
            self.do(visitor, "visit.answer_invitation")

    # --- enquiries -------------------------------------------------------------------------------

    def somebody_works_on_an_enquiry(self, pick: int) -> None:
        client = self.colleague(pick)
        rows = self.run(client.lists())["enquiries"]
        if not rows:
            return
        row = rows[pick // 4 % len(rows)]
        owner = self.staff.get(row["claimed_by"])
        steps = STEPS[row["phase"]]
        name, told = steps[pick // 7 % len(steps)]
        if row["unknown"]:
            name, told = "settle", {"outcome": ("arrived", "repeat", "drop")[pick % 3]}
        elif row["failed"]:
            name, told = "retry", {}
        elif row["claimed_by"] and pick % 9 == 0:
            name, told, owner = "take_over", {}, client
        self.do(owner or client, f"enquiry.{name}", stream=row["stream"], **told)
        self.run(self.scene.settle())

    # --- the world -------------------------------------------------------------------------------

    def time_passes(self, pick: int) -> None:
        self.run(self._later((1, 5, 31, 61, 301, 901, 1801)[pick % 7]))

    async def _later(self, duration: float) -> None:
        await self.scene.wait(duration)
        await check(self.scene)

    def something_outside_will_fail(self, pick: int) -> None:
        outside, call = self.scene.outside, FAULTY[pick % len(FAULTY)]
        fault = tuple(Fault)[pick // 7 % len(Fault)]
        if call == "mail":
            outside.mail_script.plan("send", fault)
        elif call in outside.scripts:
            outside.scripts[call].plan("send", fault)
        else:
            outside.erm_script.plan(call, fault)
        self.accepted["fault"] += 1

    def process_dies(self, pick: int) -> None:
        self.run(self.scene.restart())
        self.visitors, self.staff, self.sent = [], {}, []
        self.accepted["restart"] += 1
        self.run(self._later(0))

    def somebody_repeats(self, pick: int) -> None:
        """Send again what was answered: nothing happens twice, whatever has happened since (G3)."""
        sent = [one for one in self.sent if one[0].session.caller and one[3].get("seq")]
        if not sent:
            return
        client, method, params, ack = sent[pick % len(sent)]

        async def again() -> None:
            before = len(await self.scene.store.feed(0, 100_000))
            answer = await client.do(method, **params)
            assert (answer["stream"], answer["seq"]) == (ack["stream"], ack["seq"])
            assert len(await self.scene.store.feed(0, 100_000)) == before

        if method not in ("presence.set_status", "visit.answer_invitation"):
            self.run(again())
            self.accepted["repeat"] += 1

    def teardown(self) -> None:
        if hasattr(self, "scene"):
            with closing(self.runner):
                self.run(self._rest())

    async def _rest(self) -> None:
        """Let everybody go home, everything outside work again, and time pass until all is over."""
        for script in (
            *(self.scene.outside.erm_script, self.scene.outside.mail_script),
            *self.scene.outside.scripts.values(),
        ):
            script._planned.clear()
        for client in (*self.visitors, *self.staff.values()):
            await client.close()
        for _ in range(30):
            await self.scene.wait(10)
            self.scene.clock.advance(seconds(3600))
        await self.scene.settle()
        settled(await check(self.scene))


def test_walks_keep_the_invariants_and_come_to_rest() -> None:
    """I1 to I10, G3, G8, G20; "replay equals live state"."""
    Walk.accepted.clear()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Walk,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(dict(Walk.accepted))  # noqa: T201
    print(dict(Walk.refused))  # noqa: T201
    short = {name: Walk.accepted[name] for name in MINIMUM if Walk.accepted[name] < MINIMUM[name]}
    assert not short, "these walks prove little"
