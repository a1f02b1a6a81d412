"""What may be asked over the wire, beside commands."""

from collections.abc import Awaitable, Callable
from typing import Any

import attrs

from .. import conversation, visit
from ..errors import Denied, Invalid, NotFound
from ..service import Service
from ..streams import Role, kind_of
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
            "conversation.routing": self._routing,
            "desk.availability": self._availability,
            "desk.lists": self._lists,
            "desk.staff": self._staff,
            "desk.queues": self._queues,
            "visit.path": self._path,
            "enquiry.show": self._enquiry,
            "record.list": self._records,
        }

    async def answer(self, method: str, params: Params) -> Any:  # noqa: ANN401 - JSON
        """Return what was asked for."""
        return await self._answers[method](params)

    async def _follow(self, params: Params) -> Params:
        stream, after = await self._named(params), _number(params)
        found = await self._caller.following.follow(stream, after)
        return {**found, "number": (await self._service.desk.states.get(stream)).number}

    async def _history(self, params: Params) -> Params:
        stream, after = await self._named(params), _number(params)
        found = await self._caller.following.history(stream, after)
        found.pop("version")
        return {**found, "number": (await self._service.desk.states.get(stream)).number}

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

    async def _availability(self, params: Params) -> Params:
        site = str(params.get("site") or getattr(self._caller, "site", ""))
        if site not in self._service.desk.rules.sites:
            raise NotFound("unknown_site", site=site[:100])
        return self._service.board.fresh_availability(site)

    async def _lists(self, _: Params) -> Params:
        return dict(self._colleague().snapshot())

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
        """The pages a visitor took over all sites (S0-32)."""
        stream = await self._named(params, "visit")
        state: visit.State = await self._service.desk.view(stream)
        return {"pages": [attrs.asdict(page) for page in state.pages]}

    async def _enquiry(self, params: Params) -> Params:
        stream = await self._named(params, "enquiry")
        summary = self._service.desk.index.get(stream)
        items = self._colleague().lists.items(summary) if summary else {}
        found = await self._caller.following.history(stream, 0)
        return {"item": items.get("enquiries"), "events": found["events"]}

    async def _records(self, params: Params) -> list[Params]:
        topic, me = str(params.get("topic", "")), self._caller.actor
        return [
            {"stream": record.stream, **record.facts}
            for record in self._service.desk.index.all("record")
            if (not topic or record.facts["topic"] == topic)
            and record.facts["owner"] in ("", me.id)
        ]

    async def _named(self, params: Params, kind: str = "") -> str:
        stream = params.get("stream")
        if not isinstance(stream, str) or len(stream) > 150:
            raise Invalid("invalid_type", field="stream")
        if kind_of(stream) == "presence" or (kind and kind_of(stream) != kind):
            raise NotFound
        await self._caller.may_see(stream)
        return stream

    def _colleague(self) -> Colleague:
        if not isinstance(self._caller, Colleague):
            raise Denied("forbidden", role=str(Role.VISITOR))
        return self._caller


def _number(params: Params) -> int:
    after = params.get("after", 0)
    if isinstance(after, bool) or not isinstance(after, int) or after < 0:
        raise Invalid("invalid_type", field="after")
    return after
