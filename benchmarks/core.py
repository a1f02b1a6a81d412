"""What one command costs, beside the same by hand and one step of two state-machine libraries.

    python3 dev.py bench core [--rounds 7] [--seconds 0.2] [--quick]

Every case is timed once a round, in turn; ratios are taken round by round, medians are shown.
"""

import argparse
import asyncio
from collections.abc import Callable
from typing import Any

import attrs
from harness import goal, in_turn, machine, median, ratio, table, turns
from harness.library import SITE, settings
from statemachine import State as Place, StateMachine
from transitions import Machine

from livechat_core import Actor, Desk, Role, conversation, presence, rules
from livechat_core.feed import Feed
from livechat_core.streams import Recorded

TEXT = "Hello, I have a question about my order: it has not arrived yet, can you help me, please?"
CHATS = 50
AT = 1_700_000_000_000_000
AGENT = Actor(role=Role.AGENT, id="a0", name="Ana")
GUEST = Actor(role=Role.VISITOR, id="v0")
STREAM = "conversation/0"
POST = conversation.Post(by=GUEST, text=TEXT)


# --- by hand: found, checked, changed, numbered, told, indexed --------------------------------


@attrs.define
class Chat:
    """A chat as a program without this library would keep it."""

    name: str
    visitor: str
    phase: str = "active"
    version: int = 0
    lines: int = 0
    last_line: str = ""
    active_at: int = 0
    unanswered_since: int | None = None


@attrs.frozen
class Said:
    """What such a program would record."""

    chat: str
    version: int
    at: int
    author: str
    text: str


class ByHand:
    """The same effect with nothing around it: no rules to configure, no roles, no summary."""

    def __init__(self) -> None:
        self.following = {("active", "said"): "active", ("waiting", "said"): "waiting"}
        chat = Chat(STREAM, GUEST.id)
        self.chats = {STREAM: chat}
        self.by_phase: dict[str, dict[str, Chat]] = {"active": {STREAM: chat}, "waiting": {}}

    def post(self, name: str, by: str, text: str, at: int) -> Said:
        """Say something in a chat."""
        chat = self.chats[name]
        if chat.visitor != by:
            raise KeyError(name)
        following = self.following.get((chat.phase, "said"))
        if following is None:
            raise ValueError(chat.phase)
        del self.by_phase[chat.phase][name]
        chat.phase = following
        chat.version += 1
        chat.lines += 1
        chat.last_line = text[:200]
        chat.active_at = at
        if chat.unanswered_since is None:
            chat.unanswered_since = at
        self.by_phase[following][name] = chat
        return Said(name, chat.version, at, "visitor", text)


# --- state-machine libraries ------------------------------------------------------------------


class Bulb:
    """The model of `transitions`, which puts the triggers on it."""

    switch: Callable[[], bool]


def step_of_transitions() -> Callable[[], object]:
    """Return one step there and back of a machine of two states."""
    bulb = Bulb()
    arrows = [["switch", "off", "on"], ["switch", "on", "off"]]
    Machine(bulb, states=["off", "on"], initial="off", transitions=arrows, auto_transitions=False)
    return bulb.switch


class Lamp(StateMachine):
    """The same for `python-statemachine`."""

    off = Place(initial=True)
    on = Place()
    switch = off.to(on) | on.to(off)


# --- the library ------------------------------------------------------------------------------


def chat_under_way() -> conversation.State:
    """Return the state of a chat that an agent has."""
    seat = conversation.Seat(agent=AGENT.id, name=AGENT.name, presence="presence/a0.1")
    started = conversation.Started(
        site=SITE, queue="support", visitor=GUEST.id, name="Kim", email="kim@example.org",
        signed_in=False, question="Where is it?", page="https://shop.example/orders",
        title="Orders", location="Lisbon, Portugal", address="0" * 32, priority=0,
        idle_close=rules.seconds(3600),
    )  # fmt: skip
    state = conversation.State()
    for event in (started, conversation.Accepted(agent=AGENT.name, seat=seat)):
        conversation.evolve(state, event, AT)
    return state


def pure_cases() -> dict[str, Callable[[], object]]:
    """Return the pure interface: decide and evolve, with the summary, and by hand."""
    decider, state, known = conversation.DECIDER, chat_under_way(), settings(1).rules
    by_hand = ByHand()

    def decided() -> None:
        for event in decider.decide(state, POST, AT, known):
            decider.evolve(state, event, AT)

    def summarised() -> None:
        decided()
        decider.summary(STREAM, state)

    return {
        "by hand": lambda: by_hand.post(STREAM, GUEST.id, TEXT, AT),
        "decide + evolve": decided,
        "decide + evolve + summary": summarised,
        "transitions": step_of_transitions(),
        "python-statemachine": Lamp().switch,
    }


class Nobody:
    """Where a direct call goes."""

    def heard(self, recorded: Recorded, event: object) -> None:
        """Do nothing."""


def listener_cases() -> dict[str, Callable[[], object]]:
    """Return what it costs to tell nobody, and to tell one listener that does nothing."""
    nobody: Any = None
    quiet, heard = (Feed(nobody, nobody, nobody, nobody) for _ in range(2))
    heard.listen(STREAM, None, Nobody().heard)
    event = conversation.Posted(author="visitor", name="Kim", text=TEXT)
    recorded = Recorded(
        position=1, stream=STREAM, version=1, at=AT, actor=GUEST.label, type="Posted", data=b"{}"
    )
    call = Nobody().heard
    return {
        "direct call": lambda: call(recorded, event),
        "event nobody listens to": lambda: quiet.tell(recorded, event),
        "event with one listener": lambda: heard.tell(recorded, event),
    }


async def start_chats(desk: Desk) -> list[tuple[str, conversation.Post]]:
    """Start chats, give them to an agent, and return a line to post in each."""
    await desk.dispatch("presence/a0.1", presence.SignIn(by=AGENT, connection="c", process="p"))
    lines = []
    for number in range(CHATS):
        by = Actor(role=Role.VISITOR, id=f"v{number}")
        stream = f"conversation/{number}"
        await desk.dispatch(stream, conversation.Start(by=by, site=SITE, name="Kim"))
        await desk.dispatch(stream, conversation.Pick(by=AGENT))
        lines.append((stream, conversation.Post(by=by, text=TEXT)))
    return lines


def dispatch_case(loop: asyncio.AbstractEventLoop, desk: Desk) -> Callable[[int], object]:
    """Return a function that posts so many lines, each with an id of its own, one at a time."""
    lines = loop.run_until_complete(start_chats(desk))
    posted = 0

    async def post(count: int) -> None:
        nonlocal posted
        for _ in range(count):
            posted += 1
            stream, command = lines[posted % CHATS]
            await desk.dispatch(stream, command, f"line-{posted:08d}")

    return lambda count: loop.run_until_complete(post(count))


def measure(rounds: int, seconds: float) -> dict[str, list[float]]:
    """Time everything in turn."""
    cases = {name: turns(call) for name, call in {**pure_cases(), **listener_cases()}.items()}
    with asyncio.Runner() as runner:
        loop, desk = runner.get_loop(), Desk(settings(1, capacity=CHATS))
        loop.run_until_complete(desk.__aenter__())
        cases["Desk.dispatch, memory store"] = dispatch_case(loop, desk)
        found = in_turn(cases, rounds, seconds)
        loop.run_until_complete(desk.__aexit__(None, None, None))
    return found


def report(found: dict[str, list[float]]) -> str:
    """Return the figures and the goals in words."""
    hand, command = found["by hand"], found["decide + evolve + summary"]
    rows = [
        (name, f"{median(times):.2f}", f"{ratio(times, hand):.2f}") for name, times in found.items()
    ]
    quiet = ratio(found["event nobody listens to"], found["direct call"])
    goals = [
        ("P9, command by hand", ratio(command, hand), 3),
        ("P9, a step of transitions", ratio(command, found["transitions"]), 0.4),
        ("P9, a step of python-statemachine", ratio(command, found["python-statemachine"]), 0.03),
        ("P10, direct call for an event that nobody listens to", quiet, 2),
    ]
    told = [goal(about, reached, wanted, least=False) for about, reached, wanted in goals]
    head = ("", "us", "by hand = 1")
    return "\n".join([f"One posted line; {machine()}", table(head, rows), "", *told])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.2, help="for each case and round")
    parser.add_argument("--quick", action="store_true", help="only show that it runs")
    options = parser.parse_args()
    rounds, seconds = (2, 0.01) if options.quick else (options.rounds, options.seconds)
    print(report(measure(rounds, seconds)))


if __name__ == "__main__":
    main()
