"""A visitor's line to the agent of the same chat, over WebSocket: by hand, and through the library.

    python3 dev.py bench relay [--pairs 50,500] [--rounds 5] [--seconds 3] [--only NAME,NAME]
                               [--tries 3] [--folder DIR] [--quick]

Four servers on the same work in one run: a bare relay without a store, a durable one (the most that
aiohttp and SQLite allow), the library with SQLite and the library in memory. Each round asks all of
them, another one first each time; ratios are taken round by round, medians are shown.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from typing import Any, TypeAlias

import attrs
from harness import goal, machine, median, ratio, result, running, table, turned

QUIET = 0.3
"""CPU of other processes, in cores, above which a round is disturbed."""
SET_UP = 240.0
"""How long a run may take beside its measured span, in seconds."""

Figures: TypeAlias = dict[str, Any]
Rounds: TypeAlias = dict[str, list[Figures]]


@attrs.frozen
class Server:
    """One of the servers that are compared: its name in words, and how it is started."""

    about: str
    module: str
    arguments: tuple[str, ...] = ()


SERVERS = {
    "bare": Server("bare relay, no store", "bases"),
    "base": Server("durable base, SQLite FULL", "bases", ("--file={place}/base.db",)),
    "library": Server(
        "library, SQLite FULL",
        "library",
        ("--agents={pairs}", "--data={place}", "--store=sqlite:///library.db"),
    ),
    "memory": Server(
        "library, memory store",
        "library",
        ("--agents={pairs}", "--data={place}", "--store=memory:"),
    ),
}


def once(server: Server, pairs: int, options: argparse.Namespace) -> Figures:
    """Start a server with an empty store, load it, end it."""
    with tempfile.TemporaryDirectory(prefix="bench_relay_", dir=options.folder) as place:
        arguments = [one.format(pairs=pairs, place=place) for one in server.arguments]
        with running(server.module, *arguments) as told:
            load = [f"--{name}={told[name]}" for name in ("port", "pid")]
            load += [f"--pairs={pairs}", f"--seconds={options.seconds}"]
            load += ["--library"] if server.module == "library" else []
            figures: Figures = result("load", *load, seconds=SET_UP + options.seconds)
            return figures


def quiet(server: Server, pairs: int, options: argparse.Namespace) -> Figures:
    """Measure; again if other processes took too much meanwhile; return the quietest."""
    found: list[Figures] = []
    for _ in range(options.tries):
        found.append(once(server, pairs, options))
        if found[-1]["others"] <= QUIET:
            break
    return min(found, key=lambda figures: figures["others"])


def compare(names: list[str], pairs: int, options: argparse.Namespace) -> Rounds:
    """Return each server's rounds."""
    found: Rounds = {name: [] for name in names}
    for turn in range(options.rounds):
        for name in turned(names, turn):
            figures = quiet(SERVERS[name], pairs, options)
            found[name].append(figures)
            disturbed = " (disturbed)" if figures["others"] > QUIET else ""
            say(f"{pairs} pairs, round {turn + 1}, {name}: {figures['rate']:.0f}/s{disturbed}")
    return found


def say(text: str) -> None:
    """Tell the progress, beside the output."""
    print(text, file=sys.stderr, flush=True)


# --- telling it -------------------------------------------------------------------------------


HEAD = (
    *("", "lines/s", "of bare", "of base", "CPU us", "of bare", "of base"),
    *("p50 ms", "p99 ms", "wrong", "lost", "disturbed"),
)
BASES = ("bare", "base")


def rows(found: Rounds) -> Iterator[list[str]]:
    """Yield the line of each server."""
    for name, rounds in found.items():
        middle = {key: median(figures[key] for figures in rounds) for key in rounds[0]}
        disturbed = sum(figures["others"] > QUIET for figures in rounds)
        yield [
            SERVERS[name].about,
            f"{middle['rate']:,.0f}",
            *(against(found, name, base, "rate") for base in BASES),
            f"{middle['cpu']:.1f}",
            *(against(found, name, base, "cpu") for base in BASES),
            f"{middle['p50']:.2f}",
            f"{middle['p99']:.2f}",
            *(str(sum(figures[key] for figures in rounds)) for key in ("wrong", "lost")),
            f"{disturbed} of {len(rounds)}",
        ]


def against(found: Rounds, name: str, base: str, key: str) -> str:
    """Return a figure of one server as a share of another's, or nothing if that was left out."""
    if name not in found or base not in found:
        return ""
    own, other = ([figures[key] for figures in found[one]] for one in (name, base))
    return f"{ratio(own, other):.2f}"


def goals(found: Rounds) -> Iterator[str]:
    """Yield what became of the goals."""
    for name, base, about, wanted in (
        ("library", "base", "P1, library of the durable base", 0.85),
        ("memory", "bare", "P4, library in memory of the bare relay", 0.75),
    ):
        if reached := against(found, name, base, "rate"):
            yield goal(about, float(reached), wanted)


def report(pairs: int, found: Rounds) -> str:
    """Return the table and the goals for one number of pairs."""
    return "\n".join(["", f"{pairs} pairs", table(HEAD, rows(found)), *goals(found)])


def spoilt(found: Rounds) -> bool:
    """Tell whether any line went wrong or was lost."""
    return any(one["wrong"] or one["lost"] for rounds in found.values() for one in rounds)


def main() -> None:
    """Measure and print; end with 1 if a line went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", default="50,500")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--only", default=",".join(SERVERS), help="some of the servers")
    parser.add_argument("--folder", default=None, help="where the files lie: a disk, not memory")
    parser.add_argument("--tries", type=int, default=3, help="for a round that is disturbed")
    parser.add_argument("--quick", action="store_true", help="only show that it runs")
    options = parser.parse_args()
    if options.quick:
        options.pairs, options.rounds, options.seconds, options.tries = "3", 1, 0.2, 1
    print(f"A line from visitor to agent, one under way for each pair; {machine()}", flush=True)
    failed = False
    for pairs in map(int, options.pairs.split(",")):
        found = compare(options.only.split(","), pairs, options)
        print(report(pairs, found), flush=True)
        failed |= spoilt(found)
    sys.exit(failed)


if __name__ == "__main__":
    main()
