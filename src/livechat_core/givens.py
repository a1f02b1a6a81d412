"""What the desk tells a command from elsewhere: the fields marked `given`, filled at every try.

Visitor, seat, opening hours, bans and numbers come from the live index. They are hints where a
guard or a version decides, and facts where nobody else could know better.
"""

from collections.abc import Callable
from typing import Any

import attrs

from . import ban, conversation, enquiry, presence, record, replies, visit
from .floor import Available
from .index import Index
from .overlay import Overlay, Paper
from .rules import Rules
from .streams import Command, Facts, id_of

UNVOUCHED: Facts = {
    **dict.fromkeys(("name", "email", "phone", "person", "owner"), ""),
    "signed_in": False,
    "registered": False,
    "roles": [],
}
"""What a visit knows when the host's word about its visitor has ended."""


class Givens:
    """Fills commands from the live index.

    Args:
        index: The live index.
        rules: The desk's rules.
        overlay: What records say about the rules.
        connected: Tells whether a visitor has a connection here.
    """

    def __init__(
        self, index: Index, rules: Rules, overlay: Overlay, connected: Callable[[str], bool]
    ) -> None:
        self._index = index
        self._rules = rules
        self._overlay = overlay
        self._connected = connected
        self._fillers: dict[type[Command], Callable[[str, Any, int], Command]] = {
            conversation.Start: self._start,
            conversation.LeaveMessage: self._start,
            conversation.Pick: self._pick,
            conversation.Join: self._pick,
            conversation.Post: self._post,
            conversation.Reopen: self._reopen,
            conversation.Assign: self._assign,
            conversation.Transfer: self._transfer,
            conversation.Elapse: self._elapse,
            conversation.BotAnswer: self._bot_answer,
            conversation.BotFail: self._hand_off,
            conversation.HandOff: self._hand_off,
            visit.Invite: self._invite,
            visit.Elapse: self._visit_elapse,
            presence.SignIn: self._sign_in,
            presence.SetProfile: self._set_profile,
            enquiry.Announce: self._numbered,
            enquiry.Elapse: self._numbered,
            ban.Ask: self._ban,
            record.Save: self._save,
            record.Retire: self._retire,
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

    def banned(self, visitor: str, *scopes: str, person: str = "") -> bool:
        """Tell whether a ban of one of the scopes holds for a visitor, or for a person."""
        guest = self._guest(visitor)
        person = person or str(guest.get("person", ""))
        return self._index.banned(str(guest.get("token", "")), visitor, scopes, person)

    def site_state(self, site: str, at: int) -> str:
        """Return whether somebody can answer on a site: ``online``, ``busy`` or ``offline``."""
        known = self._rules.sites.get(site)
        states = {self.available(queue, at).state for queue in known.queues} if known else ()
        return next((one for one in ("online", "busy") if one in states), "offline")

    def _guest(self, visitor: str, at: int = 0) -> Facts:
        """Return what is known of a visitor; of whom the host's word has ended, no more of it."""
        summary = self._index.get(f"visit/{visitor}")
        if summary is None:
            return {}
        facts = {**summary.facts, "token": summary.labelled("token")}
        return {**facts, **UNVOUCHED} if 0 < facts["vouched_until"] <= at else facts

    def _start(
        self, _: str, command: conversation.Start | conversation.LeaveMessage, at: int
    ) -> Command:
        visitor = command.by.id
        guest = self._guest(visitor, at)
        site = self._rules.sites.get(command.site)
        queue = command.queue or (site.queues[0] if site else "")
        origin = conversation.Origin(
            visitor=visitor,
            signed_in=guest.get("signed_in", False),
            location=guest.get("location", ""),
            address=guest.get("address", ""),
            banned=self.banned(visitor, "chat", "site"),
            availability=self.available(queue, at).state,
            inviter=self._inviter(guest, queue),
            language=str(guest.get("language", "")).partition("-")[0].casefold(),
            preferred=guest.get("owner", "") or guest.get("last_agent", ""),
            person=guest.get("person", ""),
            previous=guest.get("conversation", ""),
            email=guest.get("email", ""),
            entitled=not (site and visit.missing(site.requires, _vouched(guest))),
        )
        return attrs.evolve(
            command,
            origin=origin,
            name=guest.get("name") or command.name,
            email=command.email or guest.get("email", ""),
            phone=command.phone or guest.get("phone", ""),
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

    def _pick(self, _: str, command: conversation.Pick | conversation.Join, __: int) -> Command:
        return attrs.evolve(command, seat=self._index.seat(command.by.id))

    def _reopen(self, _: str, command: conversation.Reopen, at: int) -> Command:
        by = command.by
        if by.is_staff:
            return attrs.evolve(command, seat=self._index.seat(by.id))
        return attrs.evolve(command, situation=self._situation(by.id, at))

    def _situation(self, visitor: str, at: int) -> conversation.Situation:
        """Return what is known of a visitor whose chat is over: nobody knows its queue here."""
        guest = self._guest(visitor, at)
        site = self._rules.sites.get(guest.get("site", ""))
        return conversation.Situation(
            banned=self.banned(visitor, "chat", "site"),
            entitled=not (site and visit.missing(site.requires, _vouched(guest))),
            availability={queue: self.people(queue, at) for queue in self._rules.queues},
        )

    def _post(self, stream: str, command: conversation.Post, at: int) -> Command:
        if not command.by.is_staff:
            if self._index.get(stream) is not None:
                return command
            return attrs.evolve(command, situation=self._situation(command.by.id, at))
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
        if chat is None:
            return command
        if not chat.facts["owner"]:
            return attrs.evolve(command, available=self.people(chat.queue or "", at))
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

    def _visit_elapse(self, stream: str, command: visit.Elapse, at: int) -> Command:
        visitor = id_of(stream)
        return attrs.evolve(
            command,
            connected=self._connected(visitor),
            availability=self.site_state(str(self._guest(visitor).get("site", "")), at),
            banned=self.banned(visitor, "chat", "site"),
        )

    def _sign_in(self, _: str, command: presence.SignIn, __: int) -> Command:
        last = self._index.last_presence(command.by.id)
        return attrs.evolve(
            command,
            profile=self._profile(command.by.id, command.by.name),
            carried=presence.Carried.of(last.facts) if last else presence.Carried(),
        )

    def _set_profile(self, stream: str, command: presence.SetProfile, _: int) -> Command:
        agent = id_of(stream).rpartition(".")[0]
        gone = agent not in self._rules.staff and self._overlay.profile_version(agent) > 0
        return attrs.evolve(command, profile=self._profile(agent), dismissed=gone)

    def _profile(self, agent: str, name: str = "") -> presence.Profile:
        person = self._rules.staff.get(agent)
        if person is None:
            return presence.Profile(name=name)
        return presence.Profile(
            name=person.name,
            queues=person.queues,
            capacity=person.capacity,
            tier=person.tier,
            tiers=person.tiers,
            skills=person.skills,
            languages=person.languages,
            version=self._overlay.profile_version(agent),
        )

    def _numbered(self, stream: str, command: enquiry.Announce | enquiry.Elapse, _: int) -> Command:
        chat = self._index.get(f"conversation/{id_of(stream).partition('.')[0]}")
        return attrs.evolve(command, number=chat.number if chat else command.number)

    def _ban(self, _: str, command: ban.Ask, __: int) -> Command:
        guest = self._guest(command.visitor)
        known = {name: guest.get(name, "") for name in ("token", "address", "person")}
        return attrs.evolve(command, **known)

    def _save(self, _: str, command: record.Save, __: int) -> Command:
        paper = Paper(topic=command.topic, name=command.name, values=command.values)
        fault = self._overlay.fault(paper)
        if fault is None and command.topic == "saved_reply":
            fault = replies.fault(command.body, self._rules.placeholders)
        return attrs.evolve(command, fault=fault)

    def _retire(self, stream: str, command: record.Retire, _: int) -> Command:
        known = self._index.get(stream)
        if known is None:
            return command
        paper = Paper(topic=known.facts["topic"], name=known.facts["name"], values=None)
        return attrs.evolve(command, fault=self._overlay.fault(paper))


def _vouched(guest: Facts) -> visit.Guest:
    """Return of a visitor what conditions of sites look at."""
    return visit.Guest(
        name=guest.get("name", ""),
        person=guest.get("person", ""),
        registered=guest.get("registered", False),
        roles=tuple(guest.get("roles", ())),
    )
