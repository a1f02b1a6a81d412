"""A visitor's connection: who he is, what he may see, and what is pushed to him."""

import hashlib
import hmac
import secrets
from typing import Any

from .. import conversation, visit
from ..board import Board
from ..codec import arguments, dumps
from ..errors import Denied, Invalid, NotFound
from ..ports import Request
from ..service import Service
from ..streams import Actor, Query, Role, id_of
from .following import Following, Push


class Visitor:
    """One connection of a visitor.

    Args:
        service: The running desk.
        actor: The visitor.
        site: The site his page belongs to.
        push: Sends a frame; must not wait.
    """

    def __init__(self, service: Service, actor: Actor, site: str, push: Push) -> None:
        self.actor = actor
        self.site = site
        self.following = Following(service.desk, public=True, push=push, spawn=service.spawn)
        self._service = service
        self._push = push
        self._availability: dict[str, Any] = {}
        self._place: tuple[int, int | None] = (0, None)
        self._listens = False

    @property
    def stream(self) -> str:
        """The visitor's visit."""
        return f"visit/{self.actor.id}"

    def look(self, board: Board) -> None:
        """Push the availability and the place in the line, if they changed."""
        available = board.availability(self.site)
        if available != self._availability:
            self._availability = available
            self._notify("availability", available)
        chat = board.index.chat_of(self.actor.id)
        place = (board.position(chat.stream), board.wait(chat)) if chat else (0, None)
        if chat and place[0] and place != self._place:
            told = {"stream": chat.stream, "position": place[0], "wait": place[1]}
            self._notify("position", told)
        self._place = place

    async def may_see(self, stream: str) -> None:
        """Refuse what is not the visitor's own; foreign and unknown are alike (A2).

        Raises:
            NotFound: It is not his, or it does not exist.
        """
        if stream == self.stream:
            return
        if not stream.startswith("conversation/"):
            raise NotFound
        state = await self._service.desk.view(stream)
        if state.phase is conversation.Phase.NEW or state.visitor != self.actor.id:
            raise NotFound

    async def listen(self) -> None:
        """Hear what happens from now on, and count as connected."""
        version = (await self._service.desk.states.get(self.stream)).version
        await self.following.follow(self.stream, version)
        self._service.board.join(self)
        self._listens = True
        await self._service.visitor_connected(self.actor.id)

    async def close(self) -> None:
        """Forget the connection."""
        self.following.leave()
        if self._listens:
            self._service.board.leave(self)
            self._service.visitor_disconnected(self.actor.id)

    def _notify(self, method: str, params: dict[str, Any]) -> None:
        self._push(dumps({"jsonrpc": "2.0", "method": method, "params": params}))


async def open_visitor(
    service: Service, params: dict[str, Any], request: Request, push: Push
) -> tuple[Visitor, dict[str, Any]]:
    """Let a visitor in, known by his token or new, and return his connection and what he is told.

    Raises:
        Invalid: The page is missing or not an address.
        Denied: He is banned from the site.
    """
    page, language = _page(params)
    if page.site not in service.desk.rules.sites:
        raise NotFound("unknown_site", site=page.site)
    token, stream = await _find(service, str(params.get("token") or ""))
    if service.desk.givens.banned(id_of(stream), "site"):
        raise Denied("banned")
    actor = Actor(role=Role.VISITOR, id=id_of(stream))
    guest = await _guest(service, request, token)
    arrive = visit.Arrive(by=actor, page=page, language=language, guest=guest)
    await service.desk.dispatch(stream, arrive)
    visitor = Visitor(service, actor, page.site, push)
    await visitor.listen()
    return visitor, await _welcome(service, visitor, token)


async def resume_visitor(
    service: Service, token: str, push: Push
) -> tuple[Visitor, dict[str, Any]]:
    """Go on as the visitor with this token, on his last page, without counting as connected.

    Raises:
        Denied: Nobody has this token (``unauthenticated``), or he is banned from the site.
    """
    stream = await _known(service, token)
    if not stream:
        raise Denied("unauthenticated")
    if service.desk.givens.banned(id_of(stream), "site"):
        raise Denied("banned")
    state: visit.State = await service.desk.view(stream)
    actor = Actor(role=Role.VISITOR, id=id_of(stream))
    visitor = Visitor(service, actor, state.pages[-1].site, push)
    return visitor, await _welcome(service, visitor, token)


def _page(params: dict[str, Any]) -> tuple[visit.Page, str]:
    page, language = params.get("page"), params.get("language") or ""
    if not isinstance(page, dict):
        raise Invalid("invalid_type", field="page")
    found = arguments(visit.Arrive, {"page": page, "language": language})
    return found["page"], found["language"]


async def _find(service: Service, token: str) -> tuple[str, str]:
    """Return the token and the visit it belongs to, both new if the token is not known."""
    known = await _known(service, token)
    if known:
        return token, known
    return secrets.token_urlsafe(32), f"visit/{secrets.token_hex(16)}"


async def _known(service: Service, token: str) -> str:
    """Return the visit that a token belongs to, empty if there is none."""
    if not token:
        return ""
    label = f"token={_hashed(token)}"
    known = await service.desk.store.summaries(
        Query(kind="visit", labels=(label,), newest=True, limit=1)
    )
    return known[0].stream if known else ""


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def _guest(service: Service, request: Request, token: str) -> visit.Guest:
    person = await service.identity.visitor(request) if service.identity else None
    place = await service.geo.locate(request) if service.geo else ""
    address = hmac.digest(service.desk.rules.key, request.peer.encode(), "sha256").hex()[:32]
    return visit.Guest(
        token=_hashed(token),
        name=str((person or {}).get("name", "")),
        email=str((person or {}).get("email", "")),
        owner=str((person or {}).get("owner", "")),
        location=place,
        browser=request.headers.get("user-agent", "")[:512],
        address=address if request.peer else "",
    )


async def _welcome(service: Service, visitor: Visitor, token: str) -> dict[str, Any]:
    desk = service.desk
    site = desk.rules.sites[visitor.site]
    state: visit.State = await desk.view(visitor.stream)
    invited = state.phase is visit.Phase.INVITED
    return {
        "role": "visitor",
        "visitor": visitor.actor.id,
        "token": token,
        "now": desk.clock.now(),
        "site": {
            "id": visitor.site,
            "name": site.name,
            "greeting": site.greeting,
            "away": site.away,
        },
        "availability": service.board.fresh_availability(visitor.site),
        "conversation": await _chat(service, visitor),
        "invitation": {"name": state.inviter_name, "until": state.invited_until}
        if invited
        else None,
    }


async def _chat(service: Service, visitor: Visitor) -> dict[str, Any] | None:
    """Return the visitor's open chat, or the one he may still rate."""
    desk = service.desk
    label = f"visitor={visitor.actor.id}"
    rows = await desk.store.summaries(
        Query(kind="conversation", labels=(label,), newest=True, limit=1)
    )
    for row in rows:
        state: conversation.State = await desk.view(row.stream)
        rated = state.phase is conversation.Phase.CLOSED
        if rated and desk.clock.now() >= state.closed_at + desk.rules.rating_window:
            continue
        held = await desk.states.get(row.stream)
        return {
            "stream": row.stream,
            "number": held.number,
            "phase": str(state.phase),
            "seq": held.version,
        }
    return None
