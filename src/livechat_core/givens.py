"""What the desk tells a command from elsewhere: the fields marked `given`, filled at every try.

Visitor, seat, opening hours, bans and numbers come from the live index. They are hints where a
guard or a version decides, and facts where nobody else could know better.
"""

from collections.abc import Callable
from typing import Any

import attrs

from . import ban, conversation, enquiry, presence, visit
from .index import Index
from .routing import availability
from .rules import Rules
from .streams import Actor, Command, Facts, id_of


class Givens:
    """Fills commands from the live index.

    Args:
        index: The live index.
        rules: The desk's rules.
        connected: Tells whether a visitor has a connection here.
    """

    def __init__(self, index: Index, rules: Rules, connected: Callable[[str], bool]) -> None:
        self._index = index
        self._rules = rules
        self._connected = connected
        self._fillers: dict[type[Command], Callable[[str, Any, int], Command]] = {
            conversation.Start: self._start,
            conversation.LeaveMessage: self._start,
            conversation.Pick: self._pick,
            conversation.Transfer: self._transfer,
            visit.Invite: self._invite,
            visit.Elapse: self._visit_elapse,
            presence.SignIn: self._sign_in,
            enquiry.Announce: self._numbered,
            enquiry.Elapse: self._numbered,
            ban.Ask: self._ban,
        }

    def fill(self, stream: str, command: Command, at: int) -> Command:
        """Return the command with its given fields filled."""
        filler = self._fillers.get(type(command))
        return filler(stream, command, at) if filler else command

    def availability(self, queue: str, at: int) -> str:
        """Return whether somebody can answer in a queue: ``online``, ``busy``, ``offline``."""
        known = self._rules.queues.get(queue)
        if known is None or (known.hours is not None and not known.hours.is_open(at)):
            return "offline"
        state = availability(queue, self._index.candidates())
        # Whoever comes now would stand behind those who wait already.
        return "busy" if state == "online" and len(self._index.line(queue)) else state

    def banned(self, visitor: str, *scopes: str) -> bool:
        """Tell whether a ban of one of the scopes holds for a visitor."""
        return self._index.banned(str(self._guest(visitor).get("token", "")), visitor, scopes)

    def _guest(self, visitor: str) -> Facts:
        summary = self._index.get(f"visit/{visitor}")
        if summary is None:
            return {}
        return {**summary.facts, "token": summary.labelled("token")}

    def _start(
        self, _: str, command: conversation.Start | conversation.LeaveMessage, at: int
    ) -> Command:
        visitor = command.by.id
        guest = self._guest(visitor)
        site = self._rules.sites.get(command.site)
        queue = command.queue or (site.queues[0] if site else "")
        origin = conversation.Origin(
            visitor=visitor,
            signed_in=bool(guest.get("name")),
            location=guest.get("location", ""),
            address=guest.get("address", ""),
            banned=self.banned(visitor, "chat", "site"),
            availability=self.availability(queue, at),
            inviter=self._inviter(guest),
        )
        return attrs.evolve(
            command,
            origin=origin,
            name=guest.get("name") or command.name,
            email=command.email or guest.get("email", ""),
            page=command.page or guest.get("page", ""),
            title=command.title or guest.get("title", ""),
        )

    def _inviter(self, guest: Facts) -> conversation.Seat | None:
        agent = guest.get("inviter", "")
        summary = self._index.presence(agent) if agent else None
        if summary is None or summary.facts["load"] >= summary.facts["capacity"]:
            return None
        return self._index.seat(agent)

    def _pick(self, _: str, command: conversation.Pick, __: int) -> Command:
        return attrs.evolve(command, seat=self._index.seat(command.by.id))

    def _transfer(self, stream: str, command: conversation.Transfer, _: int) -> Command:
        seat = self._index.seat(command.agent) if command.agent else None
        chat = self._index.get(stream)
        if seat is not None and chat is not None:
            target = self._index.presence(seat.agent)
            if target is None or target.facts["why_not"]:
                seat = None
        return attrs.evolve(command, seat=seat)

    def _invite(self, stream: str, command: visit.Invite, _: int) -> Command:
        seat = self._index.seat(command.by.id)
        guest = self._guest(id_of(stream))
        inviter = str(guest.get("inviter", ""))
        return attrs.evolve(
            command,
            presence=seat.presence if seat else "",
            inviter_gone=bool(inviter) and self._index.seat(inviter) is None,
        )

    def _visit_elapse(self, stream: str, command: visit.Elapse, _: int) -> Command:
        return attrs.evolve(command, connected=self._connected(id_of(stream)))

    def _sign_in(self, _: str, command: presence.SignIn, __: int) -> Command:
        agent = command.by.id
        last = self._index.last_presence(agent)
        return attrs.evolve(
            command,
            profile=self._profile(command.by),
            last_assigned=last.facts["last_assigned"] if last else 0,
        )

    def _profile(self, by: Actor) -> presence.Profile:
        person = self._rules.staff.get(by.id)
        if person is None:
            return presence.Profile(name=by.name)
        return presence.Profile(
            name=person.name, queues=person.queues, capacity=person.capacity, tier=person.tier
        )

    def _numbered(self, stream: str, command: enquiry.Announce | enquiry.Elapse, _: int) -> Command:
        chat = self._index.get(f"conversation/{id_of(stream)}")
        return attrs.evolve(command, number=chat.number if chat else 0)

    def _ban(self, _: str, command: ban.Ask, __: int) -> Command:
        guest = self._guest(command.visitor)
        return attrs.evolve(command, token=guest.get("token", ""), address=guest.get("address", ""))
