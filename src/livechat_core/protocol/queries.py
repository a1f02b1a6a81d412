"""What may be asked over the wire, beside commands."""

from collections.abc import Awaitable, Callable
from typing import Any

import attrs

from .. import conversation, visit
from ..errors import Denied, Invalid, NotFound
from ..service import Service
from ..streams import Role, kind_of
from . import figures, inbox, papers, privacy, search
from .arrivals import handed_over
from .persons import Persons
from .saying import whisper
from .staff import Colleague
from .visitors import Visitor

Params = dict[str, Any]


class Queries:
    """Answers the queries of one caller; the registry has admitted him already.

    Args:
        service: The running desk.
        caller: Who asks.
    """

    def __init__(self, service: Service, caller: Visitor | Colleague) -> None:
        self._service = service
        self._caller = caller
        self._answers: dict[str, Callable[[Params], Awaitable[Any]]] = {
            "conversation.follow": self._follow,
            "conversation.history": self._history,
            "conversation.type": self._type,
            "conversation.read": self._read,
            "conversation.routing": self._routing,
            "conversation.ticket_subject": self._ticket_subject,
            "desk.availability": self._availability,
            "desk.lists": self._lists,
            "desk.inbox": self._inbox,
            "desk.tags": self._tags,
            "desk.staff": self._staff,
            "desk.queues": self._queues,
            "visit.path": self._path,
            "visit.conversations": self._conversations,
            "visit.hand_over": self._hand_over,
            "enquiry.show": self._enquiry,
            "conversation.contact": lambda params: self._persons().of(params),
            "contact.search": lambda params: self._persons().search(params),
            "contact.show": lambda params: self._persons().show(params),
            "contact.pop": lambda params: self._persons().pop(params),
            "erasure.list": lambda _: privacy.erasures(self._service),
            "erasure.export": lambda params: privacy.export_person(self._service, params),
            "record.list": self._records,
            "record.history": self._versions,
            "record.replies": self._replies,
            "conversation.search": self._search,
            "conversation.find": self._find,
            "desk.emoji": self._emoji,
            "desk.profile": self._profile,
            "desk.figures": self._figures,
        }

    async def answer(self, method: str, params: Params) -> Any:  # noqa: ANN401 - JSON
        """Return what was asked for."""
        return await self._answers[method](params)

    async def _follow(self, params: Params) -> Params:
        stream, after = await self._named(params), _number(params)
        self._service.whispers.listen(stream, self._caller, self._caller.hear)
        found = await self._caller.following.follow(stream, after)
        return {**found, "number": (await self._service.desk.states.get(stream)).number}

    async def _history(self, params: Params) -> Params:
        stream, after = await self._named(params), _number(params)
        found = await self._caller.following.history(stream, after)
        found.pop("version")
        return {**found, "number": (await self._service.desk.states.get(stream)).number}

    async def _type(self, params: Params) -> Params:
        """Say that one is typing, or has stopped (F45)."""
        stream = await self._named(params, "conversation")
        await whisper(self._service, self._caller, stream, params)
        return {}

    async def _read(self, params: Params) -> Params:
        """Say how far one has read (F47)."""
        stream = await self._named(params, "conversation")
        await self._service.marks.read(stream, self._caller.actor, _number(params, "version"))
        return {}

    async def _routing(self, params: Params) -> Params:
        """Say who would be asked for a waiting chat now, and of everybody why or why not."""
        stream = await self._named(params, "conversation")
        desk = self._service.desk
        chat, now = desk.index.get(stream), desk.clock.now()
        if chat is None or chat.phase not in conversation.WAITS:
            state: conversation.State = await desk.view(stream)
            return {"phase": str(state.phase), "queue": state.queue, "why": "", "agents": []}
        floor = desk.index.floor
        return {
            "phase": chat.phase,
            "queue": chat.queue,
            "why": floor.why(chat, now),
            "agents": [attrs.asdict(one) for one in floor.explain(chat, now)],
        }

    async def _ticket_subject(self, params: Params) -> Params:
        """Return the subject that a ticket made now has, unless its maker says another (S1-18)."""
        stream = await self._named(params, "conversation")
        state: conversation.State = await self._service.desk.view(stream)
        return {"subject": conversation.subject_of(state, self._service.desk.rules)}

    async def _availability(self, params: Params) -> Params:
        site = str(params.get("site") or getattr(self._caller, "site", ""))
        if site not in self._service.desk.rules.sites:
            raise NotFound("unknown_site", site=site[:100])
        return self._service.board.fresh_availability(site)

    async def _lists(self, _: Params) -> Params:
        return dict(self._colleague().snapshot())

    async def _inbox(self, params: Params) -> Params:
        return await inbox.show(self._service, self._colleague(), params)

    async def _tags(self, _: Params) -> list[Params]:
        return await inbox.tags(self._service, self._colleague())

    async def _staff(self, _: Params) -> list[Params]:
        """The members of staff with their present status (S3-14)."""
        index, rules = self._service.desk.index, self._service.desk.rules
        found = []
        for agent, person in rules.staff.items():
            working = index.presence(agent)
            facts = working.facts if working else {}
            found.append(
                {
                    "agent": agent,
                    "name": person.name,
                    "stream": working.stream if working else "",
                    "status": facts.get("status", "offline"),
                    "why_not": facts.get("why_not", "offline"),
                    "reason": facts.get("reason", ""),
                    "load": facts.get("load", 0),
                    "capacity": facts.get("capacity", person.capacity),
                    "queues": list(person.queues),
                }
            )
        return found

    async def _queues(self, _: Params) -> list[Params]:
        """The queues with what waits in them and whether somebody is there (S3-11)."""
        desk = self._service.desk
        now = desk.clock.now()
        return [
            {
                "id": name,
                "name": queue.name,
                "waiting": len(desk.index.floor.in_line(name)),
                **attrs.asdict(desk.index.floor.available(name, now)),
            }
            for name, queue in desk.rules.queues.items()
        ]

    async def _path(self, params: Params) -> Params:
        """The pages a visitor took over all sites, and how he came (S0-32, S1-14, F55)."""
        stream = await self._named(params, "visit")
        state: visit.State = await self._service.desk.view(stream)
        return {
            "pages": [attrs.asdict(page) for page in state.pages],
            "campaign": attrs.asdict(state.campaign),
            "browser": state.guest.browser,
            "language": state.language,
            "returned": state.returned,
            "consent": str(state.consent),
        }

    async def _conversations(self, _: Params) -> list[Params]:
        """The visitor's own chats (S3-8)."""
        return await self._visitor().conversations()

    async def _hand_over(self, _: Params) -> Params:
        """A code that carries the visit to another site of the desk, for a minute (S0-32)."""
        return await handed_over(self._service, self._visitor().actor)

    async def _enquiry(self, params: Params) -> Params:
        stream = await self._named(params, "enquiry")
        summary = self._service.desk.index.get(stream)
        items = self._colleague().lists.items(summary) if summary else {}
        found = await self._caller.following.history(stream, 0)
        return {"item": items.get("enquiries"), "events": found["events"]}

    async def _records(self, params: Params) -> list[Params]:
        return papers.listed(self._service, self._colleague(), params)

    async def _versions(self, params: Params) -> list[Params]:
        stream = await self._named(params, "record")
        return await papers.history(self._service, stream)

    async def _replies(self, params: Params) -> list[Params]:
        return await papers.suggested(self._service, self._colleague(), params)

    async def _search(self, params: Params) -> Params:
        return await search.search(self._service, self._colleague(), params)

    async def _find(self, params: Params) -> Params:
        return await search.find(self._service, self._colleague(), params)

    async def _emoji(self, params: Params) -> Params:
        return papers.emoji(params)

    async def _profile(self, params: Params) -> Params:
        return papers.profile(self._service, self._colleague(), params)

    async def _figures(self, params: Params) -> Params:
        return await figures.told(self._service, self._colleague(), params)

    async def _named(self, params: Params, kind: str = "") -> str:
        stream = params.get("stream")
        if not isinstance(stream, str) or len(stream) > 150:
            raise Invalid("invalid_type", field="stream")
        if kind_of(stream) == "presence" or (kind and kind_of(stream) != kind):
            raise NotFound
        await self._caller.may_see(stream)
        return stream

    def _visitor(self) -> Visitor:
        if not isinstance(self._caller, Visitor):
            raise Denied("forbidden", role=str(self._caller.actor.role))
        return self._caller

    def _persons(self) -> Persons:
        return Persons(self._service, self._colleague())

    def _colleague(self) -> Colleague:
        if not isinstance(self._caller, Colleague):
            raise Denied("forbidden", role=str(Role.VISITOR))
        return self._caller


def _number(params: Params, name: str = "after") -> int:
    number = params.get(name, 0)
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise Invalid("invalid_type", field=name)
    return number
