"""The contact: one person as the desk knows him, by what was said and by what was verified.

Theory. What a visitor says about himself is a *claim*: it is kept with its source and never
overwrites anything. A *fact* comes from staff or from the host's signature. The link to the ERM
is a fact too. A contact that turns out to be another one is merged into it and answers no more;
an erased one keeps nothing (A20, A21).

    new -> known -> merged | erased
"""

from enum import StrEnum
from typing import ClassVar, TypeAlias, assert_never

import attrs

from . import text
from .errors import NotFound, Rejected
from .rules import Rules
from .streams import Audience, Command, Decider, Event, Personal, Summary
from .tables import allows, require

KEPT_CLAIMS = 50


class Phase(StrEnum):
    """Where a contact stands."""

    NEW = "new"
    KNOWN = "known"
    MERGED = "merged"
    ERASED = "erased"


@attrs.frozen(kw_only=True)
class Claim:
    """Something said about a person: a field, its value, and where it was said."""

    field: str
    value: str
    source: str


@attrs.frozen(kw_only=True)
class Note(Command):
    """Keep what was said about the person in a conversation or form."""

    claims: tuple[Claim, ...]
    address: str = ""


@attrs.frozen(kw_only=True)
class Verify(Command):
    """Staff state a fact about the person."""

    field: text.Word
    value: text.Line


@attrs.frozen(kw_only=True)
class Link(Command):
    """The person is this customer of the ERM."""

    ref: str
    source: str


@attrs.frozen(kw_only=True)
class Merge(Command):
    """The person is the same as another contact, which survives."""

    into: text.Word


@attrs.frozen(kw_only=True)
class Erase(Command):
    """Forget the person."""


@attrs.frozen(kw_only=True)
class Claimed(Event):
    """Something was said about the person."""

    audience: ClassVar[Audience] = Audience.STAFF
    claims: Personal[tuple[Claim, ...]]
    address: str


@attrs.frozen(kw_only=True)
class Verified(Event):
    """A fact about the person is known."""

    audience: ClassVar[Audience] = Audience.STAFF
    field: str
    value: Personal[str]


@attrs.frozen(kw_only=True)
class Linked(Event):
    """The person is a customer of the ERM."""

    audience: ClassVar[Audience] = Audience.STAFF
    ref: str
    source: str


@attrs.frozen(kw_only=True)
class Merged(Event):
    """The person is the same as another contact."""

    audience: ClassVar[Audience] = Audience.STAFF
    into: str


@attrs.frozen(kw_only=True)
class Erased(Event):
    """The person was forgotten."""


NEXT: dict[Phase, dict[type[Event], Phase]] = {
    Phase.NEW: {Claimed: Phase.KNOWN},
    Phase.KNOWN: {
        Claimed: Phase.KNOWN,
        Verified: Phase.KNOWN,
        Linked: Phase.KNOWN,
        Merged: Phase.MERGED,
        Erased: Phase.ERASED,
    },
    Phase.MERGED: {Erased: Phase.ERASED},
    Phase.ERASED: {},
}


@attrs.define(kw_only=True)
class State:
    """What the rules need to know about a person."""

    phase: Phase = Phase.NEW
    address: str = ""
    claims: tuple[Claim, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    ref: str = ""
    into: str = ""


Wanted: TypeAlias = Note | Verify | Link | Merge | Erase


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:  # noqa: ARG001
    """Return what follows from the command, nothing if it is already so.

    Raises:
        Rejected: Merging a contact into itself.
        NotFound: There is no such person.
    """
    match command:
        case Note():
            return _note(state, command)
        case Verify():
            _known(state, Verified)
            said = (command.field, command.value)
            return [] if said in state.facts else [Verified(field=said[0], value=said[1])]
        case Link():
            if state.ref == command.ref or not allows(NEXT, state.phase, Linked):
                return []
            return [Linked(ref=command.ref, source=command.source)]
        case Merge():
            if state.into and state.into == command.into:
                return []
            _known(state, Merged)
            if command.into in ("", state.address):
                raise Rejected("same_contact")
            return [Merged(into=command.into)]
        case Erase():
            return [Erased()] if allows(NEXT, state.phase, Erased) else []
        case _:
            assert_never(command)


def _note(state: State, command: Note) -> list[Event]:
    said = dict.fromkeys(claim for claim in command.claims if claim.value)
    new = tuple(claim for claim in said if claim not in state.claims)
    if not new or not allows(NEXT, state.phase, Claimed):
        return []
    return [Claimed(claims=new, address=command.address)]


def _known(state: State, event: type[Event]) -> None:
    if state.phase in (Phase.NEW, Phase.ERASED):
        raise NotFound
    require(NEXT, state.phase, event)


def evolve(state: State, event: Event, at: int) -> None:  # noqa: ARG001
    """Apply one recorded event."""
    state.phase = NEXT[state.phase][type(event)]
    match event:
        case Claimed():
            state.claims = (*state.claims, *event.claims)[-KEPT_CLAIMS:]
            state.address = event.address or state.address
        case Verified():
            kept = tuple(fact for fact in state.facts if fact[0] != event.field)
            state.facts = (*kept, (event.field, event.value))
        case Linked():
            state.ref = event.ref
        case Merged():
            state.into = event.into
        case Erased():
            state.claims, state.facts = (), ()
            state.address = state.ref = state.into = ""
        case _:
            assert_never(event)  # type: ignore[arg-type]


def summary(stream: str, state: State) -> Summary:
    """Return what others may look up about the person."""
    labels = {f"address={state.address}"} if state.address else set()
    if state.ref:
        labels.add(f"erm={state.ref}")
    said = {claim.field: claim.value for claim in state.claims}
    return Summary(
        stream=stream,
        phase=state.phase,
        labels=frozenset(labels),
        facts={"said": said, "known": dict(state.facts), "erm": state.ref, "into": state.into},
    )


DECIDER: Decider[State, Wanted, Event] = Decider(
    kind="contact",
    new=State,
    decide=decide,
    evolve=evolve,
    summary=summary,
    commands=Wanted.__args__,
    events=tuple({event: None for row in NEXT.values() for event in row}),
    table=NEXT,
    initial=Phase.NEW,
    final=(Phase.ERASED,),
)
