"""A stream played by hand: so that a case reads like a sentence.

`when` decides a command and applies what follows, `refuses` expects a refusal and names its code.
Both check what holds for every decider: it never changes the state it gets, and its table allows
its events.
"""

import copy
from typing import Any, Generic, Self, TypeVar

import pytest

from livechat_core.errors import LivechatError
from livechat_core.rules import Queue, Rules, Site, seconds
from livechat_core.streams import Actor, Command, Decider, Event, Role, Summary

S = TypeVar("S")

NOON = 1_700_000_000_000_000

ANA = Actor(role=Role.AGENT, id="ana", name="Ana")
BEN = Actor(role=Role.AGENT, id="ben", name="Ben")
SAM = Actor(role=Role.SUPERVISOR, id="sam", name="Sam")
MARIA = Actor(role=Role.VISITOR, id="maria")
STRANGER = Actor(role=Role.VISITOR, id="stranger")

RULES = Rules(
    waiting_alert=0,
    inactive_warning=0,
    sites={
        "drumstory": Site(name="Drumstory", queues=("sales", "events")),
        "performances": Site(name="Performances", queues=("events",), automatic_link=True),
        "bare": Site(name="Bare", queues=()),
        "broken": Site(name="Broken", queues=("gone",)),
    },
    queues={
        "sales": Queue(name="Sales"),
        "events": Queue(name="Events", priority=5, when_busy="leave_message"),
    },
)


class Story(Generic[S]):
    """One stream and its time."""

    def __init__(self, decider: Decider[S, Any, Any], rules: Rules = RULES) -> None:
        self.decider = decider
        self.rules = rules
        self.now = NOON
        self.state = decider.new()
        self.told: list[Event] = []

    @property
    def summary(self) -> Summary:
        """Return what others may look up."""
        return self.decider.summary(f"{self.decider.kind}/1", self.state)

    @property
    def due_in(self) -> int | None:
        """Return the time until the earliest deadline."""
        due = self.summary.due_at
        return None if due is None else due - self.now

    def later(self, duration: float) -> Self:
        """Let seconds pass."""
        self.now += seconds(duration)
        return self

    def when(self, *commands: Command) -> list[Event]:
        """Decide commands one after the other; return what the last one caused."""
        events: list[Event] = []
        for command in commands:
            events = self._decide(command)
            for event in events:
                assert type(event) in self.decider.table[self.summary.phase]
                self.decider.evolve(self.state, event, self.now)
            self.told += events
        return events

    def refusal(self, command: Command) -> LivechatError:
        """Return the refusal of a command."""
        with pytest.raises(LivechatError) as caught:
            self._decide(command)
        return caught.value

    def refuses(self, command: Command) -> str:
        """Return the code with which a command is refused."""
        return self.refusal(command).code

    def _decide(self, command: Command) -> list[Event]:
        before = copy.deepcopy(self.state)
        try:
            return list(self.decider.decide(self.state, command, self.now, self.rules))
        finally:
            assert self.state == before


def kinds(events: list[Event]) -> list[str]:
    """Return the names of the events."""
    return [type(event).__name__ for event in events]
