"""What the desk tells a command from elsewhere: the fields marked `given`, filled at every try.

Visitor, seat, opening hours, bans and numbers come from the live index. They are hints where a
guard or a version decides, and facts where nobody else could know better.
"""

from collections.abc import Callable
from typing import Any

import attrs

from . import ban, conversation, enquiry, presence, visit
from .floor import Available
from .index import Index
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
            conversation.Post: self._post,
            conversation.Assign: self._assign,
            conversation.Transfer: self._transfer,
            conversation.Elapse: self._elapse,
            conversation.BotAnswer: self._bot_answer,
            conversation.BotFail: self._hand_off,
            conversation.HandOff: self._hand_off,
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

    def available(self, queue: str, at: int) -> Available:
        """Return whether somebody can answer in a queue, and why not; a bot always can."""
        known = self._rules.queues.get(queue)
        if known is not None and known.bot:
            return Available(state="online", reason="bot")
        return self._index.floor.available(queue, at)

    def people(self, queue: str, at: int) -> str:
        """Return whether people can take over in a queue: ``online``, ``busy`` or ``offline``."""
        return self._index.floor.available(queue, at).state

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
            availability=self.available(queue, at).state,
            inviter=self._inviter(guest, queue),
            language=str(guest.get("language", "")).partition("-")[0].casefold(),
            preferred=guest.get("owner", "") or guest.get("last_agent", ""),
        )
        return attrs.evolve(
            command,
            origin=origin,
            name=guest.get("name") or command.name,
            email=command.email or guest.get("email", ""),
            page=command.page or guest.get("page", ""),
            title=command.title or guest.get("title", ""),
        )

    def _inviter(self, guest: Facts, queue: str) -> conversation.Seat | None:
        """Return the agent whose invitation is accepted, unless a limit keeps him from it."""
        agent = guest.get("inviter", "")
        working = self._index.presence(agent) if agent else None
        if working is None or not self._index.floor.has_room(working, queue):
            return None
        return self._index.seat(agent)

    def _pick(self, _: str, command: conversation.Pick, __: int) -> Command:
        return attrs.evolve(command, seat=self._index.seat(command.by.id))

    def _post(self, stream: str, command: conversation.Post, _: int) -> Command:
        if not command.by.is_staff:
            return command
        chat = self._index.get(stream)
        if chat is None or chat.phase != conversation.Phase.WAITING:
            return command
        return attrs.evolve(command, seat=self._index.seat(command.by.id))

    def _assign(self, _: str, command: conversation.Assign, __: int) -> Command:
        return attrs.evolve(command, seat=self._askable(command.agent))

    def _transfer(self, stream: str, command: conversation.Transfer, at: int) -> Command:
        seat = self._askable(command.agent) if command.agent else None
        chat = self._index.get(stream)
        fallback = ""
        if command.queue and chat is not None:
            fallback = self._index.floor.who_takes(command.queue, at)
        return attrs.evolve(command, seat=seat, fallback=fallback)

    def _askable(self, agent: str) -> conversation.Seat | None:
        """Return the seat of an agent who can be asked now."""
        working = self._index.presence(agent)
        if working is None or working.facts["why_not"]:
            return None
        return self._index.seat(agent)

    def _elapse(self, stream: str, command: conversation.Elapse, at: int) -> Command:
        chat = self._index.get(stream)
        if chat is not None and chat.phase == conversation.Phase.WITH_BOT:
            return attrs.evolve(command, available=self.people(chat.queue or "", at))
        if chat is None or not chat.facts["owner"]:
            return command
        return attrs.evolve(command, others=self._index.floor.others(chat, at))

    def _bot_answer(self, stream: str, command: conversation.BotAnswer, at: int) -> Command:
        chat = self._index.get(stream)
        queue = command.queue or (chat.queue if chat else "") or ""
        if queue not in self._rules.queues and chat is not None:
            queue = chat.queue or ""
        return attrs.evolve(command, available=self.people(queue, at))

    def _hand_off(
        self, stream: str, command: conversation.BotFail | conversation.HandOff, at: int
    ) -> Command:
        chat = self._index.get(stream)
        return attrs.evolve(command, available=self.people(chat.queue or "" if chat else "", at))

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
        last = self._index.last_presence(command.by.id)
        return attrs.evolve(
            command,
            profile=self._profile(command.by),
            carried=presence.Carried.of(last.facts) if last else presence.Carried(),
        )

    def _profile(self, by: Actor) -> presence.Profile:
        person = self._rules.staff.get(by.id)
        if person is None:
            return presence.Profile(name=by.name)
        return presence.Profile(
            name=person.name,
            queues=person.queues,
            capacity=person.capacity,
            tier=person.tier,
            tiers=person.tiers,
            skills=person.skills,
            languages=person.languages,
        )

    def _numbered(self, stream: str, command: enquiry.Announce | enquiry.Elapse, _: int) -> Command:
        chat = self._index.get(f"conversation/{id_of(stream)}")
        return attrs.evolve(command, number=chat.number if chat else 0)

    def _ban(self, _: str, command: ban.Ask, __: int) -> Command:
        guest = self._guest(command.visitor)
        return attrs.evolve(command, token=guest.get("token", ""), address=guest.get("address", ""))
