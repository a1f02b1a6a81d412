"""Random stories of a whole desk: two processes on one store, people, time, faults, restarts.

Each process hears of the other only when it is told to look, so most commands are decided on old
news: what must hold holds all the same, by versions, guards and causes (guarantees.md section 6).
"""

import asyncio
import random
import secrets
from collections import Counter
from collections.abc import Coroutine
from contextlib import closing
from typing import Any, ClassVar, TypeVar
from unittest import mock

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from livechat_core import presence
from livechat_core.errors import StoreError
from livechat_core.plugins import Plugins
from livechat_core.rules import seconds
from livechat_core.settings import Settings
from livechat_core.streams import Commit, Committed
from livechat_core.testing import Fault
from livechat_core.testing.desk import Client, Refused, Scene, SceneClock
from tests.desk.invariants import Journal, check, recorded, settled
from tests.desk.walk_rules import ACTIONS, AGENTS, FAULTY, PLENTY, QUEUES, SAYINGS, STEPS

T = TypeVar("T")
picks = st.integers(0, 99_999)


class Walk(RuleBasedStateMachine):
    """One story."""

    accepted: ClassVar[Counter[str]] = Counter()
    refused: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        # Tokens and names of processes come from chance too: the same story every time (G25).
        self.names = mock.patch.object(secrets, "token_bytes", random.Random(1).randbytes)  # noqa: S311
        self.names.start()
        clock = SceneClock()
        store = Plugins(entry_points=False).store(Settings(), clock)
        first = Scene(store, rules=PLENTY, clock=clock)
        self.run(first.__aenter__())
        self.scenes = [first, self.run(first.beside())]
        self.journal = Journal()
        self.visitors: list[Client] = []
        self.staff: dict[str, list[Client]] = {name: [] for name in AGENTS}
        self.offline: set[str] = set(AGENTS)
        self.tokens: list[str] = []
        self.sent: list[tuple[Client, str, dict[str, Any], dict[str, Any]]] = []
        for pick in (0, 1):
            self.agent_comes(pick)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def scene(self, pick: int) -> Scene:
        return self.scenes[pick // 11 % 2]

    def do(self, client: Client, method: str, **params: Any) -> dict[str, Any] | None:
        """Send a command; a refusal is fine if the desk means it."""
        params = {"id": self.scenes[0].client_id(), **params}

        async def send() -> dict[str, Any] | None:
            try:
                ack: dict[str, Any] = await client.do(method, **params)
            except Refused as refused:
                meant = refused.facts["http"] < 500 or refused.code == "store_failed"
                assert meant, refused  # noqa: PT017 - it may be accepted
                self.refused[f"{method} {refused.code}"] += 1
                return None
            self.accepted[method] += 1
            self.sent.append((client, method, params, ack))
            self.journal = await recorded(self.scenes[0], self.journal)
            return ack

        return self.run(send())

    @rule(action=st.sampled_from(ACTIONS), pick=picks)
    def something_happens(self, action: str, pick: int) -> None:
        getattr(self, action)(pick)

    def visitor(self, pick: int) -> Client:
        while not self.visitors:
            self.visitor_comes(pick)
        return self.visitors[pick % len(self.visitors)]

    def colleague(self, pick: int) -> Client:
        agent = AGENTS[pick % 4]
        while not self.staff[agent]:
            self.agent_comes(pick)
        windows = self.staff[agent]
        return windows[pick // 4 % len(windows)]

    def settle(self, pick: int) -> None:
        """Let one process, or both, look and do what follows."""
        for scene in self.scenes if pick % 3 else [self.scene(pick)]:
            self.run(scene.settle())

    # --- people come and go ----------------------------------------------------------------------

    def visitor_comes(self, pick: int, *, token: str = "") -> None:
        headers = {"x-name": "Maria"} if pick % 3 == 0 else {}
        client = self.enter(self.scene(pick).visitor(token=token, headers=headers))
        if client is not None:
            for gone in self.visitors[:-5]:
                self.run(gone.close())
            self.visitors = [*self.visitors[-5:], client]
            self.tokens.append(client.welcome["token"])

    def enter(self, come: Coroutine[Any, Any, Client]) -> Client | None:
        """Open a session; while the store is in trouble nobody gets in."""
        try:
            return self.run(come)
        except Refused as refused:
            assert refused.code == "store_failed", refused  # noqa: PT017
            return None

    def visitor_comes_again(self, pick: int) -> None:
        token = self.tokens[pick % len(self.tokens)] if self.tokens else ""
        self.visitor_comes(pick, token=token)

    def visitor_goes(self, pick: int) -> None:
        visitor = self.visitor(pick)
        self.visitors.remove(visitor)
        self.run(visitor.close())

    def agent_comes(self, pick: int) -> None:
        agent = AGENTS[pick % 4]
        while self.staff[agent]:
            self.run(self.staff[agent].pop().close())
        self.agent_opens_another_window(pick)
        for client in self.staff[agent]:
            if self.do(client, "presence.set_status", status="available"):
                self.offline.discard(agent)

    def agent_opens_another_window(self, pick: int) -> None:
        agent = AGENTS[pick % 4]
        client = self.enter(self.scene(pick).staff(agent))
        if client is not None:
            self.staff[agent].append(client)

    def agent_goes(self, pick: int) -> None:
        client = self.colleague(pick)
        self.staff[AGENTS[pick % 4]].remove(client)
        self.run(client.close())

    def agent_chooses(self, pick: int) -> None:
        status = ("busy", "away", "offline", "available", "lunch")[pick // 4 % 5]
        agent, client = AGENTS[pick % 4], self.colleague(pick)
        done = self.do(client, "presence.set_status", status=status)
        if status == "offline":
            self.offline.add(agent)  # even if the answer is lost, he may be
        elif done:
            self.offline.discard(agent)

    # --- chats -----------------------------------------------------------------------------------

    def visitor_starts(self, pick: int) -> None:
        queue = ("support", "sales", "shop")[pick // 5 % 3]
        told = {"site": "performances", "queue": queue, "question": "Hi"}
        if pick % 2:
            told["email"] = f"m{pick % 3}@c.example"
        self.do(self.visitor(pick), "conversation.start", **told)
        self.settle(pick)

    def visitor_leaves_a_message(self, pick: int) -> None:
        visitor = self.visitor(pick)
        told = {"site": "performances", "email": f"m{pick % 3}@c.example", "question": "When?"}
        chat = self.scene(pick).desk.index.chat_of(visitor.welcome["visitor"])
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
        self.settle(pick)
        method = "conversation.decline" if pick % 5 == 0 else "conversation.accept"
        for client in [windows[-1] for windows in self.staff.values() if windows]:
            for offer in self.run(client.lists())["offers"][:1]:
                self.do(client, method, stream=offer["stream"], offer=offer["offer"])

    def agent_works(self, pick: int) -> None:
        windows = [window for windows in self.staff.values() for window in windows]
        rows = [(one, row) for one in windows for row in self.run(one.lists())["mine"]]
        if not rows:
            return
        client, row = rows[pick % len(rows)]
        told: list[tuple[str, dict[str, Any]]] = [
            *[("post", {"text": "Hello"}), ("note", {"text": "Hm"}), ("close", {})],
            ("transfer", {"agent": AGENTS[pick // 7 % 4]}),
            ("transfer", {"queue": QUEUES[pick // 7 % 2], "anyway": pick % 2 == 0}),
            *[("snooze", {}), ("snooze", {}), ("wake", {}), ("make_ticket", {})],
        ]
        method, params = told[pick // 3 % len(told)]
        self.do(client, f"conversation.{method}", stream=row["stream"], **params)
        self.settle(pick)

    def agent_picks(self, pick: int) -> None:
        """Take as many chats as there are, which may be more than fit."""
        for _ in range(pick % 3):
            self.visitor_comes(pick)
            if self.visitors:
                told = {"site": "performances", "queue": "shop", "question": "How much is it?"}
                self.do(self.visitors[-1], "conversation.start", **told)
        client = self.colleague(pick)
        for row in self.run(client.lists())["waiting"][:3]:
            self.do(client, "conversation.pick", stream=row["stream"])

    def agent_replies_first(self, pick: int) -> None:
        client = self.colleague(pick)
        for row in self.run(client.lists())["waiting"][-1:]:
            self.do(client, "conversation.post", stream=row["stream"], text="How can I help?")

    def agent_invites(self, pick: int) -> None:
        client, visitor = self.colleague(pick), self.visitor(pick)
        self.do(client, "visit.invite", stream=f"visit/{visitor.welcome['visitor']}")
        if pick % 3 == 0:
            self.do(visitor, "visit.answer_invitation")

    def supervisor_arranges(self, pick: int) -> None:
        client = self.colleague(2)
        waiting = self.run(client.lists())["waiting"]
        if waiting and pick % 3:
            stream = waiting[pick % len(waiting)]["stream"]
            if pick % 3 == 1:
                self.do(client, "conversation.assign", stream=stream, agent=AGENTS[pick // 7 % 4])
            else:
                self.do(client, "conversation.prioritize", stream=stream, priority=pick // 7 % 3)
            return
        colleagues = [row for row in self.run(client.call("desk.staff")) if row["stream"]]
        if colleagues:
            stream = colleagues[pick // 7 % len(colleagues)]["stream"]
            self.do(client, "presence.set_capacity", stream=stream, capacity=pick // 29 % 4)

    # --- enquiries -------------------------------------------------------------------------------

    def somebody_works_on_an_enquiry(self, pick: int) -> None:
        client = self.colleague(pick)
        rows = self.run(client.lists())["enquiries"]
        if not rows:
            return
        row = rows[pick // 4 % len(rows)]
        owner = next(iter(self.staff.get(row["claimed_by"], ())), client)
        steps = STEPS[row["phase"]]
        name, told = steps[pick // 7 % len(steps)]
        if row["unknown"]:
            name, told = "settle", {"outcome": ("arrived", "repeat", "drop")[pick % 3]}
        elif row["failed"]:
            name, told = "retry", {}
        elif row["claimed_by"] and pick % 9 == 0:
            name, told, owner = "take_over", {}, client
        self.do(owner, f"enquiry.{name}", stream=row["stream"], **told)
        if name == "claim":
            self.do(self.colleague(pick + 1), "enquiry.claim", stream=row["stream"])
        self.settle(pick)

    # --- the world -------------------------------------------------------------------------------

    def time_passes(self, pick: int) -> None:
        self.run(self.later((1, 5, 31, 61, 301, 901, 1801)[pick % 7]))

    async def later(self, duration: float) -> None:
        """Let time pass in both processes, a few seconds after the other, and check everything."""
        clock = self.scenes[0].clock
        end = clock.now() + seconds(duration)
        while True:
            for scene in self.scenes:
                await scene.settle()
            left = end - clock.now()
            if left <= 0:
                break
            dues = [scene.desk.index.next_due() or end for scene in self.scenes]
            ahead = min(dues) - clock.now()
            clock.advance(min(left, seconds(5), ahead) if ahead > 0 else min(left, seconds(5)))
        await self.check_all()

    async def check_all(self) -> None:
        for scene in self.scenes:
            await scene.desk.feed.follow(0)
            journal = await check(scene)
        for agent, windows in self.staff.items():
            name = self.scenes[0].desk.index.presence(agent)
            if windows and agent not in self.offline:
                assert name is not None, f"G10: {agent} has a window and is not at work"
                state: presence.State = journal.states[name.stream]
                assert state.connections, f"G10: {agent} has a window and is in {state.phase}"

    def processes_look(self, pick: int) -> None:
        """Both hear of everything; then what each believes is what is stored."""
        self.settle(pick)
        self.run(self.check_all())

    def something_outside_will_fail(self, pick: int) -> None:
        outside, call = self.scenes[0].outside, FAULTY[pick % len(FAULTY)]
        fault = tuple(Fault)[pick // 7 % len(Fault)]
        if call == "mail":
            outside.mail_script.plan("send", fault)
        elif call in outside.scripts:
            outside.scripts[call].plan("send", fault)
        else:
            outside.erm_script.plan(call, fault)
        self.accepted["fault"] += 1

    def store_will_fail(self, pick: int) -> None:
        """The next commits of one process are lost, or done and their answers are lost (G22)."""
        desk = self.scene(pick).desk
        real = self.scene(pick).store.commit
        left = (1, 1, 2, 4, 8, 30)[pick // 23 % 6]

        async def failing(commit: Commit) -> Committed:
            nonlocal left
            left -= 1
            if left <= 0:
                desk.store.commit = real  # type: ignore[method-assign]
            if pick % 2:
                await real(commit)
            raise StoreError

        desk.store.commit = failing  # type: ignore[method-assign]
        self.accepted["store fault"] += 1
        if pick % 2 == 0:
            self.time_passes(pick // 2)

    def process_dies(self, pick: int) -> None:
        scene = self.scene(pick)
        self.run(scene.restart())
        self.visitors = [one for one in self.visitors if one.scene is not scene]
        self.sent = [one for one in self.sent if one[0].scene is not scene]
        for agent, windows in self.staff.items():
            self.staff[agent] = [one for one in windows if one.scene is not scene]
        self.accepted["restart"] += 1
        self.run(self.later(0))

    def somebody_repeats(self, pick: int) -> None:
        """Send again what was answered: nothing happens twice, whatever has happened since (G3)."""
        sent = [one for one in self.sent if one[0].session.caller and one[3].get("seq")]
        if not sent:
            return
        client, method, params, ack = sent[pick % len(sent)]

        async def again() -> None:
            store = self.scenes[0].store
            before = len(await store.feed(0, 100_000))
            try:
                answer = await client.do(method, **params)
            except Refused as refused:
                assert refused.code == "store_failed", refused  # noqa: PT017
                answer = ack
            assert (answer["stream"], answer["seq"]) == (ack["stream"], ack["seq"])
            assert len(await store.feed(0, 100_000)) == before

        if method not in ("presence.set_status", "visit.answer_invitation"):
            self.run(again())
            self.accepted["repeat"] += 1

    def teardown(self) -> None:
        if hasattr(self, "scenes"):
            with closing(self.runner):
                self.run(self._rest())
            self.names.stop()

    async def _rest(self) -> None:
        """Let everybody go home, everything outside work again, and time pass until all is over."""
        outside = self.scenes[0].outside
        for script in (outside.erm_script, outside.mail_script, *outside.scripts.values()):
            script._planned.clear()
        for scene in self.scenes:
            scene.desk.store.commit = scene.store.commit  # type: ignore[method-assign]
        for client in (*self.visitors, *(one for some in self.staff.values() for one in some)):
            await client.close()
        self.staff = {}
        for _ in range(30):
            await self.later(10)
            self.scenes[0].clock.advance(seconds(3600))
        await self.later(0)
        settled(await check(self.scenes[0]))
