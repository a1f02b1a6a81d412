"""Transition tables, and that each decider's table and unions are whole."""

import inspect
import sys
from typing import Any

import pytest

from livechat_core import (
    ban,
    contact,
    conversation,
    enquiry,
    job,
    presence,
    process,
    record,
    visit,
)
from livechat_core.errors import Rejected
from livechat_core.streams import Command, Decider, Event, Summary
from livechat_core.tables import allows, arrows, diagram, faults, reachable, require

DECIDERS: list[Decider[Any, Any, Any]] = [
    *(visit.DECIDER, conversation.DECIDER, presence.DECIDER, enquiry.DECIDER, contact.DECIDER),
    *(job.DECIDER, ban.DECIDER, record.DECIDER, process.DECIDER),
]
each = pytest.mark.parametrize("decider", DECIDERS, ids=lambda decider: decider.kind)


class Opened(Event):
    """A door."""


class Shut(Event):
    """A door."""


class Painted(Event):
    """A door."""


def door(table: dict[str, dict[type[Event], str]]) -> Decider[None, Command, Event]:
    return Decider(
        kind="door",
        new=lambda: None,
        decide=lambda *_: [],
        evolve=lambda *_: None,
        summary=lambda stream, _: Summary(stream=stream, phase="shut"),
        commands=(),
        events=(Opened, Shut, Painted),
        table=table,
        initial="new",
        final=("shut",),
    )


GOOD: dict[str, dict[type[Event], str]] = {
    "new": {Opened: "open"},
    "open": {Shut: "shut", Painted: "open"},
    "shut": {Opened: "open", Painted: "shut"},
}


def test_a_table_says_what_may_happen_where() -> None:
    assert allows(GOOD, "open", Shut)
    assert not allows(GOOD, "new", Shut)
    require(GOOD, "open", Shut)
    with pytest.raises(Rejected) as caught:
        require(GOOD, "new", Shut)
    assert (caught.value.code, caught.value.facts) == (
        "not_now",
        {"phase": "new", "wanted": "Shut"},
    )
    with pytest.raises(Rejected, match="closed"):
        require(GOOD, "new", Shut, "closed")


def test_a_good_table_has_no_fault_and_bad_ones_are_found() -> None:
    assert faults(door(GOOD)) == []
    assert faults(door(GOOD | {"cellar": {Shut: "shut"}})) == ["cellar cannot be reached"]
    assert faults(door({"new": {Opened: "open"}, "open": {}, "shut": {}})) == [
        *("shut cannot be reached", "new is a dead end", "open is a dead end")
    ]
    assert reachable(GOOD, "shut") == {"open", "shut"}


def test_a_diagram_shows_every_arrow_and_notes_what_keeps_the_phase() -> None:
    assert diagram(door(GOOD)) == (
        "stateDiagram-v2\n"
        "    [*] --> open: Opened\n"
        "    open --> shut: Shut\n"
        "    shut --> open: Opened\n"
        "    shut --> [*]\n"
        "    note right of open: Painted\n"
        "    note right of shut: Painted\n"
    )


@each
def test_every_table_is_free_of_dead_ends_and_unreachable_phases(
    decider: Decider[Any, Any, Any],
) -> None:
    assert faults(decider) == []
    assert all(name in diagram(decider) for name in decider.final)


@each
def test_every_phase_has_a_row(decider: Decider[Any, Any, Any]) -> None:
    phases = type(decider.initial)

    assert set(decider.table) == set(phases)  # type: ignore[call-overload]


def parts(decider: Decider[Any, Any, Any], base: type) -> set[type]:
    """Return all classes of this base that the decider's module or package defines."""
    name = decider.decide.__module__
    modules = [
        module for key, module in sys.modules.items() if key == name or key.startswith(f"{name}.")
    ]
    return {
        member
        for module in modules
        for member in vars(module).values()
        if inspect.isclass(member) and issubclass(member, base) and member.__module__ in sys.modules
        if member.__module__ == name or member.__module__.startswith(f"{name}.")
        if not member.__subclasses__()
    }


@each
def test_every_command_and_every_event_is_known_to_its_decider(
    decider: Decider[Any, Any, Any],
) -> None:
    assert set(decider.commands) == parts(decider, Command)
    assert set(decider.events) == parts(decider, Event)
    assert set(decider.events) == {event for _, event, _ in arrows(decider.table)}
