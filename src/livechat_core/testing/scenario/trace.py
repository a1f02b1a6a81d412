"""The journal in lines that are the same whenever the same happened."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set as AbstractSet
from typing import Any

import attrs

from livechat_core import conversation
from livechat_core.rules import SECOND
from livechat_core.streams import Event, Recorded, id_of, kind_of


def lines(rows: Iterable[tuple[Recorded, Event]], begin: int) -> list[str]:
    """Return a line for each event but those of processes: time, stream, name, what is not empty.

    Names made by chance or by a hash are replaced: chats by their visitors, processes by numbers.
    """
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    found = []
    for row, event in rows:
        _name(row.stream, event, names, counts)
        if kind_of(row.stream) != "process":
            at = (row.at - begin) / SECOND
            found.append(f"{at:.6f} {row.stream} {type(event).__name__} {_told(event)}".rstrip())
    return [_renamed(line, names) for line in found]


def _name(stream: str, event: Event, names: dict[str, str], counts: Counter[str]) -> None:
    """Give a readable name to what has none."""
    made = id_of(stream)
    if isinstance(event, conversation.Started):
        counts[event.visitor] += 1
        names[made] = f"{event.visitor}.{counts[event.visitor]}"
        names[made[:12]] = names[made]
    elif kind_of(stream) == "process" and made not in names:
        counts["process"] += 1
        names[made] = f"process-{counts['process']}"


def _renamed(line: str, names: Mapping[str, str]) -> str:
    for made, name in names.items():
        line = line.replace(made, name)
    return line


def _told(event: Event) -> str:
    fields = ((field.name, getattr(event, field.name)) for field in attrs.fields(type(event)))
    return " ".join(f"{name}={_plain(value)}" for name, value in fields if _says(value))


def _says(value: object) -> bool:
    return value not in (None, "", 0, (), frozenset(), {})


def _plain(value: Any) -> str:  # noqa: ANN401 - whatever an event has
    if isinstance(value, AbstractSet):
        return "{" + ", ".join(sorted(map(_plain, value))) + "}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_plain(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_plain, value)) + ")"
    return f"({_told(value)})" if attrs.has(type(value)) else str(value)
