"""The contact: one person as the desk knows him, by what was said and by what was verified.

Theory. What a visitor says about himself is a *claim*: it is kept with its source and never
overwrites anything. A *fact* comes from staff, from the host's signature, or from the ERM, in this
order of weight. The link to the ERM is a fact too.

A person is found by the host's id, his address or his phone number, in this order; the first one
given names the stream by its keyed hash, so each of them leads to one contact by construction. An
address that is verified for another contact makes its own name an *alias*: a stream that is merged
from its first event. A contact that turns out to be another one is merged into it and answers no
more; whatever is said of it later is passed on. An erased one keeps nothing (A20, A21, F58).

    new -> known -> merged | erased
    new -> merged (an alias)
"""

from typing import TypeAlias, assert_never

from ..rules import Rules
from ..streams import Decider, Event
from ..tables import allows
from . import changes, claims, merging, notes
from .commands import (
    Absorb as Absorb,
    Attach as Attach,
    ChangeRecord as ChangeRecord,
    Create as Create,
    EditNote as EditNote,
    Erase as Erase,
    GiveWay as GiveWay,
    Link as Link,
    LinkCustomer as LinkCustomer,
    Merge as Merge,
    Note as Note,
    Open as Open,
    Report as Report,
    Tag as Tag,
    Untag as Untag,
    Verify as Verify,
    WriteNote as WriteNote,
)
from .events import (
    NEXT as NEXT,
    Absorbed as Absorbed,
    Attached as Attached,
    ChangeBegan as ChangeBegan,
    ChangeEnded as ChangeEnded,
    Claimed as Claimed,
    Created as Created,
    Erased as Erased,
    Linked as Linked,
    Merged as Merged,
    NoteEdited as NoteEdited,
    NoteWritten as NoteWritten,
    Opened as Opened,
    Passed as Passed,
    StaffEvent as StaffEvent,
    Tagged as Tagged,
    Untagged as Untagged,
    Verified as Verified,
)
from .keys import (
    address_of as address_of,
    card_of as card_of,
    keys_of as keys_of,
    person_of as person_of,
    phone_of as phone_of,
)
from .matching import Match as Match, matches as matches
from .notes import MOST_NOTES as MOST_NOTES, MOST_TAGS as MOST_TAGS
from .state import (
    KEPT_CHANGES as KEPT_CHANGES,
    KEPT_CLAIMS as KEPT_CLAIMS,
    State as State,
    evolve as evolve,
    summary as summary,
)
from .values import (
    STANDARD as STANDARD,
    Change as Change,
    Claim as Claim,
    Content as Content,
    Fact as Fact,
    Phase as Phase,
    Remark as Remark,
    Source as Source,
)

Said: TypeAlias = Create | Note | Verify | Link | LinkCustomer | Attach | Open
"""What is said and known of a person."""
Work: TypeAlias = WriteNote | EditNote | Tag | Untag | ChangeRecord | Report
"""What colleagues write down."""
Wanted: TypeAlias = Said | Work | Merge | GiveWay | Absorb | Erase


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:  # noqa: ARG001
    """Return what follows from the command, nothing if it is already so.

    Raises:
        Rejected: The rules say no; the code says why.
        NotFound: There is no such person.
    """
    match command:
        case Merge():
            return merging.merge(state, command)
        case GiveWay():
            return merging.give_way(state, command)
        case Absorb():
            return merging.absorb(state, command)
        case Erase():
            return [Erased()] if allows(NEXT, state.phase, Erased) else []
        case WriteNote() | EditNote() | Tag() | Untag() | ChangeRecord() | Report():
            return _decide_work(state, command)
        case _:
            return _decide_said(state, command, rules)


def _decide_said(state: State, command: Said, rules: Rules) -> list[Event]:
    match command:
        case Create():
            return claims.create(state, command, rules)
        case Note():
            return claims.note(state, command)
        case Verify():
            return claims.verify(state, command, rules)
        case Link():
            return claims.link(state, command)
        case LinkCustomer():
            return claims.link_customer(state, command)
        case Attach():
            return claims.attach(state, command)
        case Open():
            return claims.open_profile(state, command)
        case _:
            assert_never(command)


def _decide_work(state: State, command: Work) -> list[Event]:
    match command:
        case WriteNote():
            return notes.write(state, command)
        case EditNote():
            return notes.edit(state, command)
        case Tag():
            return notes.tag(state, command)
        case Untag():
            return notes.untag(state, command)
        case ChangeRecord():
            return changes.change(state, command)
        case Report():
            return changes.report(state, command)
        case _:
            assert_never(command)


DECIDER: Decider[State, Wanted, Event] = Decider(
    kind="contact",
    new=State,
    decide=decide,
    evolve=evolve,
    summary=summary,
    commands=(*Said.__args__, *Work.__args__, Merge, GiveWay, Absorb, Erase),
    events=tuple({event: None for row in NEXT.values() for event in row}),
    table=NEXT,
    initial=Phase.NEW,
    final=(Phase.ERASED,),
)
