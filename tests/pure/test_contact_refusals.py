"""What a refusal about a person tells, and what of a person must stay as it is for ever."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from livechat_core import contact as c
from livechat_core.contact import Absorb, Content, Fact, LinkCustomer, Merge, Note, Verify
from livechat_core.streams import Command
from tests.pure.play import ANA, BEN, NOON, Story
from tests.pure.test_contact import HOST, NAME, known, merged
from tests.pure.test_contact_work import WRITE, change, customer

KEY = b"secret"


def absorbing(**content: Any) -> Absorb:
    return Absorb(contact="contact/9", content=Content(**content))


def noted() -> Story[c.State]:
    story = known()
    story.when(WRITE, c.EditNote(by=BEN, note=1, revision=1, text="Prefers mails"))
    return story


def full() -> Story[c.State]:
    story = known()
    for number in range(c.MOST_TAGS):
        story.when(c.Tag(by=ANA, tag=f"t{number}"))
    for _ in range(c.MOST_NOTES):
        story.when(WRITE)
    return story


def changing() -> Story[c.State]:
    story = customer()
    story.when(change())
    return story


@pytest.mark.parametrize(
    ("story", "command", "code", "facts"),
    [
        (known, Verify(by=ANA, field="shoe", value="44"), "unknown_field", {"field": "shoe"}),
        (known, Verify(by=ANA, field="email", value="no"), "invalid_email", {"field": "value"}),
        (
            *(known, Verify(by=ANA, field="plan", value="gold"), "bad_choice"),
            {"field": "plan", "value": "gold"},
        ),
        (
            *(customer, LinkCustomer(by=ANA, ref="c-8"), "changed"),
            {"field": "ref", "value": "c-7"},
        ),
        (
            *(noted, c.EditNote(by=ANA, note=1, revision=1, text="x"), "changed"),
            {"field": "note", "owner": "Ben", "revision": 2},
        ),
        (noted, c.EditNote(by=ANA, note=7, revision=1, text="x"), "unknown_note", {"note": 7}),
        (full, WRITE, "too_many_notes", {"limit": 200}),
        (full, c.Tag(by=ANA, tag="more"), "too_many_tags", {"limit": 30}),
        (changing, change("gone"), "step_under_way", {"step": "change", "agent": "ana"}),
        (known, Merge(by=ANA, into="contact/hash"), "same_contact", {"into": "contact/hash"}),
        (merged, c.GiveWay(into="contact/3"), "address_taken", {"into": "contact/2"}),
        (known, absorbing(ref="c-8"), "known_survives", {"contact": "contact/9"}),
        (customer, absorbing(ref="c-8"), "different_person", {"contact": "contact/9"}),
    ],
)
def test_a_refusal_names_what_stands_against_it(
    story: Callable[[], Story[c.State]], command: Command, code: str, facts: dict[str, object]
) -> None:
    refusal = story().refusal(command)

    assert (refusal.code, refusal.facts) == (code, facts)


# --- for ever ------------------------------------------------------------------------------------


def test_the_keys_of_a_person_never_change_or_nobody_would_be_found_again_F58() -> None:
    assert c.address_of("m@c.example", KEY) == "c29746e2806ce788f89ce34a84a0cc6a"
    assert c.phone_of("+351 21 000 0000", KEY) == "0a4fe510bdc4ae56fabc30fb0b591b6b"
    assert c.person_of("7", KEY) == "ec8d9d92bcf9a8d9c60f8c45feaf86ec"


@pytest.mark.parametrize("phone", ["123456", "00123456", " +123456"])
def test_six_digits_are_a_number_F58(phone: str) -> None:
    assert c.phone_of(phone, KEY) == c.phone_of("+123456", KEY) != ""


def test_two_noughts_behind_a_plus_belong_to_the_number() -> None:
    assert c.phone_of("+00123456", KEY) != c.phone_of("00123456", KEY)


@pytest.mark.parametrize("field", ["name", "company", "location"])
def test_staff_may_state_what_every_person_has_F42(field: str) -> None:
    (stated,) = known().when(Verify(by=ANA, field=field, value="Berg"))

    assert stated == c.Verified(field=field, value="Berg", agent="ana")


# --- who did it ----------------------------------------------------------------------------------


def test_what_staff_do_with_a_person_is_recorded_with_who_did_it() -> None:
    def told(command: Command, story: Story[c.State] | None = None) -> object:
        (event,) = (story or customer()).when(command)
        return event

    assert told(Merge(by=ANA, into="contact/2")) == c.Merged(into="contact/2", agent="ana")
    assert told(c.Tag(by=ANA, tag="vip")) == c.Tagged(tag="vip", agent="ana")
    assert told(c.Untag(by=BEN, tag="t0"), full()) == c.Untagged(tag="t0", agent="ben")
    assert told(WRITE) == c.NoteWritten(note=1, agent="ana", name="Ana", text="Prefers calls")
    assert told(LinkCustomer(by=BEN, ref="c-8", former="c-7")) == c.Linked(
        ref="c-8", source="staff", agent="ben"
    )
    assert told(change(), customer()) == c.ChangeBegan(
        revision=1, record="asset/7", field="status", former="fine", value="broken", agent="ana"
    )


def test_who_makes_a_contact_is_named_and_what_he_knows_is_his_word_S2_9() -> None:
    story = Story(c.DECIDER)
    made, name, phone = story.when(c.Create(by=ANA, name="Mia", phone="123456"))

    assert made == c.Created(agent="ana", name="Ana")
    assert name == c.Verified(field="name", value="Mia", agent="ana")
    assert phone == c.Verified(
        field="phone", value="123456", agent="ana", keys=c.keys_of(story.rules.key, phone="123456")
    )


# --- what is passed on and what is kept ----------------------------------------------------------


def test_a_merged_contact_passes_on_all_that_it_is_told() -> None:
    (passed,) = merged().when(
        Note(claims=(NAME,), keys=("person=p",), facts=(HOST,), conversation="conversation/1")
    )
    assert passed == c.Passed(
        claims=(NAME,), facts=(HOST,), keys=("person=p",), conversation="conversation/1"
    )
    (linked,) = merged().when(c.Link(ref="c-7", source="erm", facts=(HOST,)))
    assert linked == c.Passed(ref="c-7", source="erm", facts=(HOST,))
    (said,) = merged().when(Note(claims=(), conversation="conversation/1"))
    assert said == c.Passed(conversation="conversation/1")


def test_whom_the_host_vouches_for_without_a_word_of_his_is_a_contact_all_the_same() -> None:
    story = Story(c.DECIDER)
    note = Note(claims=(), address="hash", keys=("person=p",), conversation="conversation/1")

    assert story.when(note) == [
        c.Claimed(claims=(), address="hash", keys=("person=p",)),
        c.Attached(conversation="conversation/1"),
    ]
    assert story.summary.labels == {"address=hash", "email=hash", "person=p"}


def test_a_contact_is_handed_over_with_all_that_it_holds_F58() -> None:
    story = noted()
    story.when(
        Note(claims=(), facts=(HOST,), conversation="conversation/1"),
        c.Tag(by=ANA, tag="vip"),
        c.Link(ref="c-7", source="erm"),
        absorbing(absorbed=("contact/8",), tags=("vip",)),
    )

    assert story.state.content == Content(
        claims=(NAME,),
        facts=(HOST,),
        notes=(c.Remark(id=1, text="Prefers mails", agent="ben", name="Ben", at=NOON, revision=2),),
        tags=("vip",),
        keys=("email=hash",),
        ref="c-7",
        conversations=("conversation/1",),
        absorbed=("contact/9", "contact/8"),
    )


def test_of_too_many_notes_of_another_contact_the_last_are_kept_G18() -> None:
    story = known()
    for _ in range(c.MOST_NOTES - 1):
        story.when(WRITE)
    notes = [attrs.evolve(story.state.notes[0], id=n, text=f"note {n}") for n in (1, 2)]
    story.when(absorbing(notes=tuple(notes)))

    assert len(story.state.notes) == c.MOST_NOTES
    assert (story.state.notes[-1].id, story.state.notes[-1].text) == (c.MOST_NOTES, "note 2")


def test_a_customer_who_was_taken_over_has_come_from_that_contact() -> None:
    story = known()
    story.when(Note(claims=(), facts=(HOST,)), absorbing(ref="c-7"))

    assert (story.state.ref, story.state.ref_source) == ("c-7", "contact/9")


def test_a_fact_that_both_have_stays_the_survivors() -> None:
    story = known()
    story.when(Note(claims=(), facts=(HOST,)))
    story.when(absorbing(facts=(attrs.evolve(HOST, source=c.Source.STAFF),)))

    assert story.state.facts == (HOST,)
    assert story.state.claims == (NAME,)


def test_others_see_of_a_person_what_is_known_what_was_said_and_his_tags() -> None:
    story = customer()
    story.when(Note(claims=(), facts=(HOST,)), c.Tag(by=ANA, tag="vip"))

    assert story.summary.facts == {
        "known": {"name": "Maria Berg"},
        "said": {"name": "Maria"},
        "erm": "c-7",
        "tags": ["vip"],
        "into": "",
    }
    assert story.summary.labels == {"erm=c-7", "tag=vip"}


def test_others_see_of_a_merged_person_only_who_answers_for_him_F58() -> None:
    assert merged().summary.facts == {
        "known": {},
        "said": {},
        "erm": "",
        "tags": [],
        "into": "contact/2",
    }


def test_a_person_is_known_by_a_fact_or_by_being_a_customer_F58() -> None:
    assert not known().state.is_known
    assert customer().state.is_known
    assert c.State(facts=(Fact(field="name", value="Mia"),)).is_known


@pytest.mark.parametrize(
    ("bound", "name"), [(100, "conversations"), (50, "readers"), (50, "keys"), (20, "changes")]
)
def test_what_a_contact_remembers_is_bounded_and_the_oldest_goes_G18(bound: int, name: str) -> None:
    story = customer()
    for n in range(bound + 5):
        chat = f"conversation/{n}"
        said = attrs.evolve(NAME, value=chat)
        story.when(
            Note(claims=(said,), keys=(f"email={n}",), conversation=chat),
            c.Open(agent="ana", conversation=chat),
            change(field=f"f{n}"),
        )
    kept = getattr(story.state, name)

    assert len(kept) == bound
    assert str(bound + 4) in str(kept[-1])
