"""The state of an agent's working time, how events change it, and its summary."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, assert_never

import attrs

from ..streams import Event, Summary
from . import events as e
from .events import NEXT, Phase, Profile
from .pace import RECENT


@attrs.frozen(kw_only=True)
class Slot:
    """The place of one chat.

    Args:
        queue: The chat's queue.
        weight: Units of capacity it takes.
        quiet: It takes none now: nobody speaks, or the chat is over and notes do not count.
        wrap_until: The chat is over, and the agent has time for notes until then.
    """

    queue: str = ""
    weight: int = 1
    quiet: bool = False
    wrap_until: int | None = None


Slots = Mapping[str, Slot]


def units(slots: Slots) -> int:
    """Return the units of capacity that slots take."""
    return sum(slot.weight for slot in slots.values() if not slot.quiet)


def chats(slots: Slots) -> Mapping[str, int]:
    """Return how many slots count, by queue."""
    return dict(Counter(slot.queue for slot in slots.values() if not slot.quiet))


def without(slots: Slots, conversation: str) -> Slots:
    """Return the slots but for one."""
    return {name: slot for name, slot in slots.items() if name != conversation}


@attrs.define(kw_only=True)
class State:
    """What the rules need to know about an agent at work.

    Args:
        chosen: The phase he has chosen; ``draining`` for offline.
        custom: The custom status by which he has chosen it, if it was one.
        reason: Why he is away although he did not say so.
        slots: By conversation; a mapping that is never changed but replaced.
        guest_of: Chats in which he takes part though others have them, and what they take of his
            capacity; they are still named when the working time is over.
        ready_at: No chat is assigned before.
    """

    phase: Phase = Phase.NEW
    agent: str = ""
    profile: Profile = Profile()
    chosen: Phase = Phase.AVAILABLE
    custom: str = ""
    reason: str = ""
    connections: frozenset[tuple[str, str]] = frozenset()
    in_call: bool = False
    slots: Slots = attrs.field(factory=dict)
    guest_of: Mapping[str, int] = attrs.field(factory=dict)
    last_assigned: int = 0
    idle_since: int = 0
    recent: tuple[int, ...] = ()
    ready_at: int = 0
    missed: int = 0
    grace_until: int | None = None
    ended: str = ""

    @property
    def load(self) -> int:
        """Units of capacity that are taken."""
        return units(self.slots) + self.joined_units(*self.slots)

    def joined_units(self, *but: str) -> int:
        """Return the units that chats take in which he is a guest, but for some."""
        return sum(weight for name, weight in self.guest_of.items() if name not in but)

    @property
    def wrapping(self) -> frozenset[str]:
        """Chats that are over, and have time for notes."""
        return frozenset(name for name, slot in self.slots.items() if slot.wrap_until is not None)

    @property
    def held(self) -> frozenset[str]:
        """Chats that he has or is asked to take."""
        return frozenset(self.slots) - self.wrapping

    @property
    def kept(self) -> bool:
        """Whether the grace is over and only his chats keep the working time alive."""
        return self.phase is Phase.GRACE and self.grace_until is None

    @property
    def status(self) -> str:
        """The word to show: a custom status, or the phase."""
        return (self.custom if self.phase in e.CHOICES else "") or str(self.phase)

    @property
    def choice(self) -> str:
        """The status he has chosen, in the word by which he chooses it."""
        return self.custom or ("offline" if self.chosen is Phase.DRAINING else str(self.chosen))

    @property
    def why_not(self) -> str:
        """Why this agent cannot be asked: his status, ``full``, or nothing if he can."""
        if self.phase is not Phase.AVAILABLE:
            return self.status
        return "full" if self.load >= self.profile.capacity else ""

    @property
    def due_at(self) -> int | None:
        """The earliest deadline: of the grace, or of the time for notes on a chat."""
        ends = (self.grace_until, *(slot.wrap_until for slot in self.slots.values()))
        return min((end for end in ends if end is not None), default=None)


def evolve(state: State, event: Event, at: int) -> None:
    """Apply one recorded event."""
    state.phase = NEXT[state.phase][type(event)]
    match event:
        case e.SlotTaken():
            _taken(state, event, at)
        case e.SlotFreed():
            _freed(state, event, at)
        case e.SlotQuiet() | e.SlotStirred():
            _change(state, event.conversation, quiet=isinstance(event, e.SlotQuiet))
        case e.WrapUpBegan():
            _change(state, event.conversation, quiet=not event.counts, wrap_until=event.until)
        case e.ChatJoined():
            state.guest_of = {**state.guest_of, event.conversation: event.weight}
        case e.ChatLeft():
            rest = {name: one for name, one in state.guest_of.items() if name != event.conversation}
            state.guest_of = rest
        case e.OfferTaken():
            state.missed = 0
        case e.CapacitySet():
            state.profile = attrs.evolve(state.profile, capacity=event.capacity)
        case e.ProfileSet():
            state.profile = event.profile
        case e.CallBegan() | e.CallEnded():
            state.in_call = isinstance(event, e.CallBegan)
        case e.BecameAvailable() | e.BecameBusy() | e.BecameAway():
            _chose(state, event.status, getattr(event, "reason", ""))
        case e.DrainBegan():
            _chose(state)
        case e.Ended():
            _ended(state, event, at)
        case _:
            _evolve_connections(state, event)


def _evolve_connections(state: State, event: Event) -> None:
    match event:
        case e.SignedIn():
            _signed_in(state, event)
        case e.Connected() | e.Returned():
            others = (c for c in state.connections if c[0] != event.connection)
            state.connections = frozenset({*others, (event.connection, event.process)})
            state.grace_until = None
        case e.Disconnected() | e.GraceBegan():
            state.connections = frozenset(
                c for c in state.connections if c[0] not in event.connections
            )
            if isinstance(event, e.GraceBegan):
                state.grace_until = event.until
        case e.ChatsKept():
            state.grace_until = None
        case _:
            assert_never(event)  # type: ignore[arg-type]


def _taken(state: State, event: e.SlotTaken, at: int) -> None:
    slot = Slot(queue=event.queue, weight=event.weight)
    state.slots = {**state.slots, event.conversation: slot}
    state.last_assigned = at
    state.ready_at = event.ready_at
    if event.ready_at:  # else nobody asks for the pace, and the summary stays small
        state.recent = (*state.recent, at)[-RECENT:]


def _freed(state: State, event: e.SlotFreed, at: int) -> None:
    if event.missed:
        state.missed += 1
    elif event.answered:
        state.missed = 0
    state.slots = without(state.slots, event.conversation)
    state.idle_since = at


def _change(state: State, conversation: str, **changes: Any) -> None:  # noqa: ANN401 - a slot's fields
    slot = attrs.evolve(state.slots.get(conversation, Slot()), **changes)
    state.slots = {**state.slots, conversation: slot}


def _chose(state: State, custom: str = "", reason: str = "") -> None:
    state.chosen, state.custom, state.reason = state.phase, custom, reason
    if not reason:  # who chooses is there, whatever he has missed
        state.missed = 0


def _signed_in(state: State, event: e.SignedIn) -> None:
    state.agent, state.profile = event.agent, event.profile
    state.connections = frozenset({(event.connection, event.process)})
    state.last_assigned, state.idle_since = event.last_assigned, event.idle_since
    state.missed, state.recent = event.missed, event.recent
    state.ready_at = event.ready_at


def _ended(state: State, event: e.Ended, at: int) -> None:
    if event.reason == "offline":
        state.chosen, state.custom, state.reason = Phase.DRAINING, "", ""
        state.missed = 0
    if state.slots:
        state.idle_since = at
    state.connections, state.slots = frozenset(), {}
    state.ended = event.reason
    state.grace_until = None


def summary(stream: str, state: State) -> Summary:
    """Return what others may look up about the agent at work."""
    processes = {f"process={process}" for _, process in state.connections}
    profile = state.profile
    return Summary(
        stream=stream,
        phase=state.phase,
        due_at=state.due_at,
        labels=frozenset({f"agent={state.agent}"} | processes),
        facts={
            "agent": state.agent,
            "name": profile.name,
            "profile": profile.version,
            "status": state.status,
            "chosen": state.choice,
            "reason": state.reason,
            "connected": bool(state.connections),
            "in_call": state.in_call,
            "why_not": state.why_not,
            "queues": list(profile.queues),
            "tier": profile.tier,
            "tiers": dict(profile.tiers),
            "skills": dict(profile.skills),
            "languages": list(profile.languages),
            "capacity": profile.capacity,
            "load": state.load,
            "chats": dict(chats(state.slots)),
            "slots": sorted(state.slots),
            "wrapping": sorted(state.wrapping),
            "guest_of": sorted(state.guest_of),
            "last_assigned": state.last_assigned,
            "idle_since": state.idle_since,
            "recent": list(state.recent),
            "ready_at": state.ready_at,
            "missed": state.missed,
        },
    )
