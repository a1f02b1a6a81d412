"""When two contacts are one, and which of them survives (F58).

What was verified decides, never what was typed: two contacts of which the host's ids or the ERM's
customers differ are two persons, whatever address they share. The known contact survives and the
anonymous one is absorbed; where both say something, the survivor's word stands and the other's is
kept as a claim.
"""

from ..errors import Rejected
from ..streams import Event
from . import commands as c, events as e
from .claims import require_known
from .notes import MOST_NOTES, MOST_TAGS
from .state import State
from .values import Claim, Content, Phase


def merge(state: State, command: c.Merge) -> list[Event]:
    """Merge this contact into another one, which may refuse (`absorb`)."""
    if state.into and state.into == command.into:
        return []
    require_known(state)
    if not command.into.startswith("contact/") or command.into == f"contact/{state.address}":
        raise Rejected("same_contact", into=command.into)
    return [e.Merged(into=command.into, agent=command.by.id)]


def give_way(state: State, command: c.GiveWay) -> list[Event]:
    """Let the name of an address lead to the contact it was verified for, if it is free.

    Raises:
        Rejected: ``address_taken``, with the contact that has the address: merge the two.
    """
    if state.phase is Phase.NEW:
        return [e.Merged(into=command.into)]
    if state.into == command.into or state.phase is Phase.ERASED:
        return []
    raise Rejected("address_taken", into=state.into)


def absorb(state: State, command: c.Absorb) -> list[Event]:
    """Take over what another contact holds.

    Raises:
        Rejected: ``different_person``: what was verified differs; ``known_survives``: the other
            one is known and this one is not, so it is this one that must be merged.
    """
    require_known(state)
    content = command.content
    if content == Content() or command.contact in state.absorbed:
        return []
    if _differ(state, content):
        raise Rejected("different_person", contact=command.contact)
    if (content.facts or content.ref) and not state.is_known:
        raise Rejected("known_survives", contact=command.contact)
    return [e.Absorbed(contact=command.contact, content=_missing(state, content, command.contact))]


def _differ(state: State, content: Content) -> bool:
    """Tell whether what was verified about two contacts says that they are two persons."""
    if state.ref and content.ref and state.ref != content.ref:
        return True
    ours, theirs = _persons(state.found_by), _persons(content.keys)
    return bool(ours and theirs) and ours.isdisjoint(theirs)


def _persons(keys: tuple[str, ...]) -> frozenset[str]:
    return frozenset(key for key in keys if key.startswith("person="))


def _missing(state: State, content: Content, source: str) -> Content:
    """Return what the survivor does not have yet; what contradicts it becomes a claim."""
    known = {fact.field for fact in state.facts}
    against = tuple(
        Claim(field=fact.field, value=fact.value, source=source)
        for fact in content.facts
        if fact.field in known and fact.value != state.value(fact.field)
    )
    room = MOST_NOTES - len(state.notes)
    first = max((note.id for note in state.notes), default=0) + 1
    notes = content.notes[-room:] if room > 0 else ()
    new = tuple(tag for tag in content.tags if tag not in state.tags)
    return Content(
        claims=tuple(claim for claim in (*content.claims, *against) if claim not in state.claims),
        facts=tuple(fact for fact in content.facts if fact.field not in known),
        notes=tuple(note.renumbered(first + place) for place, note in enumerate(notes)),
        tags=new[: MOST_TAGS - len(state.tags)],
        keys=content.keys,
        ref="" if state.ref else content.ref,
        conversations=content.conversations,
        absorbed=content.absorbed,
    )
