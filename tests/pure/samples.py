"""Samples made from types: one of every event, and the states that events lead to.

`python -m tests.pure.samples` adds a sample of every new event class, and of every old one that has
new fields, to the golden file; with the name of a decider, of its events only. Lines of that file
are never changed or removed.
"""

import json
import sys
import types
import typing
from collections import deque
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import attrs

from livechat_core import conversation
from livechat_core.codec import Codec
from livechat_core.policy import Happened, Order, react
from livechat_core.rules import Queue, Rules, Site, Subscription
from livechat_core.streams import Decider, Event, Recorded

GOLDEN = Path(__file__).parents[1] / "golden" / "events.jsonl"
AT = 1_700_000_000_000_000
RULES = Rules(
    sites={"site": Site(name="Site", queues=("queue",), notify_visits=True)},
    queues={"queue": Queue(name="Queue")},
    notifiers=(
        Subscription(
            notifier="team",
            kinds=frozenset({"left_message", "enquiry", "new_visitor", "reminder", "escalation"}),
        ),
        Subscription(notifier="slack", kinds=frozenset({"left_message"})),
        Subscription(notifier="quiet", kinds=frozenset()),
    ),
)
WORDS = {
    "kind": "left_message",
    "email": "maria@customer.example",
    "action": "note",
    "subject": "enquiry/1",
    "conversation": "conversation/1",
    "presence": "presence/ana.1",
    "contact": "contact/1",
    "field": "email",
    "keys": "email=hash",
    "into": "contact/2",
    "slots": "conversation/1",
    "repeat": "ask",
    "outcome": "repeat",
    "status": "busy",
    "scope": "chat",
}


def value(kind: Any, name: str = "") -> Any:
    """Return a sample value of a type."""
    if attrs.has(kind):
        return sample(kind)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return next(iter(kind))
    simple: dict[Any, Any] = {str: WORDS.get(name, name), int: 7, bool: True, float: 0.5, Any: 1}
    if kind in simple:
        return simple[kind]
    inside, origin = get_args(kind), get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return value(inside[0], name)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"key": value(inside[1], "value")}
    found = value(inside[0], name)
    return (found,) if origin is tuple else frozenset({found})


def sample(kind: type[Any], **other: Any) -> Any:
    """Return a sample of an attrs class."""
    hints = get_type_hints(kind)
    made = {one.name: value(hints[one.name], one.name) for one in attrs.fields(kind)}
    return kind(**{**made, **other})


def states(decider: Decider[Any, Any, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every phase of a decider, with a state to which sample events have led."""
    paths: dict[str, tuple[type[Event], ...]] = {decider.initial: ()}
    todo = deque([decider.initial])
    while todo:
        phase = todo.popleft()
        for event, following in decider.table[phase].items():
            if following not in paths:
                paths[following] = (*paths[phase], event)
                todo.append(following)
    for phase, path in paths.items():
        state = decider.new()
        for event in path:
            decider.evolve(state, sample(event), AT)
        yield phase, state


def after(
    event: Event, state: Any, stream: str = "conversation/1", rules: Rules = RULES
) -> list[Order]:
    """Return what follows from an event."""
    return list(react(Happened(stream=stream, event=event, state=state, at=AT), rules))


def chat(**facts: Any) -> conversation.State:
    told = {
        "phase": conversation.Phase.WAITING,
        "site": "site",
        "queue": "queue",
        "visitor": "maria",
    }
    return conversation.State(**{**told, **facts})


def recorded(name: str, data: bytes) -> Recorded:
    """Return an event as the journal has it."""
    return Recorded(position=1, stream="x/1", version=1, at=AT, actor="a", type=name, data=data)


def golden() -> list[dict[str, Any]]:
    """Return the lines of the golden file."""
    return [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]


def shape(data: Any) -> Any:
    """Return the names of all fields, however deep, in an order of their own."""
    if isinstance(data, dict):
        return tuple(sorted((name, shape(inner)) for name, inner in data.items()))
    return tuple(map(shape, data)) if isinstance(data, list) else ()


def add_missing(decider: str = "") -> None:
    """Add a sample of every event class that has none with all its fields."""
    codec = Codec()
    known = {(line["type"], shape(line["data"])) for line in golden()}
    with GOLDEN.open("a", encoding="utf-8") as file:
        for name, kind in codec.classes.items():
            data = json.loads(codec.encode(sample(kind)).data)
            if name.startswith(decider) and (name, shape(data)) not in known:
                file.write(json.dumps({"type": name, "data": data}) + "\n")


if __name__ == "__main__":
    add_missing(*sys.argv[1:])
