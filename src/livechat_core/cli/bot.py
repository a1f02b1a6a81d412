"""`livechat bot`: play a bot's flow in the terminal, check it, draw it."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from ..errors import ConfigurationError
from ..flow import CODES, Flow, Heard, Outcome, Problem, Reply, answers, examine, mermaid, play, svg
from ..settings import load, read_toml

Verbs = Any  # argparse does not name the class of what `add_subparsers` returns

ENDS = {
    Outcome.HAND_OFF: "people take over",
    Outcome.LEAVE_MESSAGE: "the visitor is asked for a message",
    Outcome.CLOSE: "the chat is closed",
}


def add(verbs: Verbs) -> None:
    """Add the verbs to the command's parser."""
    parser = verbs.add_parser("bot", help="play, check or draw the flow of a bot")
    bots = parser.add_subparsers(required=True, metavar="COMMAND")

    played = bots.add_parser("play", help="talk to the bot in the terminal")
    played.add_argument("flow", type=Path, metavar="FLOW.toml")
    played.add_argument(
        "--question", default="", metavar="TEXT", help="what the visitor begins with"
    )
    played.add_argument("--language", default="", metavar="CODE", help="what the visitor reads")
    played.add_argument("--available", choices=("online", "busy", "offline"), default="online")
    played.add_argument("--site", default="", metavar="ID")
    played.add_argument("--queue", default="", metavar="ID")
    played.add_argument("--name", default="", help="known to the desk already")
    played.add_argument("--email", default="", help="known to the desk already")
    played.add_argument("--signed-in", action="store_true", help="the host vouches for both")
    played.set_defaults(run=run_play)

    checked = bots.add_parser("check", help="tell everything that is wrong with a flow")
    checked.add_argument("flow", type=Path, nargs="+", metavar="FLOW.toml")
    checked.add_argument(
        "--settings", type=Path, metavar="FILE", help="whose queues and sites count"
    )
    checked.set_defaults(run=run_check)

    drawn = bots.add_parser("draw", help="write the flow as a Mermaid diagram, or as a picture")
    drawn.add_argument("flow", type=Path, metavar="FLOW.toml")
    drawn.add_argument("--svg", type=Path, metavar="FILE", help="write a picture there instead")
    drawn.set_defaults(run=run_draw)


def run_check(options: argparse.Namespace) -> int:
    """Print what is wrong with each flow; 1 if anything is."""
    rules = load(options.settings).rules if options.settings else None
    sound = True
    for path in options.flow:
        names = {"queues": rules.queues, "sites": rules.sites} if rules else {}
        flow, problems = examine(read_toml(path, "flow_unreadable"), **names)
        _complain(path, problems, print)
        if not problems:
            print(f"ok       {path}: {len(flow.steps)} steps, {', '.join(flow.languages)}")
        sound = sound and not problems
    return 0 if sound else 1


def run_draw(options: argparse.Namespace) -> int:
    """Write the drawing of a flow."""
    flow = _sound(options.flow)
    if flow is None:
        return 1
    if options.svg:
        try:
            options.svg.write_text(svg(flow, options.flow.stem), encoding="utf-8", newline="\n")
        except OSError as error:
            raise ConfigurationError("unwritable", path=str(options.svg), why=str(error)) from error
    else:
        print(mermaid(flow), end="")
    return 0


def run_play(options: argparse.Namespace) -> int:
    """Talk until the bot ends, or the input does."""
    flow = _sound(options.flow)
    if flow is None:
        return 1
    heard = Heard(
        text=options.question,
        language=options.language,
        available=options.available,
        site=options.site,
        queue=options.queue,
        name=options.name,
        email=options.email,
        signed_in=options.signed_in,
    )
    while True:
        reply = play(flow, heard)
        _print_lines(reply)
        heard = attrs.evolve(
            heard,
            memory=reply.memory,
            name=heard.name or reply.name,
            email=heard.email or reply.email,
            nobody=False,
        )
        if reply.outcome is Outcome.HAND_OFF and heard.available == "offline":
            print("--- nobody is there")
            heard = attrs.evolve(heard, text="", nobody=True)
        elif reply.outcome:
            _print_end(reply, reply.outcome, heard)
            return 0
        else:
            line = _asked()
            if line is None:
                print("\n--- the visitor has left")
                return 0
            heard = attrs.evolve(heard, text=line)


def _asked() -> str | None:
    """Return the next line of the input; none at its end."""
    print("you> ", end="", flush=True)
    line = sys.stdin.readline()
    if line and not sys.stdin.isatty():
        print(line.rstrip("\n"))
    return line.strip() if line else None


def _print_lines(reply: Reply) -> None:
    for line in reply.says:
        print("bot> " + line.text.replace("\n", "\n     "))
        for number, choice in enumerate(line.choices, start=1):
            print(f"     {number}) {choice}")


def _print_end(reply: Reply, outcome: Outcome, heard: Heard) -> None:
    print(f"--- {ENDS[outcome]}" + (f" in {reply.queue}" if reply.queue else ""))
    told = {"name": heard.name, "email": heard.email, **answers(reply.memory)}
    for field, value in told.items():
        if value:
            print(f"    {field}: {value}")
    if reply.note:
        print("    note: " + reply.note.replace("\n", "\n          "))


def _sound(path: Path) -> Flow | None:
    """Return the flow of a file, or say what is wrong with it and return none."""
    flow, problems = examine(read_toml(path, "flow_unreadable"))
    _complain(path, problems, lambda line: print(line, file=sys.stderr))
    return None if problems else flow


def _complain(path: Path, problems: tuple[Problem, ...], say: Callable[[str], None]) -> None:
    for problem in problems:
        say(f"problem  {path}: {problem}: {CODES[problem.code]}")
