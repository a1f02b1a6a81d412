"""What follows for persons: claims, leads, merges, changes in the ERM."""

from typing import Any

import attrs
import pytest

from livechat_core import contact, conversation, enquiry, job
from livechat_core.contact import Claim, Content, Fact, Source, address_of, phone_of
from livechat_core.policy import Happened, Order, react, require
from livechat_core.policy.contacts import Introduction, introduced
from livechat_core.rules import Site
from tests.pure.samples import AT, RULES, after, chat, sample

MAIL = "m@c.example"
CARD = f"contact/{address_of(MAIL, RULES.key)}"
LEADS = attrs.evolve(RULES, sites={"site": Site(name="Site", queues=("queue",), leads=True)})
CHAT = "conversation/1"


def said(rules: Any = RULES, **told: Any) -> list[Order]:
    """Return what follows when somebody says this in a chat."""
    happened = Happened(stream=CHAT, event=sample(conversation.Posted), state=chat(), at=AT)
    return list(introduced(happened, Introduction(site="site", **told), rules))


def claims(**values: str) -> tuple[Claim, ...]:
    return tuple(Claim(field=field, value=value, source=CHAT) for field, value in values.items())


# --- who somebody says he is ---------------------------------------------------------------------


def test_what_is_said_is_a_claim_on_the_contact_of_the_address_S1_3() -> None:
    (order,) = said(said={"name": "Mia", "email": MAIL, "phone": "123456", "location": ""})

    assert order == Order(
        stream=CARD,
        command=contact.Note(
            claims=claims(name="Mia", email=MAIL, phone="123456"),
            address=CARD.partition("/")[2],
            keys=(f"email={address_of(MAIL, RULES.key)}",),
        ),
    )


def test_without_an_address_the_number_names_the_contact() -> None:
    (order,) = said(said={"phone": "123456"})

    number = phone_of("123456", RULES.key)
    assert order.stream == f"contact/{number}"
    assert (order.command.address, order.command.keys) == ("", (f"phone={number}",))  # type: ignore[attr-defined]


def test_who_says_nothing_that_identifies_is_no_contact() -> None:
    assert said(said={"name": "Mia"}, vouched={"name": "Mia"}) == said(rules=LEADS, said={}) == []


def test_whom_the_host_vouches_for_is_never_found_by_what_he_typed_A21() -> None:
    (order,) = said(
        said={"name": "Mia", "email": "victim@c.example"},
        person="p",
        vouched={"name": "Mia", "phone": ""},
    )

    assert order == Order(
        stream="contact/p",
        command=contact.Note(
            claims=claims(name="Mia", email="victim@c.example"),
            keys=("person=p",),
            facts=(Fact(field="name", value="Mia", source=Source.HOST),),
            conversation=CHAT,
        ),
    )


def test_a_chat_and_a_form_in_it_say_who_somebody_is_S4_8() -> None:
    state = chat(email=MAIL, name="Mia", phone="123456")
    event = conversation.Introduced(phone="123456", fields={"plan": "free"})
    (order,) = after(event, state)

    assert order.stream == CARD
    assert order.command.claims == claims(name="Mia", email=MAIL, phone="123456", plan="free")  # type: ignore[attr-defined]


# --- leads ---------------------------------------------------------------------------------------


def test_a_site_that_wants_leads_tells_the_erm_at_once_S4_2_S4_9() -> None:
    _, order = said(rules=LEADS, said={"email": MAIL, "plan": "free", "name": ""})

    assert order == Order(
        stream=f"job/1.lead.{AT}",
        command=job.Owe(
            port="erm", action="lead", subject=CARD, payload={"email": MAIL, "plan": "free"}
        ),
    )


def test_a_left_message_is_no_lead_its_enquiry_brings_the_person_into_the_erm() -> None:
    state = chat(phase=conversation.Phase.MESSAGE_LEFT, email=MAIL)
    orders = after(sample(conversation.MessageLeft), state, rules=LEADS)

    assert CARD in [order.stream for order in orders]
    assert not [order for order in orders if "lead" in order.stream]


def test_a_lead_is_linked_to_its_contact() -> None:
    state = job.State(port="erm", action="lead", subject=CARD)

    assert after(job.Succeeded(result={"ref": "7"}), state, "job/1.lead") == [
        Order(stream=CARD, command=contact.Link(ref="7", source="erm"))
    ]
    for event in (job.Succeeded(result={"ref": "", "matches": 2}), job.Died(reason="gone")):
        assert after(event, state, "job/1.lead") == []


# --- whom a chat is with -------------------------------------------------------------------------


def test_a_verified_chat_brings_its_words_to_the_contact_which_must_be_there_S2_7() -> None:
    event = conversation.ContactVerified(contact="contact/7", agent="ana", name="Ana")
    (order,) = after(event, chat(name="Mia", email=MAIL))

    command = contact.Attach(conversation=CHAT, agent="ana", claims=claims(name="Mia", email=MAIL))
    assert order == Order(stream="contact/7", command=command, needed=True)


def test_whom_an_agent_chose_is_opened_and_must_be_there_S2_9() -> None:
    event = conversation.ContactChosen(contact="contact/7", agent="ana", name="Ana")

    command = contact.Open(agent="ana", conversation=CHAT)
    assert after(event, chat()) == [Order(stream="contact/7", command=command, needed=True)]


def test_whom_the_host_vouched_for_is_told_to_the_chat_and_no_further() -> None:
    (order,) = after(contact.Attached(conversation=CHAT), contact.State(), "contact/p")

    assert order == Order(stream=CHAT, command=conversation.Recognize(contact="contact/p"))
    assert after(conversation.ContactVerified(contact="contact/p"), chat(name="Mia")) == []


# --- one contact for each address ----------------------------------------------------------------


def verified(stream: str = "contact/7", **told: Any) -> list[Order]:
    keys = (f"email={CARD.partition('/')[2]}",)
    event = contact.Verified(**{"field": "email", "value": MAIL, "keys": keys, **told})
    return after(event, contact.State(), stream)


def test_an_address_that_staff_verify_leads_to_that_contact_alone_F58() -> None:
    assert verified() == [
        Order(stream=CARD, command=contact.GiveWay(into="contact/7"), needed=True)
    ]


@pytest.mark.parametrize(
    "told",
    [{"stream": CARD}, {"source": Source.HOST}, {"field": "phone"}, {"value": "", "keys": ()}],
    ids=["its-own", "the-hosts-word", "a-number", "taken-back"],
)
def test_nothing_else_takes_an_address(told: Any) -> None:
    assert verified(**told) == []


def test_a_merged_contact_hands_over_all_it_holds_F58() -> None:
    state = contact.State(claims=claims(name="Mia"), into="contact/2", address="a")
    (order,) = after(contact.Merged(into="contact/2"), state, "contact/1")

    content = Content(claims=claims(name="Mia"), keys=("email=a",))
    command = contact.Absorb(contact="contact/1", content=content)
    assert order == Order(stream="contact/2", command=command, needed=True)


def test_what_is_said_of_a_merged_contact_goes_to_the_one_that_answers_for_it() -> None:
    state = contact.State(into="contact/2")
    told = contact.Passed(claims=claims(name="Mia"), conversation=CHAT)

    assert after(told, state, "contact/1") == [
        Order(
            stream="contact/2",
            command=contact.Note(claims=claims(name="Mia"), conversation=CHAT),
        )
    ]
    facts = (Fact(field="name", value="Mia", source=Source.ERM),)
    assert after(contact.Passed(ref="7", source="erm", facts=facts), state, "contact/1") == [
        Order(stream="contact/2", command=contact.Link(ref="7", source="erm", facts=facts))
    ]


# --- changes in the ERM --------------------------------------------------------------------------


def test_a_change_is_a_job_that_names_what_the_agent_saw_S2_13() -> None:
    event = contact.ChangeBegan(
        revision=3, record="asset/7", field="status", former="fine", value="broken", agent="ana"
    )
    (order,) = after(event, contact.State(ref="c-7"), "contact/1")

    values = {"record": "asset/7", "field": "status", "former": "fine", "value": "broken"}
    assert order == Order(
        stream="job/1.change.3",
        command=job.Owe(
            port="records",
            action="change",
            subject="contact/1",
            revision=3,
            payload={"customer": "c-7", **values},
        ),
    )


@pytest.mark.parametrize(
    ("event", "failed"),
    [(job.Succeeded(result={}), ""), (job.Died(reason="changed"), "changed")],
)
def test_what_became_of_a_change_is_reported(event: Any, failed: str) -> None:
    state = job.State(port="records", subject="contact/1", revision=3)

    assert after(event, state, "job/1.change.3") == [
        Order(stream="contact/1", command=contact.Report(revision=3, failed=failed))
    ]


def test_a_change_of_which_nobody_knows_yet_is_not_reported() -> None:
    state = job.State(port="records", subject="contact/1", revision=3)
    lost = job.Lost(reason="timeout", not_before=AT, repeat="safe")

    happened = Happened(stream="job/1.change.3", event=lost, state=state, at=AT)
    assert list(react(happened, RULES)) == []


def test_a_contact_without_address_needs_no_guard() -> None:
    event = contact.Claimed(claims=(), address="")
    happened = Happened(stream="contact/p", event=event, state=contact.State(), at=AT)

    assert list(require(happened, RULES)) == []


def test_an_enquiry_says_whose_it_is_and_links_him_to_his_customer() -> None:
    """S0-16: also of somebody whom the host vouches for, and of a chat that was verified."""
    linked = enquiry.Linked(ref="9", name="Mia", how="created")
    for told, whose in (
        ({"email": MAIL}, CARD),
        ({"email": MAIL, "person": "p"}, "contact/p"),
        ({"email": MAIL, "contact": "contact/7", "verified": True}, "contact/7"),
        ({"email": MAIL, "contact": "contact/7"}, CARD),
    ):
        state = chat(phase=conversation.Phase.MESSAGE_LEFT, **told)
        orders = after(sample(conversation.MessageLeft), state)
        (opened,) = [one.command for one in orders if isinstance(one.command, enquiry.Open)]
        assert opened.contact == whose
        (order,) = after(linked, enquiry.State(contact=whose), "enquiry/1")
        assert order == Order(stream=whose, command=contact.Link(ref="9", source="enquiry/1"))


# --- a chat begins -------------------------------------------------------------------------------


def test_what_the_host_vouches_for_at_the_start_of_a_chat_are_facts() -> None:
    """A19: only with the host's id, and the address only if that is the one he vouches for."""
    reach = attrs.evolve(chat().reach, vouched=True)
    state = chat(name="Mia", email=MAIL, person="p", signed_in=True, reach=reach)
    event = sample(conversation.Started, fields={"plan": "free"})
    (note,) = [order for order in after(event, state) if order.stream == "contact/p"]

    command: Any = note.command
    assert command.facts == (
        Fact(field="name", value="Mia", source=Source.HOST),
        Fact(field="email", value=MAIL, source=Source.HOST),
    )
    assert command.claims == claims(name="Mia", email=MAIL, plan="free")
    typed = attrs.evolve(state, reach=attrs.evolve(reach, vouched=False), signed_in=False)
    (note,) = [order for order in after(event, typed) if order.stream == "contact/p"]
    assert note.command.facts == ()  # type: ignore[attr-defined]
