"""Random walks over a decider: any command, by anybody, at any time.

A walk is given its chance from outside: hypothesis steers it and shrinks what fails, a fixed seed
makes the same walk every time. After each step it checks what holds for every decider. Chance alone
seldom finds the rare ways of a large decider, so an explorer goes where nobody has been before.
"""

import copy
import enum
import json
from collections.abc import Callable
from random import Random
from typing import Any

import attrs

from livechat_core.errors import LivechatError, Rejected
from livechat_core.rules import Rules, seconds
from livechat_core.streams import Command, Decider, Event
from livechat_core.tables import arrows
from tests.pure.play import NOON, RULES

Wish = Callable[[Any, Random], Command]
Arrow = tuple[str, type[Event]]
LOOKS = 12
"""How many wishes an explorer looks at before each step."""
SHORT = tuple(map(seconds, (0, 0, 0, 1, 5, 20)))
LONG = tuple(map(seconds, (30, 60, 240, 900, 1800, 3600, 86_400, 260_000)))


@attrs.frozen(kw_only=True)
class Land:
    """What a walk needs to know about one decider.

    Args:
        decider: The decider.
        wishes: Each makes a command, fitting the state or not.
        elapse: The command that does what is due, none if nothing ever is.
        sayings: Commands that count each time they are given.
        caused: Commands of reactions, which no phase may refuse.
        check: What holds in every state of this decider, besides what holds everywhere.
        rules: The rules of this land.
        ways: The first steps to places that chance seldom finds.
        arrows: All that its table allows.
    """

    decider: Decider[Any, Any, Any]
    wishes: tuple[Wish, ...]
    elapse: Wish | None = None
    sayings: tuple[type[Command], ...] = ()
    caused: tuple[Wish, ...] = ()
    check: Callable[["Walk"], None] = lambda _: None
    rules: Rules = RULES
    ways: tuple[tuple[Wish, ...], ...] = ()
    arrows: frozenset[Arrow] = attrs.field(init=False)

    @arrows.default
    def _arrows(self) -> frozenset[Arrow]:
        return frozenset((str(phase), event) for phase, event, _ in arrows(self.decider.table))


@attrs.define
class Walk:
    """One stream on its way.

    Args:
        land: Where it goes.
        chance: What decides.
        known: For an explorer: the arrows that he and others have walked.
        way: His first steps.
    """

    land: Land
    chance: Random
    known: set[Arrow] | None = None
    way: list[Wish] = attrs.field(factory=list)
    now: int = NOON
    state: Any = None
    told: list[tuple[int, Event]] = attrs.field(factory=list)
    refused: int = 0
    photo: Any = None

    def __attrs_post_init__(self) -> None:
        self.state = self.land.decider.new()

    @property
    def over(self) -> bool:
        """Whether it has come where nothing happens any more."""
        return all(
            phase == self.state.phase
            for phase in self.land.decider.table[self.state.phase].values()
        )

    @property
    def exploring(self) -> bool:
        """Whether there is an arrow left that nobody has walked."""
        return self.known is not None and len(self.known) < len(self.land.arrows)

    @property
    def due_at(self) -> int | None:
        due: int | None = self.summary(self.state).due_at
        return due

    def summary(self, state: Any) -> Any:
        return self.land.decider.summary(f"{self.land.decider.kind}/1", state)

    def step(self) -> None:
        """Let time pass, give one command, and check everything."""
        self._wait()
        command = self._wish()
        events = self.decided(self.state, command)
        if events is None:
            self.refused += 1
            return
        self._follow(events)
        self._repeat(command)
        self._check_state()
        self._check_timers()
        self.land.check(self)

    def replay(self) -> None:
        """Check that the events alone lead to the same state."""
        folded = self.land.decider.new()
        for at, event in self.told:
            self.land.decider.evolve(folded, event, at)
        assert folded == self.state

    def decided(self, state: Any, command: Command, at: int | None = None) -> list[Event] | None:
        """Return the decision, none for a refusal; the state must stay as it is."""
        before = self._photo() if state is self.state else snapshot(state)
        now = self.now if at is None else at
        try:
            return list(self.land.decider.decide(state, command, now, self.land.rules))
        except LivechatError:
            return None
        finally:
            assert state == before, "decide changed the state"

    def _photo(self) -> Any:
        """Return how the state looked after its last change; it is asked for many times."""
        if self.photo is None:
            self.photo = snapshot(self.state)
        return self.photo

    def _wish(self) -> Command:
        """Return any command; an explorer's leads where nobody has been, or at least on."""
        if self.way:
            return self.way.pop(0)(self.state, self.chance)
        on: list[Command] = []
        for _ in range(LOOKS if self.exploring else 0):
            command = self._any()
            events = self.decided(self.state, command)
            if events and self._is_new(events[0]):
                return command
            if events and self._following(events[0]) == self.state.phase:
                on.append(command)
        return on[0] if on and self.chance.randrange(2) else self._any()

    def _is_new(self, event: Event) -> bool:
        return self.known is not None and (str(self.state.phase), type(event)) not in self.known

    def _following(self, event: Event) -> str:
        """Return the phase to which an event leads from here."""
        return str(self.land.decider.table[self.state.phase][type(event)])

    def _any(self) -> Command:
        return self.chance.choice(self.land.wishes)(self.state, self.chance)

    def _wait(self) -> None:
        due = self.due_at
        if due is not None and due > self.now and self._awaits():
            self.now = due
        else:
            self.now += self.chance.choice(SHORT if self.chance.randrange(12) else LONG)

    def _awaits(self) -> bool:
        return self.chance.randrange(4 if self.exploring else 12) == 0

    def _follow(self, events: list[Event]) -> None:
        decider = self.land.decider
        for event in events:
            phase = self.summary(self.state).phase
            assert type(event) in decider.table[phase], f"{type(event).__name__} in {phase}"
            if self.known is not None:
                self.known.add((str(phase), type(event)))
            before = snapshot(self.state)
            copied = copy.copy(self.state)
            decider.evolve(copied, event, self.now)
            assert self.state == before, "evolve changed a state through its shallow copy"
            decider.evolve(self.state, event, self.now)
            assert self.state == copied
            self.told.append((self.now, event))
            self.photo = None

    def _repeat(self, command: Command) -> None:
        again = self.decided(self.state, command)
        assert not again or isinstance(command, self.land.sayings), f"{command} counts twice"

    def _check_state(self) -> None:
        for name in attrs.fields_dict(type(self.state)):
            assert immutable(getattr(self.state, name)), name
        summary = self.summary(self.state)
        json.dumps(dict(summary.facts))
        assert summary.phase == self.state.phase

    def _check_timers(self) -> None:
        """Check that nothing happens before a deadline, and that it moves on when it comes."""
        if self.land.elapse is None:
            assert self.due_at is None
            return
        state, at = copy.copy(self.state), self.now
        for _ in range(20):
            due = self.summary(state).due_at
            early = at if due is None else due - 1
            if early >= at:
                command = self.land.elapse(state, self.chance)
                assert not self.decided(state, command, early), "something before the deadline"
            if due is None:
                return
            at = max(at, due)
            events = self.decided(state, self.land.elapse(state, self.chance), at)
            assert events, f"stuck timer in {self.summary(state).phase}"
            for event in events:
                self.land.decider.evolve(state, event, at)
        assert self.summary(state).due_at is None or at > self.now, "timers without end"


def snapshot(state: Any) -> Any:
    """Return a copy that shows any later change: shallow, but for mappings, see `immutable`."""
    copied = copy.copy(state)
    for name in attrs.fields_dict(type(state)):
        value = getattr(state, name)
        if isinstance(value, dict):
            setattr(copied, name, copy.deepcopy(value))
    return copied


def immutable(value: Any) -> bool:
    """Tell whether a value can be shared between copies of a state.

    A mapping is the object of an event: its type allows nobody to change it.
    """
    if value is None or isinstance(value, bool | int | str | bytes | enum.Enum):
        return True
    if isinstance(value, tuple | frozenset):
        return all(map(immutable, value))
    if isinstance(value, dict):
        return True
    frozen = attrs.has(type(value)) and type(value).__hash__ is not None
    return frozen and all(
        immutable(getattr(value, name)) for name in attrs.fields_dict(type(value))
    )


def must_not_refuse(walk: Walk, wish: Wish) -> None:
    """Check that a caused command is accepted here (G8: a reaction never blocks what caused it)."""
    command = wish(walk.state, walk.chance)
    try:
        walk.land.decider.decide(walk.state, command, walk.now, walk.land.rules)
    except Rejected as refusal:
        message = f"{type(command).__name__} was refused in {walk.state.phase}: {refusal}"
        raise AssertionError(message) from refusal
