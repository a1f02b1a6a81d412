"""A visitor's connection: who he is, what he may see, and what is pushed to him."""

import secrets
from typing import Any

import attrs

from .. import conversation, visit
from ..board import Board
from ..codec import dumps
from ..errors import Denied, NotFound
from ..ports import Request
from ..rules import Site
from ..service import Service
from ..streams import Actor, Event, Query, Recorded, Role, Summary, id_of
from ..whispers import Whisper
from .arrivals import Drop, Key, guest_of, hashed
from .following import Following, Push

MOST_CONVERSATIONS = 50


class Visitor:
    """One connection of a visitor.

    Args:
        service: The running desk.
        key: His visit, and by what he is known again.
        request: What his connection, or his last request, says about him.
        arrival: The page he is on, and who he is.
        push: Sends a frame; must not wait.
        drop: Ends the connection, with a code; must not wait.
    """

    def __init__(
        self,
        service: Service,
        key: Key,
        request: Request,
        arrival: visit.Arrive,
        *,
        push: Push,
        drop: Drop,
    ) -> None:
        self.actor = Actor(role=Role.VISITOR, id=id_of(key.stream))
        self.token = key.token
        self.request = request
        self.arrival = attrs.evolve(arrival, by=self.actor)
        self.following = Following(service.desk, public=True, push=push, spawn=service.spawn)
        self._service = service
        self._push = push
        self._drop = drop
        self._dropped = ""
        self._availability: dict[str, Any] = {}
        self._entry = self.entry
        self._place: tuple[int, int | None] = (0, None)
        self._listens = False

    @property
    def stream(self) -> str:
        """The visitor's visit."""
        return f"visit/{self.actor.id}"

    @property
    def site(self) -> str:
        """The site that his page belongs to."""
        return self.arrival.page.site

    @property
    def rules(self) -> Site:
        """What that site wants."""
        return self._service.desk.rules.sites[self.site]

    @property
    def entry(self) -> dict[str, Any]:
        """Whether he is shown the way to the chat, and why not (S3-6)."""
        site = self._service.desk.rules.sites.get(self.site)
        reasons = ["unknown_site"]  # it was retired while he was on it
        if site is not None:
            reasons = visit.missing(site.requires, self.arrival.guest)
        return {"entry": not reasons, "reasons": reasons}

    # --- what is pushed ----------------------------------------------------------------------

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

    def _heard(self, _: Recorded, event: Event) -> None:
        match event:
            case visit.Recognized():
                self.arrival = attrs.evolve(self.arrival, guest=event.guest)
                self._tell_entry()
            case visit.Revoked():
                self.drop("revoked")
            case visit.Barred(scope="site"):
                self.drop("banned")
            case _:
                pass

    def _tell_entry(self) -> None:
        if self.entry != self._entry:
            self._entry = self.entry
            self._notify("entry", self._entry)

    def hear(self, whisper: Whisper) -> None:
        """Push that an agent is typing, or what has been read."""
        if not whisper.by.startswith("visitor:"):
            self._notify("read" if whisper.read else "typing", whisper.told())

    def _notify(self, method: str, params: dict[str, Any]) -> None:
        self._push(dumps({"jsonrpc": "2.0", "method": method, "params": params}))

    # --- who he is ---------------------------------------------------------------------------

    async def appear(self, *, needed: bool = False) -> None:
        """Ask the host again who this is, and record it.

        Args:
            needed: Something begins that needs the visit, though the site may record none.

        Raises:
            Denied: It is somebody else now (``unauthenticated``): he has to begin anew.
        """
        guest = await guest_of(self._service, self.request, self.token)
        state: visit.State = await self._service.desk.view(self.stream)
        if visit.is_other(state, guest):
            self.drop("unauthenticated")
            raise Denied("unauthenticated", why="somebody else has signed in")
        self.arrival = attrs.evolve(self.arrival, guest=guest)
        await self.record(needed=needed)
        self._tell_entry()

    async def record(self, *, needed: bool = False) -> None:
        """Record who he is and where; who has just signed in has another token then (A7)."""
        desk, fresh = self._service.desk, secrets.token_urlsafe(32)
        needed = needed and not self.entry["reasons"]
        command = attrs.evolve(self.arrival, needed=needed, token=hashed(fresh))
        await desk.dispatch(self.stream, command)
        state: visit.State = await desk.view(self.stream)
        if any(one.hash == hashed(fresh) for one in state.tokens):
            self.token = fresh

    async def agree(self, consent: visit.Consent) -> None:
        """Begin the visit of somebody who agrees to be recorded and was not before (F60).

        Without the client's id: when it repeats its command, that is "already so".
        """
        desk = self._service.desk
        if (await desk.view(self.stream)).phase is visit.Phase.NEW:
            await desk.dispatch(self.stream, attrs.evolve(consent, arrival=self.arrival))

    def turn_to(self, pages: tuple[visit.Page, ...]) -> None:
        """Note that he has opened further pages."""
        if pages and pages[-1].site in self._service.desk.rules.sites:
            self.arrival = attrs.evolve(self.arrival, page=pages[-1])

    async def identify(self, proof: str) -> dict[str, Any]:
        """Take another proof of who this is: he has signed in, or out (F57)."""
        self.request = attrs.evolve(self.request, identity=proof)
        await self.appear()
        signed_in = self.arrival.guest.signed_in
        return {"token": self.token, "signed_in": signed_in, **self.entry}

    async def check(self) -> None:
        """Refuse a visitor who was turned out, here or in another process (A7, S0-33).

        Raises:
            Denied: ``unauthenticated`` or ``banned``.
        """
        state: visit.State = await self._service.desk.view(self.stream)
        if state.phase is not visit.Phase.NEW and not state.tokens:
            self.drop("revoked")
        elif state.barred_by and self._service.desk.givens.banned(self.actor.id, "site"):
            self.drop("banned")
        if self._dropped:
            raise Denied("banned" if self._dropped == "banned" else "unauthenticated")

    # --- what he may see ---------------------------------------------------------------------

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
        if state.phase is conversation.Phase.NEW or not self.is_his(state):
            raise NotFound

    def is_his(self, chat: conversation.State) -> bool:
        """Tell whether a chat is the visitor's own.

        What was said by a signed-in person is his wherever he is signed in, and nobody else's; who
        only has his browser can end what is going on in it (A25).
        """
        desk, guest = self._service.desk, self.arrival.guest
        now = desk.clock.now()
        person = guest.person if not guest.until or now < guest.until else ""
        if chat.person and person:
            return chat.person == person
        if chat.visitor != self.actor.id:
            return False
        closed = chat.phase is conversation.Phase.CLOSED
        return not chat.person or not closed or now < chat.closed_at + desk.rules.rating_window

    async def conversations(self) -> list[dict[str, Any]]:
        """Return the visitor's chats, the newest first: this visit's, and the person's (S3-8)."""
        labels = [f"visitor={self.actor.id}"]
        if self.arrival.guest.person:
            labels.append(f"person={self.arrival.guest.person}")
        found: dict[str, Summary] = {}
        for label in labels:
            query = Query(
                kind="conversation", labels=(label,), newest=True, limit=MOST_CONVERSATIONS
            )
            found |= {row.stream: row for row in await self._service.desk.store.summaries(query)}
        rows = sorted(found.values(), key=lambda row: row.begun_at, reverse=True)
        return [
            {
                "stream": row.stream,
                "number": row.number,
                "phase": row.phase,
                "site": row.facts["site"],
                "begun_at": row.begun_at,
                "question": row.facts["question"],
                "last_line": row.facts["last_line"],
            }
            for row in rows[:MOST_CONVERSATIONS]
            if self.is_his(await self._service.desk.view(row.stream))
        ]

    # --- life --------------------------------------------------------------------------------

    async def listen(self) -> None:
        """Hear what happens from now on, and count as connected."""
        desk = self._service.desk
        version = (await desk.states.get(self.stream)).version
        desk.feed.listen(self.stream, self, self._heard)
        await self.following.follow(self.stream, version)
        self._service.board.join(self)
        self._listens = True
        await self._service.visitor_connected(self.actor.id)

    def drop(self, code: str) -> None:
        """End the connection, and tell the visitor why."""
        if self._dropped:
            return
        self._dropped = code
        self._leave()
        self._notify("closed", {"code": code})
        self._drop(code)

    async def close(self) -> None:
        """Forget the connection."""
        self._leave()

    def _leave(self) -> None:
        self.following.leave()
        self._service.whispers.leave(self)
        self._service.desk.feed.leave(self.stream, self)
        if self._listens:
            self._listens = False
            self._service.board.leave(self)
            self._service.visitor_disconnected(self.actor.id)
