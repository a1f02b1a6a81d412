"""Who a visitor is, by his token, by a code from another site, and by the host's word."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any, TypeAlias

import attrs

from .. import contact, visit
from ..codec import arguments
from ..errors import Denied, Invalid, LivechatError, NotFound
from ..ports import Request
from ..service import Service
from ..streams import Actor, Query, Role, id_of

Drop: TypeAlias = Callable[[str], None]
MOST_PROOF = 4096


@attrs.frozen
class Key:
    """A visit and the token that opens it; of a new visitor both are new."""

    stream: str
    token: str


def hashed(secret: str) -> str:
    """Return the form in which tokens and codes are kept (A9)."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def text_of(params: dict[str, Any], name: str, limit: int) -> str:
    """Return an optional text, empty if it is absent.

    Raises:
        Invalid: It is none, or too long.
    """
    value = params.get(name) or ""
    if not isinstance(value, str) or len(value) > limit:
        raise Invalid("invalid_type", field=name)
    return value


def arrival_of(service: Service, params: dict[str, Any]) -> visit.Arrive:
    """Return the page that a visitor opens, and what brought him.

    Raises:
        Invalid: The page is missing or not an address.
        NotFound: It belongs to no site of the desk.
    """
    page = params.get("page")
    if not isinstance(page, dict):
        raise Invalid("invalid_type", field="page")
    wanted = {"page": page, "language": params.get("language") or ""}
    arrive = visit.Arrive(**arguments(visit.Arrive, wanted))
    sites = service.desk.rules.sites
    if arrive.page.site not in sites:
        raise NotFound("unknown_site", site=arrive.page.site)
    origins = tuple(origin for site in sites.values() for origin in site.origins)
    referrer = str(params.get("referrer") or "")
    campaign = visit.campaign_of(str(page.get("url", "")), referrer, origins)
    return attrs.evolve(arrive, campaign=campaign)


async def guest_of(service: Service, request: Request, token: str) -> visit.Guest:
    """Return what the host and the request say about a visitor."""
    person = await service.identity.visitor(request) if service.identity else None
    place = await service.geo.locate(request) if service.geo else ""
    key = service.desk.rules.key
    address = hmac.digest(key, request.peer.encode(), "sha256").hex()[:32]
    guest = visit.Guest(
        token=hashed(token),
        location=place,
        browser=request.headers.get("user-agent", "")[:512],
        address=address if request.peer else "",
    )
    now = service.desk.clock.now()
    if person is None or (person.valid_until is not None and person.valid_until <= now):
        return guest
    return attrs.evolve(
        guest,
        person=contact.person_of(person.id, key),
        name=person.name,
        email=person.email,
        phone=person.phone,
        owner=person.owner,
        roles=tuple(sorted(person.roles)),
        registered=person.registered,
        fields=dict(person.fields),
        until=person.valid_until or 0,
    )


async def key_of(service: Service, params: dict[str, Any], guest: visit.Guest, site: str) -> Key:
    """Return the visit that a visitor goes on with, and a token of this site that opens it.

    A code from another site wins over the token of this one, unless a chat goes on here. Who has
    signed in as somebody else than before begins anew.
    """
    token, desk = params.get("token"), service.desk
    token = token if isinstance(token, str) else ""
    stream = await known_by_token(service, token)
    state: visit.State | None = await desk.view(stream) if stream else None
    if state is None or state.phase is not visit.Phase.CHATTING:
        adopted = await _adopted(service, params, guest, site)
        if adopted:
            token, stream = adopted.token, adopted.stream
            state = await desk.view(stream)
    if state is None or visit.is_other(state, guest):
        return Key(f"visit/{secrets.token_hex(16)}", secrets.token_urlsafe(32))
    return Key(stream, token)


async def known_by_token(service: Service, token: str) -> str:
    """Return the visit that a token opens now, empty if there is none (A7)."""
    stream = await _labelled(service, "token", token)
    if not stream:
        return ""
    desk = service.desk
    state: visit.State = await desk.view(stream)
    alive = visit.admits(state, hashed(token), desk.clock.now(), desk.rules)
    return stream if alive else ""


async def _adopted(
    service: Service, params: dict[str, Any], guest: visit.Guest, site: str
) -> Key | None:
    code = params.get("hand_over")
    stream = await _labelled(service, "code", code if isinstance(code, str) else "")
    if not stream:
        return None
    token = secrets.token_urlsafe(32)
    command = visit.Adopt(
        by=Actor(role=Role.VISITOR, id=id_of(stream)),
        code=hashed(str(code)),
        token=hashed(token),
        site=site,
        guest=guest,
    )
    try:
        await service.desk.dispatch(stream, command)
    except LivechatError as error:
        if error.code != "code_over":
            raise
        return None
    return Key(stream, token)


async def _labelled(service: Service, label: str, secret: str) -> str:
    if not secret or len(secret) > MOST_PROOF:
        return ""
    query = Query(kind="visit", labels=(f"{label}={hashed(secret)}",), newest=True, limit=1)
    found = await service.desk.store.summaries(query)
    return found[0].stream if found else ""


async def handed_over(service: Service, actor: Actor) -> dict[str, Any]:
    """Return a code with which another site goes on with the visit, none if it is not recorded."""
    desk, code = service.desk, secrets.token_urlsafe(32)
    command = visit.HandOver(by=actor, code=hashed(code))
    try:
        await desk.dispatch(f"visit/{actor.id}", command)
    except NotFound:
        return {"code": "", "until": 0}
    return {"code": code, "until": desk.clock.now() + desk.rules.hand_over_life}


def let_in(service: Service, stream: str, guest: visit.Guest) -> None:
    """Refuse who is banned from the sites, on this device or as this person (S0-33).

    Raises:
        Denied: ``banned``.
    """
    if service.desk.givens.banned(id_of(stream), "site", person=guest.person):
        raise Denied("banned")
