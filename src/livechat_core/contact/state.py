"""What the rules need to know about a person, how events change it, and its summary."""

from typing import assert_never

import attrs

from ..streams import Event, Summary, id_of
from . import events as e
from .events import NEXT
from .values import Change, Claim, Content, Fact, Phase, Remark, Source

KEPT_CLAIMS = 50
KEPT_KEYS = 50
KEPT_CONVERSATIONS = 100
"""Of these it is remembered that they are counted; all of them carry the contact's label."""
KEPT_READERS = 50
KEPT_CHANGES = 20


@attrs.define(kw_only=True)
class State:
    """What the rules need to know about a person."""

    phase: Phase = Phase.NEW
    address: str = ""
    keys: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    facts: tuple[Fact, ...] = ()
    notes: tuple[Remark, ...] = ()
    tags: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    revision: int = 0
    ref: str = ""
    ref_source: str = ""
    conversations: tuple[str, ...] = ()
    readers: tuple[tuple[str, str], ...] = ()
    absorbed: tuple[str, ...] = ()
    into: str = ""

    @property
    def is_known(self) -> bool:
        """Whether anything is more than a claim; else the contact is anonymous (F58)."""
        return bool(self.facts or self.ref)

    @property
    def found_by(self) -> tuple[str, ...]:
        """Labels to find the person by; the address that names the contact is one of them."""
        named = (f"email={self.address}",) if self.address else ()
        return tuple(dict.fromkeys((*self.keys, *named)))

    @property
    def content(self) -> Content:
        """All it holds about the person."""
        return Content(
            claims=self.claims,
            facts=self.facts,
            notes=self.notes,
            tags=self.tags,
            keys=self.found_by,
            ref=self.ref,
            conversations=self.conversations,
            absorbed=self.absorbed,
        )

    def fact(self, field: str) -> Fact | None:
        """Return the weightiest fact about a field."""
        found = {fact.source: fact for fact in self.facts if fact.field == field}
        return next((found[source] for source in Source if source in found), None)

    def claim(self, field: str) -> Claim | None:
        """Return what was said last about a field."""
        return next((claim for claim in reversed(self.claims) if claim.field == field), None)

    def value(self, field: str) -> str:
        """Return the best that is known or was said about a field."""
        found = self.fact(field) or self.claim(field)
        return found.value if found else ""

    def opened_by(self, agent: str) -> bool:
        """Tell whether a colleague has looked at the profile, so that he may work with it."""
        return any(reader == agent for reader, _ in self.readers)


def evolve(state: State, event: Event, at: int) -> None:
    """Apply one recorded event."""
    state.phase = NEXT[state.phase][type(event)]
    match event:
        case e.Claimed():
            _said(state, event.claims, event.keys)
            state.address = event.address or state.address
        case e.Verified():
            _verified(state, event)
        case e.Linked():
            state.ref, state.ref_source = event.ref, event.source
        case e.Attached():
            _had(state, (event.conversation,))
        case e.Created():
            _read(state, event.agent, "")
        case e.Opened():
            _read(state, event.agent, event.conversation)
        case e.NoteWritten() | e.NoteEdited() | e.Tagged() | e.Untagged():
            _annotated(state, event, at)
        case e.ChangeBegan() | e.ChangeEnded():
            _changed(state, event)
        case e.Merged():
            state.into = event.into
        case e.Absorbed():
            _absorbed(state, event)
        case e.Passed():
            pass
        case e.Erased():
            for field in attrs.fields(State):
                setattr(state, field.name, field.default)
            state.phase = Phase.ERASED
        case _:
            assert_never(event)  # type: ignore[arg-type]


def _said(state: State, claims: tuple[Claim, ...], keys: tuple[str, ...]) -> None:
    state.claims = (*state.claims, *claims)[-KEPT_CLAIMS:]
    state.keys = tuple(dict.fromkeys((*state.keys, *keys)))[-KEPT_KEYS:]


def _verified(state: State, event: e.Verified) -> None:
    _said(state, (), event.keys)
    kept = [
        fact for fact in state.facts if (fact.field, fact.source) != (event.field, event.source)
    ]
    if event.value:
        source, agent = event.source, event.agent
        kept.append(Fact(field=event.field, value=event.value, source=source, agent=agent))
    state.facts = tuple(kept)


def _had(state: State, conversations: tuple[str, ...]) -> None:
    kept = dict.fromkeys((*state.conversations, *conversations))
    state.conversations = tuple(kept)[-KEPT_CONVERSATIONS:]


def _read(state: State, agent: str, conversation: str) -> None:
    state.readers = (*state.readers, (agent, conversation))[-KEPT_READERS:]


def _annotated(
    state: State, event: e.NoteWritten | e.NoteEdited | e.Tagged | e.Untagged, at: int
) -> None:
    match event:
        case e.NoteWritten(note=note, text=text, agent=agent, name=name):
            written = Remark(id=note, text=text, agent=agent, name=name, at=at)
            state.notes = (*state.notes, written)
        case e.NoteEdited():
            edited = Remark(
                id=event.note,
                text=event.text,
                agent=event.agent,
                name=event.name,
                at=at,
                revision=event.revision,
            )
            state.notes = tuple(edited if one.id == edited.id else one for one in state.notes)
        case e.Tagged(tag=tag):
            state.tags = (*state.tags, tag)
        case e.Untagged(tag=tag):
            state.tags = tuple(one for one in state.tags if one != tag)
        case _:
            assert_never(event)


def _changed(state: State, event: e.ChangeBegan | e.ChangeEnded) -> None:
    if isinstance(event, e.ChangeBegan):
        change = Change(
            revision=event.revision,
            record=event.record,
            field=event.field,
            former=event.former,
            value=event.value,
            agent=event.agent,
        )
        state.revision = event.revision
        state.changes = (*state.changes, change)[-KEPT_CHANGES:]
        return
    state.changes = tuple(
        attrs.evolve(one, state=event.failed or "made") if one.revision == event.revision else one
        for one in state.changes
    )


def _absorbed(state: State, event: e.Absorbed) -> None:
    content = event.content
    _said(state, content.claims, content.keys)
    state.facts = (*state.facts, *content.facts)
    state.notes = (*state.notes, *content.notes)
    state.tags = (*state.tags, *content.tags)
    if content.ref:
        state.ref, state.ref_source = content.ref, event.contact
    _had(state, content.conversations)
    state.absorbed = (*state.absorbed, event.contact, *content.absorbed)


def summary(stream: str, state: State) -> Summary:
    """Return what others may look up about the person; a merged contact is found no more."""
    facts = {"known": {}, "said": {}, "erm": "", "tags": [], "into": state.into}
    if state.phase is not Phase.KNOWN:
        into = frozenset({f"into={id_of(state.into)}"} if state.into else ())
        return Summary(stream=stream, phase=state.phase, labels=into, facts=facts)
    labels = {*state.found_by, *(f"tag={tag}" for tag in state.tags if tag)}
    if state.address:
        labels.add(f"address={state.address}")
    if state.ref:
        labels.add(f"erm={state.ref}")
    facts |= {
        "known": {fact.field: state.value(fact.field) for fact in state.facts},
        "said": {claim.field: claim.value for claim in state.claims},
        "erm": state.ref,
        "tags": [*state.tags],
    }
    return Summary(stream=stream, phase=state.phase, labels=frozenset(labels), facts=facts)
