r"""The erasure: forgetting one person for good, wherever the desk has written him down (A79).

Theory. A supervisor asks for it and names a contact or a visit. What concerns the person is looked
up and written down first, with the copies that lie outside the desk's reach; then stream after
stream is blanked. So an erasure that was cut short goes on where it was, and what was found is
found only once: after the first stream is blanked it could not be found again. While a chat or an
enquiry of the person is still open the erasure waits, and says for what. Copies outside (in the
customer system, in channels, in mailboxes) become tasks: staff tick them off when they are gone.

    new -> asked <-> (blocked) -> found -> done

Nothing personal is kept here: streams are random names or keyed hashes, and a copy is told by the
outside system's own reference.
"""

from enum import StrEnum
from typing import ClassVar, TypeAlias, assert_never

import attrs

from . import text
from .errors import Denied, NotFound, Rejected
from .rules import Rules, seconds
from .streams import Audience, Command, Decider, Event, Role, Summary, id_of, kind_of
from .tables import require

SUBJECTS = ("contact", "visit")
AGAIN = seconds(60)
"""How long after it was blocked, or broke off, an erasure is tried again."""


class Phase(StrEnum):
    """Where an erasure stands."""

    NEW = "new"
    ASKED = "asked"
    FOUND = "found"
    DONE = "done"


@attrs.frozen(kw_only=True)
class Copy:
    """Something about the person outside the desk's reach.

    Args:
        system: ``erm``, ``mail``, or the name of a channel.
        what: ``customer``, ``note``, ``task``, ``notice`` or ``mail``.
        ref: How the outside system calls it.
    """

    system: str
    what: str
    ref: str


@attrs.frozen(kw_only=True)
class Ask(Command):
    """Forget the person of this contact or visit."""

    subject: text.Line


@attrs.frozen(kw_only=True)
class Wait(Command):
    """It cannot be done yet: these streams are still open."""

    streams: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Find(Command):
    """This is all that concerns the person."""

    streams: tuple[str, ...]
    copies: tuple[Copy, ...]


@attrs.frozen(kw_only=True)
class Finish(Command):
    """All of it is blanked."""


@attrs.frozen(kw_only=True)
class RemoveCopy(Command):
    """A copy outside is gone: somebody has seen to it."""

    copy: int


@attrs.frozen(kw_only=True)
class Asked(Event):
    """An erasure was asked for."""

    audience: ClassVar[Audience] = Audience.STAFF
    subject: str
    agent: str


@attrs.frozen(kw_only=True)
class Blocked(Event):
    """It waits until these streams are over."""

    audience: ClassVar[Audience] = Audience.STAFF
    streams: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Found(Event):
    """All that concerns the person was found; it is blanked from now on."""

    audience: ClassVar[Audience] = Audience.STAFF
    streams: tuple[str, ...]
    copies: tuple[Copy, ...]


@attrs.frozen(kw_only=True)
class Finished(Event):
    """Nothing of the person is left in the desk."""

    audience: ClassVar[Audience] = Audience.STAFF


@attrs.frozen(kw_only=True)
class CopyRemoved(Event):
    """A copy outside is gone too."""

    audience: ClassVar[Audience] = Audience.STAFF
    copy: int
    agent: str


NEXT: dict[Phase, dict[type[Event], Phase]] = {
    Phase.NEW: {Asked: Phase.ASKED},
    Phase.ASKED: {Blocked: Phase.ASKED, Found: Phase.FOUND},
    Phase.FOUND: {Finished: Phase.DONE, CopyRemoved: Phase.FOUND},
    Phase.DONE: {CopyRemoved: Phase.DONE},
}


@attrs.define(kw_only=True)
class State:
    """What the rules need to know about an erasure."""

    phase: Phase = Phase.NEW
    subject: str = ""
    agent: str = ""
    asked_at: int = 0
    looked_at: int = 0
    blocked_by: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    copies: tuple[Copy, ...] = ()
    removed: frozenset[int] = frozenset()

    @property
    def due_at(self) -> int | None:
        """When it is looked at again, by whatever process is there."""
        if self.phase is Phase.ASKED:
            return self.looked_at + AGAIN if self.blocked_by else self.asked_at
        return self.looked_at if self.phase is Phase.FOUND else None


Wanted: TypeAlias = Ask | Wait | Find | Finish | RemoveCopy


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:  # noqa: ARG001
    """Return what follows from the command, nothing if it is already so.

    Raises:
        Rejected: ``bad_subject``, or not in this phase.
        Denied: Only supervisors have a person forgotten.
        NotFound: There is no such erasure, or no such copy.
    """
    match command:
        case Ask():
            return _ask(state, command)
        case Wait():
            require(NEXT, state.phase, Blocked)
            return [] if command.streams == state.blocked_by else [Blocked(streams=command.streams)]
        case Find():
            require(NEXT, state.phase, Found)
            return [Found(streams=command.streams, copies=command.copies)]
        case Finish():
            require(NEXT, state.phase, Finished)
            return [Finished()]
        case RemoveCopy():
            if not 0 <= command.copy < len(state.copies):
                raise NotFound
            if command.copy in state.removed:
                return []
            return [CopyRemoved(copy=command.copy, agent=command.by.id)]
        case _:
            assert_never(command)


def _ask(state: State, command: Ask) -> list[Event]:
    if command.by.role is not Role.SUPERVISOR:
        raise Denied("forbidden", why="supervisors only")
    if state.phase is not Phase.NEW:
        return []
    if kind_of(command.subject) not in SUBJECTS or not id_of(command.subject):
        raise Rejected("bad_subject", subject=command.subject)
    return [Asked(subject=command.subject, agent=command.by.id)]


def evolve(state: State, event: Event, at: int) -> None:
    """Apply one recorded event."""
    state.phase = NEXT[state.phase][type(event)]
    match event:
        case Asked():
            state.subject, state.agent = event.subject, event.agent
            state.asked_at = state.looked_at = at
        case Blocked():
            state.blocked_by, state.looked_at = event.streams, at
        case Found():
            state.streams, state.copies = event.streams, event.copies
            state.blocked_by, state.looked_at = (), at
        case Finished():
            # The subject's own name may tell who it was, to whoever has the key.
            state.subject, state.streams = "", ()
        case CopyRemoved():
            state.removed |= {event.copy}
        case _:
            assert_never(event)  # type: ignore[arg-type]


def summary(stream: str, state: State) -> Summary:
    """Return what others may look up about the erasure."""
    copies = [
        {"copy": place, **attrs.asdict(copy)}
        for place, copy in enumerate(state.copies)
        if place not in state.removed
    ]
    return Summary(
        stream=stream,
        phase=state.phase,
        due_at=state.due_at,
        facts={
            "agent": state.agent,
            "asked_at": state.asked_at,
            "blocked_by": list(state.blocked_by),
            "copies": copies,
        },
    )


DECIDER: Decider[State, Wanted, Event] = Decider(
    kind="erasure",
    new=State,
    decide=decide,
    evolve=evolve,
    summary=summary,
    commands=Wanted.__args__,
    events=tuple({event: None for row in NEXT.values() for event in row}),
    table=NEXT,
    initial=Phase.NEW,
    final=(Phase.DONE,),
)
"""What can happen to an erasure, and in which phase."""
