"""Where each step of a flow may lead: what the check walks along and the drawing draws."""

from collections.abc import Iterator, Mapping
from typing import assert_never

import attrs

from .format import CLAIMS, Ask, Case, Choose, Decide, End, Flow, Go, Helped, Step


@attrs.frozen
class Way:
    """One arrow of the picture.

    Args:
        to: The step it leads to.
        label: What must be so, in few words; empty for always.
        key: The key that names the step, below the step's own.
    """

    to: str
    label: str = ""
    key: str = "to"


def ways(flow: Flow, step: Step) -> Iterator[Way]:
    """Yield the ways on from a step, in the order in which they are tried."""
    match step.then:
        case Choose(choices=choices, to=to):
            for number, choice in enumerate(choices, start=1):
                label = flow.read(choice.text, flow.languages[0])
                yield Way(choice.to, label, f"choices.{number}.to")
            if to:
                yield Way(to, "anything else")
        case Helped(unsolved=unsolved, solved=solved):
            first = flow.languages[0]
            if solved:
                yield Way(solved, flow.read(flow.word("yes"), first), "solved")
            yield Way(unsolved, flow.read(flow.word("no"), first), "unsolved")
        case Decide(cases=cases, to=to):
            for number, case in enumerate(cases, start=1):
                yield Way(case.to, condition(case), f"cases.{number}.to")
            yield Way(to, "else")
        case Ask(to=to) | Go(to=to):
            yield Way(to)
        case End():
            return
        case _:
            assert_never(step.then)


def condition(case: Case) -> str:
    """Return the conditions of a case in few words."""
    told = [" or ".join(values) for values in (case.available, case.language) if values]
    told += [f"{name} {' or '.join(values)}" for name, values in places(case).items() if values]
    if case.signed_in is not None:
        told.append("signed in" if case.signed_in else "not signed in")
    if case.words:
        told.append(f"says {', '.join(case.words)}")
    told += [f"{field}: {value}" for field, value in case.answers.items()]
    return ", ".join(told)


def places(case: Case) -> Mapping[str, tuple[str, ...]]:
    """Return the sites and queues that a case asks for."""
    return {"site": case.site, "queue": case.queue}


def field_of(step: Step) -> str:
    """Return the field under which an answer to this step is kept; empty if none is."""
    return step.then.field if isinstance(step.then, Ask | Choose) else ""


def passes(step: Step) -> bool:
    """Tell whether the bot may go through this step without an answer of the visitor."""
    if isinstance(step.then, Ask):
        return step.then.field in CLAIMS
    return not step.waits


def reached(flow: Flow, *starts: str) -> frozenset[str]:
    """Return the steps that can be reached from these, themselves included."""
    found: set[str] = set()
    todo = [start for start in starts if start in flow.steps]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [way.to for way in ways(flow, flow.steps[name]) if way.to in flow.steps]
    return frozenset(found)
