"""What follows for the persons whom chats are with, and from what staff find out about them.

Whatever is said goes to the contact that the strongest of a person's identifiers names: the host's
id if the host vouches for it, else the address, else the phone number. It is a claim there, and by
none of the others is the person found later: a stranger's address that somebody types beside his
own leads to nobody (A21).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from .. import contact, conversation, job
from ..contact import Claim, Fact, Source, card_of, keys_of
from ..rules import Rules
from ..streams import Event
from .orders import Happened, Order, Reaction, job_name, step_job

LEAD_FIELDS = ("name", "email", "phone", "company", "location")
"""What the ERM's customer has of its own; other values are custom fields."""


@attrs.frozen(kw_only=True)
class Introduction:
    """Who somebody says he is, in a chat or a form, and what the host vouches for.

    Args:
        site: The site it was said on, whose ``leads`` says whether the ERM is told; empty where
            the ERM is told otherwise.
        said: Values by field; empty ones are not said.
        person: Keyed hash of the host's own id of the person, if the host vouches for it.
        vouched: Values by field that the host vouches for.
    """

    site: str
    said: Mapping[str, str]
    person: str = ""
    vouched: Mapping[str, str] = attrs.field(factory=dict)


def introduced(happened: Happened, told: Introduction, rules: Rules) -> Iterator[Order]:
    """Yield the commands that follow when somebody says who he is: a claim, and perhaps a lead."""
    said = {field: value for field, value in told.said.items() if value}
    email, phone = said.get("email", ""), said.get("phone", "")
    keys = keys_of(rules.key, person=told.person, email=email, phone=phone)
    card = card_of(keys)
    if not card:
        return
    named_by_address = keys[0].startswith("email=")
    command = contact.Note(
        claims=tuple(
            Claim(field=field, value=value, source=happened.stream) for field, value in said.items()
        ),
        address=keys[0].partition("=")[2] if named_by_address else "",
        keys=keys[:1],
        facts=tuple(
            Fact(field=field, value=value, source=Source.HOST)
            for field, value in told.vouched.items()
            if value and told.person
        ),
        conversation=happened.stream if told.person else "",
    )
    yield Order(stream=card, command=command)
    site = rules.sites.get(told.site)
    if site is not None and site.leads:
        yield _lead(happened, card, said)


def whose(chat: conversation.State, rules: Rules) -> str:
    """Return the contact that a chat is with: verified, or the one that holds what was said."""
    if chat.verified:
        return chat.contact
    keys = keys_of(rules.key, person=chat.person, email=chat.email, phone=chat.phone)
    return card_of(keys)


def _lead(happened: Happened, card: str, said: Mapping[str, str]) -> Order:
    """Tell the ERM who somebody says he is (S4-2, S4-9, S4-10)."""
    command = job.Owe(port="erm", action="lead", subject=card, payload=dict(said))
    return Order(stream=job_name(happened.stream, "lead", happened.at), command=command)


def lead_made(happened: Happened, _: Rules) -> Iterator[Order]:
    """Remember which customer of the ERM a lead has become."""
    state: job.State = happened.state
    match happened.event:
        case job.Succeeded(result=result) if result.get("ref"):
            command = contact.Link(ref=result["ref"], source=Source.ERM)
            yield Order(stream=state.subject, command=command)


def changed(happened: Happened, _: Rules) -> Iterator[Order]:
    """Hand what became of a change in the ERM to its contact."""
    state: job.State = happened.state
    failed = ""
    match happened.event:
        case job.Succeeded():
            pass
        case job.Died(reason=reason):
            failed = reason
        case _:
            return
    command = contact.Report(revision=state.revision, failed=failed)
    yield Order(stream=state.subject, command=command)


def _introduced_himself(happened: Happened, rules: Rules) -> Iterator[Order]:
    """Add up what was said one after the other: the name may come before the address (S4-7)."""
    event: Any = happened.event
    state: conversation.State = happened.state
    said = {"name": state.name, "email": state.email, "phone": state.phone, **event.fields}
    told = Introduction(site=state.site, said=said, person=state.person)
    yield from introduced(happened, told, rules)


def _chat_verified(happened: Happened, _: Rules) -> Iterator[Order]:
    """Hand a chat to the contact that it was verified to be with, with what was said in it."""
    event: Any = happened.event
    if not event.agent:  # the host told the contact first
        return
    state: conversation.State = happened.state
    said = {"name": state.name, "email": state.email, "phone": state.phone}
    claims = tuple(
        Claim(field=field, value=value, source=happened.stream)
        for field, value in said.items()
        if value
    )
    command = contact.Attach(conversation=happened.stream, agent=event.agent, claims=claims)
    yield Order(stream=event.contact, command=command, needed=True)


def _chosen(happened: Happened, _: Rules) -> Iterator[Order]:
    """Open the profile of whom an agent has chosen; there must be such a person."""
    event: Any = happened.event
    command = contact.Open(agent=event.agent, conversation=happened.stream)
    yield Order(stream=event.contact, command=command, needed=True)


def _attached(happened: Happened, _: Rules) -> Iterator[Order]:
    """Tell a chat whom the host vouches for; one that was confirmed by staff knows already."""
    event: Any = happened.event
    command = conversation.Recognize(contact=happened.stream)
    yield Order(stream=event.conversation, command=command)


def _verified(happened: Happened, _: Rules) -> Iterator[Order]:
    """Let an address that staff verified lead to this contact alone."""
    event: Any = happened.event
    if event.source is not Source.STAFF or event.field != "email" or not event.keys:
        return
    name = card_of(event.keys)
    if name != happened.stream:
        command = contact.GiveWay(into=happened.stream)
        yield Order(stream=name, command=command, needed=True)


def _merged(happened: Happened, _: Rules) -> Iterator[Order]:
    event: Any = happened.event
    command = contact.Absorb(contact=happened.stream, content=happened.state.content)
    yield Order(stream=event.into, command=command, needed=True)


def _passed(happened: Happened, _: Rules) -> Iterator[Order]:
    event: Any = happened.event
    into = happened.state.into
    if event.ref:
        yield Order(
            stream=into, command=contact.Link(ref=event.ref, source=event.source, facts=event.facts)
        )
        return
    command = contact.Note(
        claims=event.claims,
        keys=event.keys,
        facts=event.facts,
        conversation=event.conversation,
    )
    yield Order(stream=into, command=command)


def _change(happened: Happened, _: Rules) -> Iterator[Order]:
    event: Any = happened.event
    command = job.Owe(
        port="records",
        action="change",
        subject=happened.stream,
        revision=event.revision,
        payload={
            "customer": happened.state.ref,
            "record": event.record,
            "field": event.field,
            "former": event.former,
            "value": event.value,
        },
    )
    yield Order(stream=step_job(happened.stream, "change", event.revision), command=command)


REACTIONS: dict[type[Event], Reaction] = {
    conversation.Introduced: _introduced_himself,
    conversation.ContactChosen: _chosen,
    conversation.ContactVerified: _chat_verified,
    contact.Attached: _attached,
    contact.Verified: _verified,
    contact.Merged: _merged,
    contact.Passed: _passed,
    contact.ChangeBegan: _change,
}
