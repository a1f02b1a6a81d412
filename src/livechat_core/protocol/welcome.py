"""How a visitor's session is opened, and what he is told then."""

from typing import Any

import attrs

from .. import conversation, visit
from ..errors import Denied
from ..ports import Request
from ..rules import Site
from ..service import Service
from ..streams import Query
from ..texts import language_of, texts_of
from .arrivals import (
    MOST_PROOF,
    Drop,
    Key,
    arrival_of,
    guest_of,
    hashed,
    key_of,
    known_by_token,
    let_in,
    text_of,
)
from .following import Push
from .returning import come_back
from .visitors import Visitor


async def open_visitor(
    service: Service, params: dict[str, Any], request: Request, push: Push, drop: Drop
) -> tuple[Visitor, dict[str, Any]]:
    """Let a visitor in, known by his token or new, and return his connection and what he is told.

    Raises:
        Invalid: The page is missing or not an address.
        Denied: He is banned from the site.
    """
    arrive = arrival_of(service, params)
    proof = text_of(params, "identity", MOST_PROOF)
    request = attrs.evolve(request, site=arrive.page.site, identity=proof)
    # The host is asked once: the token that the guest is known by follows below.
    guest = await guest_of(service, request, "")
    back = await come_back(service, params, guest)
    key = back.key if back else await key_of(service, params, guest, arrive.page.site)
    let_in(service, key.stream, guest)
    arrive = attrs.evolve(arrive, guest=attrs.evolve(guest, token=hashed(key.token)))
    visitor = Visitor(service, key, request, arrive, push=push, drop=drop)
    await visitor.record(needed=bool(params.get("begin")))
    await visitor.listen()
    told = await _told(service, visitor)
    if back:
        told["conversation"] = await _shown(service, back.chat)
    if params.get("return"):
        told["returned"] = back is not None
    if params.get("texts"):
        told["texts"] = texts_of(visitor.rules, arrive.language)
    return visitor, told


async def resume_visitor(
    service: Service, token: str, request: Request, push: Push, drop: Drop
) -> tuple[Visitor, dict[str, Any]]:
    """Go on as the visitor with this token, on his last page, without counting as connected.

    Raises:
        Denied: Nobody has this token (``unauthenticated``), or he is banned from the site.
    """
    stream = await known_by_token(service, token)
    if not stream:
        raise Denied("unauthenticated")
    state: visit.State = await service.desk.view(stream)
    let_in(service, stream, state.guest)
    request = attrs.evolve(request, site=state.last.site)
    arrive = visit.Arrive(page=state.last, language=state.language, guest=state.guest)
    visitor = Visitor(service, Key(stream, token), request, arrive, push=push, drop=drop)
    return visitor, await _told(service, visitor)


async def _told(service: Service, visitor: Visitor) -> dict[str, Any]:
    desk, site = service.desk, visitor.rules
    state: visit.State = await desk.view(visitor.stream)
    invited = state.phase is visit.Phase.INVITED
    return {
        "role": "visitor",
        "visitor": visitor.actor.id,
        "token": visitor.token,
        "recorded": state.phase is not visit.Phase.NEW,
        "now": desk.clock.now(),
        **visitor.entry,
        "visits": str(site.visits),
        "consent": str(state.consent),
        "site": {
            "id": visitor.site,
            "name": site.name,
            "greeting": site.greeting,
            "away": site.away,
            "sneak_peek": site.sneak_peek,
            **_forms(site, state.language),
            "attachments": service.attachments.limits if site.attachments else None,
        },
        "availability": service.board.fresh_availability(visitor.site),
        "conversation": await _chat(service, visitor),
        "invitation": {"name": state.inviter_name, "until": state.invited_until}
        if invited
        else None,
        "greeting": {"name": site.name, "text": state.greeting_text} if state.greeting else None,
    }


async def _chat(service: Service, visitor: Visitor) -> dict[str, Any] | None:
    """Return the visitor's open chat, or the one he may still rate or go on with."""
    desk = service.desk
    window = max(desk.rules.rating_window, desk.rules.reopen_window)
    label = f"visitor={visitor.actor.id}"
    rows = await desk.store.summaries(
        Query(kind="conversation", labels=(label,), newest=True, limit=1)
    )
    for row in rows:
        state: conversation.State = await desk.view(row.stream)
        closed = state.phase is conversation.Phase.CLOSED
        over = closed and desk.clock.now() >= state.closed_at + window
        if over or not visitor.is_his(state):
            continue
        return await _shown(service, row.stream)
    return None


async def _shown(service: Service, stream: str) -> dict[str, Any]:
    held = await service.desk.states.get(stream)
    return {
        "stream": stream,
        "number": held.number,
        "phase": str(held.state.phase),
        "seq": held.version,
    }


def _forms(site: Site, spoken: str) -> dict[str, Any]:
    """Return what the site asks its visitors, and in which language (S1-2, S1-26)."""
    return {
        "form": {name: str(ask) for name, ask in site.form.asked.items()},
        "message_fields": list(site.message_fields),
        "forms": list(site.forms),
        "language": language_of(site, spoken),
    }
