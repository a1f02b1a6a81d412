"""Persons beyond their own streams: who a visitor may be, and what the ERM is told of him."""

from collections.abc import Mapping, Sequence
from typing import Any

from . import contact, conversation
from .contact import Match, keys_of
from .desk import Desk
from .errors import DeliveryError
from .ports import Correction, CustomerRecords, Draft, Erm
from .streams import Query, Summary

LONGEST_CHAIN = 20
"""Merged contacts in a row that are followed; nobody merges that often."""
MOST_FITTING = 10
DRAFT = ("name", "email", "phone", "company", "location")

Values = Mapping[str, Any]


async def living(desk: Desk, stream: str) -> tuple[str, contact.State]:
    """Return the contact that answers for one, itself unless it was merged."""
    state: contact.State = await desk.view(stream)
    for _ in range(LONGEST_CHAIN):
        if state.phase is not contact.Phase.MERGED:
            break
        stream = state.into
        state = await desk.view(stream)
    return stream, state


async def fitting(desk: Desk, chat: conversation.State) -> list[Match]:
    """Return the contacts whom a chat may be with, the best first."""
    key = desk.rules.key
    wanted = keys_of(key, person=chat.person, email=chat.email, phone=chat.phone)
    found: dict[str, Summary] = {}
    for label in wanted:
        for name in _labels(label):
            query = Query(kind="contact", phases=("known",), labels=(name,), limit=MOST_FITTING)
            found |= {one.stream: one for one in await desk.store.summaries(query)}
    return contact.matches(wanted, found.values())


def _labels(label: str) -> tuple[str, ...]:
    """Return a label as it is written now and as earlier versions wrote it."""
    name, _, value = label.partition("=")
    return (label, f"address={value}") if name == "email" else (label,)


async def lead(erm: Erm, key: str, ref: str, told: Values) -> Values:
    """Tell the ERM who somebody says he is, and return which customer that is.

    A new customer is created; of a known one only what is missing is filled in. Where several have
    the address nobody is touched: a person decides (S0-27).

    Args:
        erm: The customer system.
        key: The same for every try.
        ref: The customer, if it is known who he is.
        told: Values by field.
    """
    if not ref:
        known = await erm.search(told["email"]) if told.get("email") else ()
        if len(known) > 1:
            return {"ref": "", "matches": len(known)}
        ref = known[0].ref if known else (await erm.create(_draft(told), key)).ref
    await erm.fill(ref, {name: str(value) for name, value in told.items() if value}, key)
    return {"ref": ref}


async def probed_lead(erm: Erm, key: str, told: Values) -> Values | None:
    """Return the customer that a lost call has created, filled; none if it has created nobody."""
    ref = await erm.find("customer", key, text=told.get("email", ""))
    return None if ref is None else await lead(erm, key, ref, told)


def _draft(told: Values) -> Draft:
    values = {name: str(told.get(name, "")) for name in DRAFT}
    values["name"] = values["name"] or values["email"] or values["phone"]
    return Draft(**values)


async def change(records: CustomerRecords | None, key: str, told: Values) -> Values:
    """Change a field of a customer's record.

    Raises:
        DeliveryError: It was not changed; ``changed`` if it reads otherwise by now.
    """
    if records is None:
        raise DeliveryError("no_adapter", permanent=True)
    names = ("record", "field", "former", "value")
    correction = Correction(**{name: str(told[name]) for name in names})
    await records.change(str(told["customer"]), correction, key)
    return {}


def shown(found: Sequence[Match]) -> list[dict[str, Any]]:
    """Return contacts that fit, as staff see them in a list."""
    return [{**card(match.contact), "by": match.by} for match in found]


def card(person: Summary) -> dict[str, Any]:
    """Return a contact as staff see it in a list: what is known, else what was said."""
    known, said = person.facts["known"], person.facts["said"]
    best = {**said, **known}
    return {
        "stream": person.stream,
        "name": best.get("name", ""),
        "email": best.get("email", ""),
        "phone": best.get("phone", ""),
        "company": best.get("company", ""),
        "verified": sorted(known),
        "customer": person.facts["erm"],
        "tags": person.facts.get("tags", []),
    }
