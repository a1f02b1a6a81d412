"""What an assignment and a release cost, and joining and leaving the line, whatever their number.

    python3 dev.py bench routing [--rounds 7] [--seconds 0.2] [--quick]

Beside the library: a plain scan over all agents or chats, and bare buckets (`OrderedDict`) with one
fixed policy. Every case is timed once a round, in turn; ratios are taken round by round, medians
are shown.
"""

import argparse
import gc
import random
from collections.abc import Callable, Sequence
from itertools import cycle, islice

from harness import goal, machine, median, microseconds, ratio, table, turned
from harness.by_hand import (
    CAPACITY,
    PRIORITIES,
    QUEUES,
    QUEUES_EACH,
    BucketLine,
    Buckets,
    Line,
    Router,
    Scan,
    SortedLine,
)

from livechat_core.queues import Lines
from livechat_core.routing import Candidate, Need, Roster

SIZES = (100, 1_000, 10_000, 100_000)
SCANNED = 10_000
"""More agents than this are too many to look at each time."""


# --- agents -----------------------------------------------------------------------------------


class Library:
    """The library's roster: every policy, and each choice with its reasons in words."""

    def __init__(self, queues: list[list[int]]) -> None:
        self.needs = [Need(queue=str(queue)) for queue in range(QUEUES)]
        self.queues = [frozenset(map(str, own)) for own in queues]
        self.load = [0] * len(queues)
        self.last = [0] * len(queues)
        self.turn = 0
        self.names = [str(agent) for agent in range(len(queues))]
        self.roster = Roster()
        for agent in range(len(queues)):
            self._put(agent)
        for need in self.needs:
            self.roster.choose(need, now=0, since=0)

    def assign(self, queue: int) -> int:
        """Give a chat to whom the roster chooses."""
        self.turn += 1
        choice = self.roster.choose(self.needs[queue], now=self.turn, since=self.turn)
        if choice.seat is None:
            return -1
        agent = int(choice.seat.agent)
        self.load[agent] += 1
        self.last[agent] = self.turn
        self._put(agent)
        return agent

    def release(self, agent: int) -> None:
        """Take a chat from an agent."""
        self.load[agent] -= 1
        self._put(agent)

    def _put(self, agent: int) -> None:
        name, load = self.names[agent], self.load[agent]
        self.roster.put(
            Candidate(
                agent=name,
                name=name,
                presence=name,
                queues=self.queues[agent],
                capacity=CAPACITY,
                load=load,
                why_not="" if load < CAPACITY else "full",
                last_assigned=self.last[agent],
            )
        )


ROUTERS: dict[str, Callable[[list[list[int]]], Router]] = {
    "scan": Scan,
    "buckets": Buckets,
    "library": Library,
}


def chats(build: Callable[[list[list[int]]], Router], agents: int) -> Callable[[int], object]:
    """Return a function that gives out and takes back so many chats, half of all places taken."""
    chance = random.Random(agents)  # noqa: S311
    router = build([chance.sample(range(QUEUES), QUEUES_EACH) for _ in range(agents)])
    wants = cycle([chance.randrange(QUEUES) for _ in range(4096)])
    picks = cycle([chance.random() for _ in range(4099)])
    taken: list[int] = []
    assign, release = router.assign, router.release
    # A scan would take minutes to fill so many places.
    half = min(agents, 1_000) if build is Scan else agents * CAPACITY // 2
    while len(taken) < half:
        taken.append(assign(next(wants)))

    def turn(count: int) -> None:
        for want, pick in islice(zip(wants, picks, strict=True), count):
            if (agent := assign(want)) >= 0:
                taken.append(agent)
            spot = int(pick * len(taken))
            taken[spot], taken[-1] = taken[-1], taken[spot]
            release(taken.pop())

    return turn


# --- the line ---------------------------------------------------------------------------------


class LibraryLine:
    """The library's lines, all chats in one lane, and a round for each that is taken."""

    def __init__(self) -> None:
        self.lines = Lines()
        self.lane = Need(queue="support")

    def join(self, number: int) -> None:
        """Put a chat into its lane."""
        self.lines.join(f"{number:09}", self.lane, (-(number % PRIORITIES), number))

    def leave(self, number: int) -> None:
        """Take a chat out."""
        self.lines.leave(f"{number:09}")

    def take(self) -> int:
        """Begin a round and take the first."""
        stream = self.lines.round().next() or ""
        self.lines.leave(stream)
        return int(stream)


LINES: dict[str, Callable[[], Line]] = {
    "scan": SortedLine,
    "buckets": BucketLine,
    "library": LibraryLine,
}


def waits(build: Callable[[], Line], waiting: int) -> Callable[[int], object]:
    """Return a function of so many turns: one joins, any one gives up, one joins, one is taken."""
    chance = random.Random(waiting)  # noqa: S311
    line, number = build(), waiting
    picks = cycle([chance.random() for _ in range(4099)])
    places = {chat: chat for chat in range(waiting)}
    chats = list(range(waiting))
    for chat in chats:
        line.join(chat)

    def out(chat: int) -> None:
        """Forget a chat; another takes its place among those who may give up."""
        place, last = places.pop(chat), chats.pop()
        if last != chat:
            chats[place], places[last] = last, place

    def enter() -> None:
        nonlocal number
        line.join(number)
        places[number] = len(chats)
        chats.append(number)
        number += 1

    def turn(count: int) -> None:
        for pick in islice(picks, count):
            enter()
            gone = chats[int(pick * len(chats))]
            line.leave(gone)
            out(gone)
            enter()
            out(line.take())

    return turn


# --- measuring --------------------------------------------------------------------------------

CASES: dict[str, Callable[[str, int], Callable[[int], object]]] = {
    "an assignment and a release": lambda name, size: chats(ROUTERS[name], size),
    "two join, one gives up, one is taken": lambda name, size: waits(LINES[name], size),
}
Found = dict[tuple[str, str, int], list[float]]


def measure(sizes: Sequence[int], rounds: int, seconds: float) -> Found:
    """Time every case once a round, one after the other, each with nothing else in memory."""
    names = [
        (about, name, size)
        for about in CASES
        for size in sizes
        for name in ROUTERS
        if name != "scan" or size <= SCANNED
    ]
    found: Found = {name: [] for name in names}
    for turn in range(rounds):
        for about, name, size in turned(names, turn * len(names) // rounds):
            make = CASES[about](name, size)
            make(1 if name == "scan" else min(2 * size, 20_000))
            gc.collect()
            found[about, name, size].append(microseconds(make, seconds))
    return found


def report(found: Found, sizes: Sequence[int]) -> str:
    """Return the figures and the goals in words."""
    told = [f"Microseconds, medians; {machine()}"]
    for about in CASES:
        rows = [
            (
                name,
                *(f"{median(found[about, name, size]):.2f}" for size in held(found, about, name)),
            )
            for name in ROUTERS
        ]
        beside = [
            f"{ratio(found[about, 'library', size], found[about, 'buckets', size]):.2f}"
            for size in sizes
        ]
        head = (about, *(f"{size:,}" for size in sizes))
        filled = [(*row, *("-" for _ in head[len(row) :])) for row in rows]
        told += ["", table(head, [*filled, ("library of buckets", *beside)])]
    return "\n".join([*told, "", *goals(found, sizes)])


def held(found: Found, about: str, name: str) -> list[int]:
    """Return the sizes at which something was timed."""
    return [size for told, other, size in found if (told, other) == (about, name)]


def goals(found: Found, sizes: Sequence[int]) -> list[str]:
    """Return in words whether each part of P8 is reached."""
    agents, line = CASES
    wanted = [(agents, min(10_000, sizes[-1]), 1.5), (agents, sizes[-1], 3), (line, sizes[-1], 3)]
    told = [
        goal(
            f"P8, {about}, from {sizes[0]:,} to {size:,}",
            ratio(found[about, "library", size], found[about, "library", sizes[0]]),
            most,
            least=False,
        )
        for about, size, most in wanted
    ]
    for about in CASES:
        worst = max(
            ratio(found[about, "library", size], found[about, "buckets", size]) for size in sizes
        )
        told.append(goal(f"P8, {about}, bare buckets at any size", worst, 2, least=False))
    return told


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.2, help="for each case and round")
    parser.add_argument("--quick", action="store_true", help="only show that it runs")
    options = parser.parse_args()
    sizes = (100, 1_000) if options.quick else SIZES
    rounds, seconds = (2, 0.01) if options.quick else (options.rounds, options.seconds)
    print(report(measure(sizes, rounds, seconds), sizes))


if __name__ == "__main__":
    main()
