"""Transition tables: at once the guard of `decide`, the phase change of `evolve`, and the diagrams.

A table is ``table[phase][event class] -> next phase``. An event that is missing in a phase's row is
illegal there.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, TypeVar

from .errors import Rejected
from .streams import Decider, Event

E = TypeVar("E", bound=Event)
P = TypeVar("P", bound=str)

Table: TypeAlias = Mapping[P, Mapping[type[E], P]]


def require(table: Table[P, E], phase: P, event: type[E], code: str = "not_now") -> None:
    """Refuse an event that the table does not allow in this phase.

    Raises:
        Rejected: ``not_now`` (or ``code``), with the phase and what was wanted.
    """
    if event not in table[phase]:
        raise Rejected(code, phase=str(phase), wanted=event.__name__)


def allows(table: Table[P, E], phase: P, event: type[E]) -> bool:
    """Tell whether the table allows the event in this phase."""
    return event in table[phase]


def arrows(table: Table[P, E]) -> Iterator[tuple[P, type[E], P]]:
    """Yield every (phase, event class, next phase) of the table, in its order."""
    for phase, row in table.items():
        for event, following in row.items():
            yield phase, event, following


def reachable(table: Table[P, E], start: P) -> frozenset[P]:
    """Return the phases that can be reached from ``start``, itself included."""
    found, todo = {start}, [start]
    while todo:
        for following in table[todo.pop()].values():
            if following not in found:
                found.add(following)
                todo.append(following)
    return frozenset(found)


def faults(decider: Decider[Any, Any, Any]) -> list[str]:
    """Return what is wrong with a decider's table, in words: unreachable phases, dead ends."""
    table = decider.table
    seen = reachable(table, decider.initial)
    found = [f"{phase} cannot be reached" for phase in table if phase not in seen]
    final = frozenset(decider.final)
    stuck = [phase for phase in table if not reachable(table, phase) & final]
    return [*found, *(f"{phase} is a dead end" for phase in stuck)]


def diagram(decider: Decider[Any, Any, Any]) -> str:
    """Return the table as a Mermaid state diagram; events that keep the phase become its note."""
    lines = ["stateDiagram-v2"]
    staying: dict[str, list[str]] = {}
    for phase, event, following in arrows(decider.table):
        if phase == following:
            staying.setdefault(str(phase), []).append(event.__name__)
        else:
            source = "[*]" if phase == decider.initial else phase
            lines.append(f"    {source} --> {following}: {event.__name__}")
    lines += [f"    {phase} --> [*]" for phase in decider.final]
    lines += [f"    note right of {phase}: {', '.join(names)}" for phase, names in staying.items()]
    return "\n".join(lines) + "\n"
