"""One person as the desk knows him: claims, facts, link, merge, erasure."""

import attrs
import pytest

from livechat_core import contact as c
from livechat_core.contact import (
    Absorb,
    Attach,
    Claim,
    Content,
    Create,
    Erase,
    Fact,
    Link,
    LinkCustomer,
    Merge,
    Note,
    Open,
    Source,
    Verify,
    address_of,
    phone_of,
)
from livechat_core.errors import NotFound
from livechat_core.rules import CustomField
from tests.pure.play import ANA, BEN, RULES, Story, kinds

FIELDS = {
    "plan": CustomField(title="Plan", choices=("free", "paid")),
    "city": CustomField(title="City"),
}
PERSONS = attrs.evolve(RULES, fields=FIELDS)
NAME = Claim(field="name", value="Maria", source="conversation/1")
NOTE = Note(claims=(NAME,), address="hash")
HOST = Fact(field="name", value="Maria Berg", source=Source.HOST)


def new() -> Story[c.State]:
    return Story(c.DECIDER, PERSONS)


def known() -> Story[c.State]:
    story = new()
    story.when(NOTE)
    return story


def merged() -> Story[c.State]:
    story = known()
    story.when(Merge(by=ANA, into="contact/2"))
    return story


def erased() -> Story[c.State]:
    story = merged()
    story.when(Erase())
    return story


# --- claims --------------------------------------------------------------------------------------


def test_what_a_visitor_says_is_kept_with_its_source_A20() -> None:
    story = known()

    assert story.state.claims == (NAME,)
    assert story.summary.labels == {"address=hash", "email=hash"}
    assert story.summary.facts["said"] == {"name": "Maria"}
    assert story.summary.facts["known"] == {}


def test_saying_it_again_or_saying_nothing_changes_nothing() -> None:
    empty = Note(claims=(Claim(field="phone", value="", source="x"),), address="hash")

    assert known().when(NOTE) == known().when(empty) == new().when(empty) == []


def test_a_claim_said_twice_at_once_is_kept_once() -> None:
    story = new()
    story.when(Note(claims=(NAME, NAME)))

    assert story.state.claims == (NAME,)
    assert story.summary.labels == frozenset()


def test_claims_and_keys_are_bounded_G18() -> None:
    story = new()
    for n in range(70):
        claim = Claim(field="name", value=f"N{n}", source="x")
        story.when(Note(claims=(claim,), keys=(f"email={n}",)))

    assert [claim.value for claim in story.state.claims] == [
        f"N{n}" for n in range(70 - c.KEPT_CLAIMS, 70)
    ]
    assert len(story.state.keys) == 50


def test_of_what_was_said_of_a_field_the_last_counts() -> None:
    story = known()
    story.when(Note(claims=(Claim(field="name", value="Mia", source="conversation/2"),)))

    assert story.state.value("name") == "Mia"
    assert story.state.value("phone") == ""


# --- facts ---------------------------------------------------------------------------------------


def test_a_claim_never_overwrites_what_staff_verified_A21() -> None:
    story = known()
    story.when(Verify(by=ANA, field="name", value="Maria Berg"))
    story.when(Note(claims=(Claim(field="name", value="Mallory", source="conversation/2"),)))

    assert story.summary.facts["known"] == {"name": "Maria Berg"}
    assert story.summary.facts["said"] == {"name": "Mallory"}
    assert story.state.value("name") == "Maria Berg"


def test_a_fact_replaces_the_older_one_of_its_field_and_says_who_entered_it() -> None:
    story = known()
    story.when(Verify(by=ANA, field="name", value="Maria"))

    assert story.when(Verify(by=BEN, field="name", value="Maria")) == []
    story.when(Verify(by=ANA, field="city", value="Bergen"))
    story.when(Verify(by=BEN, field="name", value="Mia"))
    assert story.state.facts == (
        Fact(field="city", value="Bergen", agent="ana"),
        Fact(field="name", value="Mia", agent="ben"),
    )


def test_a_fact_can_be_taken_back() -> None:
    story = known()
    story.when(Verify(by=ANA, field="name", value="Mia"))

    assert kinds(story.when(Verify(by=ANA, field="name", value=""))) == ["Verified"]
    assert story.state.facts == ()
    assert story.when(Verify(by=ANA, field="name", value="")) == []
    assert story.state.value("name") == "Maria"


def test_the_word_of_staff_weighs_more_than_the_hosts_and_replaces_only_its_own() -> None:
    story = new()
    story.when(Note(claims=(), keys=("person=p",), facts=(HOST,), conversation="conversation/1"))
    assert story.state.value("name") == "Maria Berg"
    story.when(Verify(by=ANA, field="name", value="Mia"))
    story.when(Note(claims=(), facts=(attrs.evolve(HOST, value="M. Berg"),)))

    assert story.state.value("name") == story.summary.facts["known"]["name"] == "Mia"
    story.when(Verify(by=ANA, field="name", value=""))
    assert story.state.value("name") == "M. Berg"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("shoe_size", "44", "unknown_field"),
        ("plan", "gold", "bad_choice"),
        ("email", "no address", "invalid_email"),
    ],
)
def test_a_fact_has_a_field_of_the_settings_and_a_value_that_fits(
    field: str, value: str, code: str
) -> None:
    """F42."""
    assert known().refuses(Verify(by=ANA, field=field, value=value)) == code


def test_a_custom_field_has_one_of_its_choices_or_none_F42() -> None:
    story = known()
    story.when(Verify(by=ANA, field="plan", value="paid"))
    assert story.state.value("plan") == "paid"
    story.when(Verify(by=ANA, field="plan", value=""))
    assert story.state.value("plan") == ""


def test_a_verified_address_or_number_is_what_the_person_is_found_by() -> None:
    story = known()
    story.when(Verify(by=ANA, field="email", value="m@B.example"))
    story.when(Verify(by=ANA, field="phone", value="00351 21 000 0000"))

    assert story.summary.labels >= {
        f"email={address_of('M@b.example', RULES.key)}",
        f"phone={phone_of('+351210000000', RULES.key)}",
    }


# --- created by staff ----------------------------------------------------------------------------


def test_an_agent_makes_a_contact_for_somebody_new_S2_9() -> None:
    story = new()
    events = story.when(Create(by=ANA, name="Mia", email="m@c.example", phone="123456"))

    assert kinds(events) == ["Created", "Verified", "Verified", "Verified"]
    assert story.summary.facts["known"] == {
        "name": "Mia",
        "email": "m@c.example",
        "phone": "123456",
    }
    assert story.state.opened_by("ana")
    assert not story.state.opened_by("ben")
    assert story.when(Create(by=ANA, name="Mia")) == []


def test_of_nothing_no_contact_is_made() -> None:
    assert new().refuses(Create(by=ANA, name="")) == "nothing_known"


# --- the customer of the ERM ---------------------------------------------------------------------


def test_the_customer_of_the_erm_is_linked_once() -> None:
    story = known()

    assert kinds(story.when(Link(ref="c-7", source="enquiry/1"))) == ["Linked"]
    assert story.when(Link(ref="c-7", source="enquiry/2")) == []
    assert story.when(Link(ref="", source="enquiry/2")) == []
    assert "erm=c-7" in story.summary.labels


def test_what_the_erm_knows_of_the_customer_weighs_least() -> None:
    erm = Fact(field="name", value="M. Berg", source=Source.ERM)
    story = known()
    story.when(Link(ref="c-7", source="enquiry/1", facts=(erm,)))
    assert story.state.value("name") == "M. Berg"
    assert story.when(Link(ref="c-7", source="enquiry/2", facts=(erm,))) == []
    company = attrs.evolve(erm, field="company", value="Berg")
    assert kinds(story.when(Link(ref="c-7", source="erm", facts=(erm, company)))) == ["Verified"]

    story.when(Note(claims=(), facts=(HOST,)))
    assert story.state.value("name") == "Maria Berg"


def test_an_agent_says_which_customer_it_is_and_no_machine_says_otherwise() -> None:
    story = known()
    story.when(Link(ref="c-7", source="enquiry/1"))

    assert story.refuses(LinkCustomer(by=ANA, ref="c-8")) == "changed"
    assert story.when(LinkCustomer(by=ANA, ref="c-7")) == []
    story.when(LinkCustomer(by=ANA, ref="c-8", former="c-7"))
    assert story.state.ref == "c-8"
    assert story.when(Link(ref="c-9", source="enquiry/2")) == []


# --- conversations, readers ----------------------------------------------------------------------


def test_a_conversation_that_was_verified_is_counted_and_its_words_are_claims() -> None:
    story = known()
    said = Claim(field="phone", value="123456", source="conversation/2")
    events = story.when(Attach(conversation="conversation/2", agent="ana", claims=(NAME, said)))

    assert events == [
        c.Claimed(claims=(said,), address=""),
        c.Attached(conversation="conversation/2"),
        c.Opened(agent="ana", conversation="conversation/2"),
    ]
    assert story.state.conversations == ("conversation/2",)
    assert story.when(Attach(conversation="conversation/2", agent="ana", claims=(NAME, said))) == []


def test_whom_the_host_vouches_for_is_one_contact_with_his_conversation() -> None:
    story = new()
    note = Note(claims=(NAME,), keys=("person=p",), facts=(HOST,), conversation="conversation/1")

    assert kinds(story.when(note)) == ["Claimed", "Verified", "Attached"]
    assert story.when(note) == []
    assert kinds(story.when(attrs.evolve(note, conversation="conversation/2"))) == ["Attached"]
    assert "person=p" in story.summary.labels


def test_who_looked_at_a_profile_and_why_is_recorded_once_for_each_conversation() -> None:
    story = known()

    assert kinds(story.when(Open(agent="ana", conversation="conversation/1"))) == ["Opened"]
    assert story.when(Open(agent="ana", conversation="conversation/1")) == []
    assert kinds(story.when(Open(agent="ana", conversation="conversation/2"))) == ["Opened"]
    assert story.told[-1].audience == "system"


# --- erasure, absence ----------------------------------------------------------------------------


def test_an_erased_contact_keeps_nothing() -> None:
    story = erased()

    assert story.state == c.State(phase=c.Phase.ERASED)
    assert story.when(Erase()) == []
    assert story.summary.labels == frozenset()


@pytest.mark.parametrize("story", [new(), erased()])
def test_nobody_finds_a_contact_that_is_not_there_B75(story: Story[c.State]) -> None:
    for command in (
        Verify(by=ANA, field="name", value="Mia"),
        Merge(by=ANA, into="contact/2"),
        LinkCustomer(by=ANA, ref="c-7"),
        Absorb(contact="contact/9", content=Content()),
        Open(agent="ana"),
    ):
        assert isinstance(story.refusal(command), NotFound)


def test_what_is_caused_is_never_refused() -> None:
    for story in (new(), erased()):
        assert story.when(Link(ref="c-7", source="enquiry/1")) == []
    assert erased().when(Note(claims=(Claim(field="name", value="Mia", source="x"),))) == []
    assert new().when(Erase()) == []
