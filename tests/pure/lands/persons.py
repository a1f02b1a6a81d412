"""A walk through a contact: what is said, verified, noted, merged and erased, in any order."""

from random import Random

from livechat_core import contact
from livechat_core.contact import Content, Fact, Source
from livechat_core.streams import Command
from tests.pure.lands.cast import STAFF
from tests.pure.play import ANA
from tests.pure.walks import Land, Walk

OTHERS = ("", "contact/2", "contact/hash", "conversation/1")
KEYS = ("person=p", "person=q", "email=hash", "phone=t")


def _note(_: contact.State, r: Random) -> Command:
    claims = tuple(
        contact.Claim(field=r.choice(("name", "phone")), value=r.choice(("", "a", "b")), source="x")
        for _ in range(r.choice((0, 1, 3)))
    )
    facts = (Fact(field="name", value=r.choice(("", "a")), source=Source.HOST),)
    return contact.Note(
        claims=claims,
        address=r.choice(("", "hash")),
        keys=r.choice(((), KEYS[:1])),
        facts=r.choice(((), facts)),
        conversation=r.choice(("", "conversation/1")),
    )


def _absorb(_: contact.State, r: Random) -> Command:
    fact = Fact(field=r.choice(("name", "phone")), value=r.choice(("a", "b")))
    note = contact.Remark(id=1, text="x", agent="ana", name="Ana", at=1)
    content = Content(
        claims=(contact.Claim(field="name", value="c", source="y"),),
        facts=r.choice(((), (fact,))),
        notes=r.choice(((), (note, note))),
        tags=r.choice(((), ("vip", "new"))),
        keys=r.choice(((), (r.choice(KEYS),))),
        ref=r.choice(("", "c-1")),
    )
    return contact.Absorb(contact="contact/9", content=content)


def _edit(state: contact.State, r: Random) -> Command:
    revision = state.notes[0].revision if state.notes else 1
    return contact.EditNote(
        by=r.choice(STAFF), note=1, revision=revision - r.randrange(2), text=r.choice("abc")
    )


def _change(_: contact.State, r: Random) -> Command:
    field, former, value = r.choice("fg"), r.choice("ab"), r.choice("abc")
    return contact.ChangeRecord(
        by=r.choice(STAFF), record="asset/1", field=field, former=former, value=value
    )


def _report(state: contact.State, r: Random) -> Command:
    return contact.Report(
        revision=r.randrange(state.revision + 2), failed=r.choice(("", "changed"))
    )


def _link_customer(state: contact.State, r: Random) -> Command:
    ref, former = r.choice(("", "c-1", "c-2")), r.choice(("", state.ref))
    return contact.LinkCustomer(by=ANA, ref=ref, former=former)


def _check(walk: Walk) -> None:
    state: contact.State = walk.state
    assert len(state.claims) <= contact.KEPT_CLAIMS
    assert len(state.notes) <= contact.MOST_NOTES
    assert len(state.tags) <= contact.MOST_TAGS
    assert len(set(state.tags)) == len(state.tags)
    assert len({note.id for note in state.notes}) == len(state.notes)
    words = [(fact.field, fact.source) for fact in state.facts]
    assert len(set(words)) == len(words), "one word of each source about each field"
    assert (state.phase is contact.Phase.MERGED) == bool(state.into)
    if state.phase is contact.Phase.ERASED:
        assert state == contact.State(phase=contact.Phase.ERASED)


CONTACT = Land(
    decider=contact.DECIDER,
    wishes=(
        *(_note, _note, _note, _absorb, _edit, _change, _report, _link_customer),
        lambda _, r: contact.Create(by=ANA, name=r.choice(("", "Mia"))),
        lambda _, r: contact.Verify(
            by=ANA, field=r.choice(("name", "phone")), value=r.choice(("", "a"))
        ),
        lambda _, r: contact.Link(ref=r.choice(("", "c-1", "c-2")), source="enquiry/1"),
        lambda _, r: contact.Attach(
            conversation=f"conversation/{r.randrange(3)}", agent=r.choice(("ana", "ben"))
        ),
        lambda _, r: contact.Open(
            agent=r.choice(("ana", "ben")), conversation=r.choice(("", "conversation/1"))
        ),
        lambda _, r: contact.WriteNote(by=r.choice(STAFF), text=r.choice("abc")),
        lambda _, r: contact.Tag(by=ANA, tag=r.choice(("vip", "press"))),
        lambda _, r: contact.Untag(by=ANA, tag=r.choice(("vip", "press"))),
        lambda *_: contact.GiveWay(into="contact/2"),
        lambda _, r: contact.Merge(by=ANA, into=r.choice(OTHERS)),
        lambda _, r: contact.Erase() if r.randrange(4) == 0 else contact.Note(claims=()),
    ),
    # What is said of a merged contact is passed on each time.
    sayings=(contact.WriteNote, contact.Note, contact.Link),
    caused=(
        _note,
        lambda _, r: contact.Link(ref=r.choice(("", "c-1")), source="enquiry/1"),
        lambda _, r: contact.Report(revision=r.randrange(3)),
    ),
    check=_check,
)
