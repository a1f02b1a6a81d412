"""What the desk knows of one person, for that person: nothing internal, nobody else's (GDPR 15)."""

from typing import Any

import attrs

from .. import conversation, enquiry, visit
from ..codec import told
from ..contact import State as Contact
from ..desk import Desk
from ..streams import Audience
from .concerning import concerning

Document = dict[str, Any]


async def export(desk: Desk, subject: str) -> Document:
    """Return all that a person has said, done and been told here, as plain JSON values.

    Notes of colleagues, what the customer system says, and the names of accounts are not in it.
    Times are microseconds since 1970, UTC.

    Args:
        desk: The desk, entered.
        subject: A stream ``contact/...`` or ``visit/...``.

    Raises:
        NotFound: There is no such person or visit.
    """
    found = await concerning(desk, subject)
    return {
        "made_at": desk.clock.now(),
        "person": [await _person(desk, name) for name in found.contacts],
        "visits": [await _visit(desk, name) for name in found.visits],
        "conversations": [await _conversation(desk, name) for name in found.conversations],
        "answers": [answer for name in found.enquiries for answer in await _answers(desk, name)],
    }


async def _person(desk: Desk, stream: str) -> Document:
    state: Contact = await desk.view(stream)
    return {
        "said": [{"field": claim.field, "value": claim.value} for claim in state.claims],
        "known": [{"field": fact.field, "value": fact.value} for fact in state.facts],
    }


async def _visit(desk: Desk, stream: str) -> Document:
    state: visit.State = await desk.view(stream)
    guest = state.guest
    names = ("name", "email", "phone", "location", "browser")
    return {
        **{name: getattr(guest, name) for name in names},
        "language": state.language,
        "pages": [attrs.asdict(page) for page in state.pages],
    }


async def _conversation(desk: Desk, stream: str) -> Document:
    held = await desk.states.get(stream)
    state: conversation.State = held.state
    return {
        "number": held.number,
        "site": state.site,
        "begun_at": state.begun,
        "events": [
            {"at": row.at, "type": type(event).__name__, "data": told(event, public=True)}
            for row, event in await desk.history(stream)
            if event.audience is Audience.PUBLIC
        ],
    }


async def _answers(desk: Desk, stream: str) -> list[Document]:
    """Return the mails that answered an enquiry."""
    return [
        {"at": row.at, "subject": event.subject, "text": event.text}
        for row, event in await desk.history(stream)
        if isinstance(event, enquiry.ReplyBegan)
    ]
