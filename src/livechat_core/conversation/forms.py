"""What a visitor is asked, and what he says about himself (S1-2, S4-1, S4-5 to S4-8).

Theory. A form that appears by itself is an event, so it appears once, whatever is restarted, and
every window shows it. ``introduce`` has two stages: first the name, then how he can be reached.
Each answer is recorded at once, so who stops half-way has said the first half. What is known is not
asked for, and what was said first stays: a second address may be another person's.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias, assert_never

import attrs

from ..errors import NotFound, Rejected
from ..forms import HISTORY, INTRODUCE, LEAVE_CONTACTS, History
from ..rules import Rules, Site
from ..streams import Event
from ..tables import require
from ..text import normal_email
from . import commands as c, events as e
from .reach import SiteTerms, form_at
from .state import WAITS, State
from .table import NEXT
from .values import Phase

Wanted: TypeAlias = c.Introduce
Happened: TypeAlias = e.FormShown | e.FormPassed | e.Introduced


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:
    """Take over what is new of what a visitor says about himself.

    Raises:
        Rejected: ``other_address``: he gave another one before; ``closed``: it is too late;
            ``unknown_field`` or ``bad_value``.
    """
    if state.phase is Phase.NEW or state.visitor != command.by.id:
        raise NotFound
    require(NEXT, state.phase, e.Introduced, "closed")
    if state.phase is Phase.CLOSED and at >= state.closed_at + rules.rating_window:
        raise Rejected("closed", why="it is over for too long")
    require_own(state, command.email)
    check_fields(command.fields, rules)
    said = e.Introduced(
        name="" if state.name else command.name,
        email="" if state.email else command.email,
        phone="" if state.phone else command.phone,
        fields={
            name: value
            for name, value in command.fields.items()
            if value and name not in state.reach.fields
        },
        source="form",
    )
    if not (said.name or said.email or said.phone or said.fields):
        return []
    return [said, *_next_stage(state, said)]


def require_own(state: State, email: str) -> None:
    """Refuse another address than the one that is known.

    Raises:
        Rejected: ``other_address``.
    """
    if email and state.email and normal_email(state.email) != normal_email(email):
        raise Rejected("other_address")


def check_fields(fields: Mapping[str, str], rules: Rules) -> None:
    """Refuse values of custom fields that the desk does not have.

    Raises:
        Rejected: ``unknown_field`` or ``bad_value``; names the field.
    """
    for name, value in fields.items():
        known = rules.fields.get(name)
        if known is None:
            raise Rejected("unknown_field", field=name)
        if value and known.choices and value not in known.choices:
            raise Rejected("bad_value", field=name)


def require_filled(values: Mapping[str, str], wanted: Iterable[str]) -> None:
    """Refuse a form in which a field is empty that must not be.

    Raises:
        Rejected: ``field_missing``; names the field.
    """
    for name in wanted:
        if not values.get(name):
            raise Rejected("field_missing", field=name)


def check_start(command: c.Start, site: Site, rules: Rules) -> None:
    """Refuse a start whose form is not filled in as the site wants it (S1-2)."""
    check_fields(command.fields, rules)
    told = {"name": command.name, "email": command.email, "phone": command.phone}
    values = {**command.fields, **told, "question": command.question}
    require_filled(values, site.form.required)


def check_message(state: State, command: c.LeaveMessage, site: Site, rules: Rules) -> None:
    """Refuse a message with an empty field (S1-26); what was said before need not be repeated."""
    check_fields(command.fields, rules)
    before = dict.fromkeys(state.reach.fields, "said")
    told = {"name": command.name or state.name, "phone": command.phone or state.phone}
    values = {**before, **command.fields, **told}
    values |= {"email": command.email, "question": command.question}
    require_filled(values, ("email", "question", *site.message_fields))


def filled(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the custom fields that are not empty."""
    return {name: value for name, value in fields.items() if value}


def is_vouched(command: c.Start | c.LeaveMessage) -> bool:
    """Tell whether the host vouches for the address that is given."""
    known = command.origin.email
    return bool(known) and normal_email(known) == normal_email(command.email)


def site_terms(site: Site, rules: Rules, *, marks: bool) -> SiteTerms:
    """Return what a site does now to reach the visitors of its chats."""
    return SiteTerms(
        forms=site.forms,
        form_delay=rules.form_delay,
        unread=rules.unread_after or None,
        unread_gather=rules.unread_gather,
        marks=marks,
        history=site.mail_history is History.ALWAYS,
    )


def due(state: State, available: str, at: int) -> list[Event]:
    """Return the form that appears now, if the moment for one has come."""
    moment = form_at(state)
    if moment is None or moment > at:
        return []
    if state.phase is Phase.CLOSED:
        return [e.FormShown(form=HISTORY, fields=_missing(state, "email"))]
    return contacts(state, available) or _introduce(state) or [e.FormPassed()]


def contacts(state: State, available: str) -> list[Event]:
    """Ask who waits for nobody how he can be told the answer (S4-14)."""
    nobody = state.phase in WAITS and available in ("offline", "busy")
    if not nobody or state.email or not state.reach.wants(LEAVE_CONTACTS):
        return []
    return [e.FormShown(form=LEAVE_CONTACTS, fields=_missing(state, "name", "email", "phone"))]


def _introduce(state: State) -> list[Event]:
    """Ask who it is: for the name first (S4-7)."""
    if not state.reach.wants(INTRODUCE) or LEAVE_CONTACTS in state.reach.forms:
        return []
    fields = _missing(state, "email", "phone") if state.name else ("name",)
    return [e.FormShown(form=INTRODUCE, fields=fields)]


def _next_stage(state: State, said: e.Introduced) -> list[Event]:
    """Return the second stage of the form, when the first one is filled in (S4-7)."""
    begun = INTRODUCE in state.reach.forms and "email" not in state.reach.asked
    if not begun or not said.name or state.email or said.email:
        return []
    after = attrs.evolve(state, phone=state.phone or said.phone)
    return [e.FormShown(form=INTRODUCE, fields=_missing(after, "email", "phone"))]


def _missing(state: State, *names: str) -> tuple[str, ...]:
    return tuple(name for name in names if not getattr(state, name))


def evolve(state: State, event: Happened, at: int) -> None:
    """Apply what was asked, or said."""
    reach = state.reach
    match event:
        case e.FormShown():
            state.reach = attrs.evolve(
                reach,
                forms=reach.forms | {event.form},
                asked=reach.asked.union(event.fields),
                checked_at=at,
            )
        case e.FormPassed():
            state.reach = attrs.evolve(reach, checked_at=at)
        case e.Introduced():
            state.name = state.name or event.name
            state.email = state.email or event.email
            state.phone = state.phone or event.phone
            state.reach = attrs.evolve(reach, fields=reach.fields.union(event.fields))
        case _:
            assert_never(event)
