"""A flow as a Mermaid diagram, and the words that every drawing of it shows."""

import attrs

from .format import Ask, Choose, Decide, End, Flow, Go, Helped, Outcome, Step
from .graph import Way, ways

COLOURS = {
    "ask": ("#eef4ff", "#2f5f9f"),
    "decide": ("#f4f4f5", "#52525b"),
    "solve": ("#e9f8ee", "#1f7a3f"),
    "hand_off": ("#fdeef3", "#a32a70"),
    "leave_message": ("#fff6e0", "#8a5a00"),
    "close": ("#e9f8ee", "#1f7a3f"),
    "entry": ("#27272a", "#27272a"),
}
"""Fill and line by `kind_of`; the words are dark on each of them, but white on an entry."""

LEGEND = {
    "ask": "asks",
    "decide": "goes on by itself",
    "solve": "may solve it, closes",
    "hand_off": "hands over to people",
    "leave_message": "takes a message",
}


@attrs.frozen
class Entry:
    """A way into the flow from outside.

    Args:
        label: What must have happened.
        to: The step it leads to.
    """

    label: str
    to: str


def entries(flow: Flow) -> tuple[Entry, ...]:
    """Return the ways into a flow."""
    found = [
        Entry("begins", flow.start),
        Entry("wants a person, or is not understood", flow.person),
    ]
    if flow.nobody:
        found.append(Entry("nobody can take over", flow.nobody))
    return tuple(found)


def kind_of(step: Step) -> str:
    """Return what a step does, as a key of `COLOURS`."""
    match step.then:
        case End(outcome=outcome):
            return str(outcome)
        case Helped():
            return "solve"
        case Decide() | Go():
            return "decide"
        case _:
            return "ask"


def aim_of(step: Step) -> str:
    """Return in a few words what a step does after its lines; empty if its arrows say it."""
    match step.then:
        case End(outcome=Outcome.HAND_OFF, queue=queue):
            return f"hands over to {queue}" if queue else "hands over"
        case End(outcome=Outcome.LEAVE_MESSAGE):
            return "takes a message"
        case End():
            return "closes the chat"
        case Helped(solved=solved):
            return "asks if it helped" + ("" if solved else ", yes closes")
        case Ask(field=field):
            return f"asks for: {field.replace('_', ' ')}"
        case Choose(field=field) if field:
            return f"keeps: {field.replace('_', ' ')}"
        case Decide():
            return "decides"
        case _:
            return ""


def says_of(flow: Flow, step: Step) -> tuple[str, ...]:
    """Return the lines of a step in the flow's first language."""
    first = flow.languages[0]
    links = (f"↗ {flow.read(link.text, first)}" for link in step.links)
    return (*(flow.read(text, first) for text in step.say), *links)


def arrows(flow: Flow, step: Step) -> tuple[Way, ...]:
    """Return the arrows from a step, those with the same target as one."""
    labels: dict[str, list[str]] = {}
    for way in ways(flow, step):
        labels.setdefault(way.to, []).append(way.label)
    return tuple(Way(to, " / ".join(filter(None, told))) for to, told in labels.items())


def mermaid(flow: Flow) -> str:
    """Return the flow as a Mermaid flowchart."""
    rows = ["flowchart TD"]
    for number, entry in enumerate(entries(flow), start=1):
        rows.append(f'    entry{number}(["{_plain(entry.label)}"]):::entry --> s_{entry.to}')
    for name, step in flow.steps.items():
        told = (f"<b>{name}</b>", *map(_plain, says_of(flow, step)), _plain(aim_of(step)))
        rows.append(f'    s_{name}["{"<br/>".join(filter(None, told))}"]:::{kind_of(step)}')
        for way in arrows(flow, step):
            label = f'|"{_plain(way.label)}"|' if way.label else ""
            rows.append(f"    s_{name} -->{label} s_{way.to}")
    for kind, (fill, line) in COLOURS.items():
        ink = "#ffffff" if kind == "entry" else "#18181b"
        rows.append(f"    classDef {kind} fill:{fill},stroke:{line},color:{ink}")
    return "\n".join(rows) + "\n"


def _plain(text: str) -> str:
    """Return a text as Mermaid shows it and does not read it, on one line of at most 80."""
    line = " ".join(text.split())
    line = line if len(line) <= 80 else line[:79] + "…"
    for sign in '&#;"<>`':
        line = line.replace(sign, f"\0{ord(sign)}\1")
    return line.replace("\0", "#").replace("\1", ";")
