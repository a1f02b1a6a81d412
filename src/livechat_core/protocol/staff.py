"""A staff connection: who it is, what may be seen, and the lists that are pushed."""

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from .. import markup, presence
from ..board import Board
from ..codec import dumps
from ..errors import Denied, Full, NotFound, Rejected, StoreError
from ..ports import Request
from ..rules import Staff
from ..service import Service
from ..streams import Actor, Command, Query, Role, Summary, kind_of
from ..whispers import Whisper
from .following import Following, Push
from .lists import Lists
from .notices import Notices

BEGIN_TRIES = 3
SHOWN = ("conversation", "erasure", "enquiry", "visit", "ban", "record", "presence", "contact")
"""Kinds of streams that staff may name."""
ORDERED = {"waiting": ("position", "since"), "mine": ("joined",), "offers": ("until",)}


class Colleague:
    """One connection of a member of staff.

    Args:
        service: The running desk.
        actor: The person.
        connection: Name of this connection.
        watch: Only looks on; is not present for chats.
        push: Sends a frame; must not wait.
    """

    def __init__(
        self, service: Service, actor: Actor, connection: str, *, watch: bool, push: Push
    ) -> None:
        self.actor = actor
        self.connection = connection
        self.watch = watch
        self.following = Following(service.desk, public=False, push=push, spawn=service.spawn)
        self.lists = Lists(service.desk.index, service.desk.rules, actor)
        self._service = service
        self._push = push
        self._shown: dict[str, dict[str, dict[str, Any]]] = {}
        self._status: dict[str, Any] = {}
        self._notices = Notices(self.lists, service.desk.rules, actor.id)
        self._counts: dict[str, int] = {}
        self._person = self._drawn = service.desk.rules.staff.get(actor.id)

    # --- what is pushed ----------------------------------------------------------------------

    def snapshot(self) -> dict[str, list[dict[str, Any]]]:
        """Return all lists as they stand; later pushes are differences to this."""
        found = self.lists.snapshot()
        self._shown = {name: {row["key"]: row for row in rows} for name, rows in found.items()}
        self._notices.skip(self._service.desk.index.all("conversation"))
        for name, fields in ORDERED.items():
            found[name].sort(key=itemgetter(*fields))
        return found

    def look(self, board: Board) -> None:
        """Push the differences of all lists since the last look."""
        changed: dict[str, dict[str, dict[str, Any]]] = {}
        gone: dict[str, list[str]] = {}
        for summary in self._looked_at(board):
            self._differ(summary, changed, gone)
            for notice in self._notices.of(summary):
                self._notify("notice", notice)
        for name in {**changed, **gone}:  # in the same order each time (G25)
            told = {"list": name, "changed": list(changed.get(name, {}).values())}
            self._notify("list", {**told, "gone": gone.get(name, [])})
        self._look_at_status()
        self._look_at_counts()

    def _looked_at(self, board: Board) -> Iterable[Summary]:
        """Return what may stand in the lists in another way; all, if he himself is another."""
        if not self._renewed():
            self.following.leave()
            return ()
        if self._person == self._drawn:
            return board.news(self.actor.id)
        self._drawn = self._person
        self._service.spawn(self._look_away)
        self._notify("profile", _profile(self._service, self.actor.id))
        self._notices.skip(self._service.desk.index.all("conversation"))
        return self.lists.everything()

    async def _look_away(self) -> None:
        """Follow no more what is not the person's to see any longer."""
        for stream in self.following.streams:
            try:
                await self.may_see(stream)
            except NotFound:
                self.following.drop(stream)

    def _renewed(self) -> bool:
        """Be who the rules say now; false if the person does not work here any more."""
        person = self._service.desk.rules.staff.get(self.actor.id)
        if person is not None and person != self._person:
            self._person, self.actor = person, _actor(self.actor.id, person)
        return person is not None

    def check(self) -> None:
        """Refuse who does not work here any more; of others take over what they may do now.

        Raises:
            Denied: ``unauthenticated``.
        """
        if not self._renewed():
            raise Denied("unauthenticated")

    def _differ(
        self,
        summary: Summary,
        changed: dict[str, dict[str, dict[str, Any]]],
        gone: dict[str, list[str]],
    ) -> None:
        for name, item in self.lists.items(summary).items():
            shown = self._shown.setdefault(name, {})
            if item is None:
                if shown.pop(summary.stream, None) is not None:
                    gone.setdefault(name, []).append(summary.stream)
            elif shown.get(summary.stream) != item:
                shown[summary.stream] = item
                changed.setdefault(name, {})[summary.stream] = item

    def _look_at_status(self) -> None:
        status = self.status
        if status != self._status and not self.watch:
            self._status = status
            self._notify("status", status)

    def _look_at_counts(self) -> None:
        counts = self._service.inbox.counts(self.actor.id)
        changed = {view: n for view, n in counts.items() if self._counts.get(view) != n}
        if changed:
            self._notify("inbox", changed)
        self._counts = counts

    async def recall(self) -> dict[str, int]:
        """Return what stands in the views of the inbox, chats that are over among it.

        These are not in the index, so those that mention the person are looked up.
        """
        inbox, me = self._service.inbox, self.actor.id
        before = inbox.view("mentions", me)
        query = Query(kind="conversation", labels=(f"mention={me}",), newest=True)
        found = await self._service.desk.store.summaries(query)
        for chat in found:
            inbox.take(chat)
        for stream in before.difference(chat.stream for chat in found):
            inbox.drop(stream)
        self._counts = inbox.counts(me)
        return self._counts

    @property
    def status(self) -> dict[str, Any]:
        """How the person stands: status, why he is not asked, and the places he has (F28)."""
        working = self._service.desk.index.presence(self.actor.id)
        if working is None:
            return {"status": "offline", "why_not": "offline"}
        names = ("status", "why_not", "reason", "missed", "load", "capacity", "in_call", "wrapping")
        return {name: working.facts[name] for name in names}

    def hear(self, whisper: Whisper) -> None:
        """Push what a visitor is typing or has read, as long as the person may see the chat."""
        chat = self._service.desk.index.get(whisper.chat)
        if chat is None or not whisper.by.startswith("visitor:"):
            return
        guests = (guest["agent"] for guest in chat.facts["guests"])
        near = (chat.facts["owner"], chat.facts["offered_to"], *guests)
        if self.lists.serves(chat.queue) or self.actor.id in near:
            self._notify("read" if whisper.read else "typing", whisper.told())

    def _notify(self, method: str, params: dict[str, Any]) -> None:
        self._push(dumps({"jsonrpc": "2.0", "method": method, "params": params}))

    # --- what may be seen --------------------------------------------------------------------

    async def may_see(self, stream: str) -> None:
        """Refuse what lies outside the person's queues, as if it did not exist (A12).

        Raises:
            NotFound: It is not his to see, or it does not exist.
        """
        kind = kind_of(stream)
        if kind in ("presence", "erasure") and not self._is_supervisor:
            raise NotFound
        if kind not in SHOWN:
            raise NotFound
        state = await self._service.desk.view(stream)
        if state.phase == "new":
            raise NotFound
        if kind in ("conversation", "enquiry") and not self._serves(kind, state):
            raise NotFound
        if kind == "contact" and not (self._is_supervisor or state.opened_by(self.actor.id)):
            raise NotFound
        if kind == "record" and state.owner not in ("", self.actor.id):
            raise NotFound

    @property
    def _is_supervisor(self) -> bool:
        return self.actor.role is Role.SUPERVISOR

    def _serves(self, kind: str, state: Any) -> bool:  # noqa: ANN401 - one of two state classes
        if self.lists.serves(state.queue):
            return True
        if kind == "enquiry":
            return bool(state.agent == self.actor.id)
        asked = state.ask.seat.agent if state.ask else ""
        owner = state.owner.agent if state.owner else state.last_owner
        me = self.actor.id
        # Whom a colleague mentions he lets see this one chat, whatever queues he serves (S3-27).
        return me in (asked, owner) or me in state.guests or me in state.mentioned

    # --- working time ------------------------------------------------------------------------

    async def begin(self) -> None:
        """Be at work with this connection: in the present working time, or in a new one."""
        number = await self._last_number()
        command = presence.SignIn(
            by=self.actor, connection=self.connection, process=self._service.process
        )
        for _ in range(BEGIN_TRIES):
            stream = f"presence/{self.actor.id}.{max(number, 1)}"
            try:
                await self._service.desk.dispatch(stream, command)
            except Rejected as refusal:
                if refusal.code != "signed_out":
                    raise
                number = max(number, 1) + 1
            except Full as full:
                number = int(full.holders[0].rpartition(".")[2])
            except StoreError:
                # It may be recorded all the same, and nobody would ever leave.
                await self._service.agent_disconnected(stream, self.connection)
                raise
            else:
                return
        raise Rejected("signed_out", agent=self.actor.id)

    async def at_work(self, command: Command, client_id: str) -> Any:  # noqa: ANN401
        """Do something about the own working time; choosing a status begins it."""
        desk = self._service.desk
        status = command.status if isinstance(command, presence.SetStatus) else ""
        working = desk.index.presence(self.actor.id)
        if working is None and status not in ("", "offline"):
            await self.begin()
            working = desk.index.presence(self.actor.id)
        if working is not None:
            return await desk.dispatch(working.stream, command, client_id)
        if status != "offline":
            raise Rejected("signed_out", agent=self.actor.id)
        number = max(await self._last_number(), 1)
        held = await desk.states.get(f"presence/{self.actor.id}.{number}")
        return {"stream": "", "seq": 0, "number": held.number, "at": desk.clock.now()}

    async def close(self) -> None:
        """Forget the connection."""
        self.following.leave()
        self._service.whispers.leave(self)
        self._service.board.leave(self)
        working = self._service.desk.index.presence(self.actor.id)
        if not self.watch and working is not None:
            await self._service.agent_disconnected(working.stream, self.connection)

    async def chose_offline(self) -> bool:
        """Tell whether the person's last working time ended because he chose to be offline."""
        number = await self._last_number()
        if not number:
            return False
        state: presence.State = await self._service.desk.view(f"presence/{self.actor.id}.{number}")
        return state.phase is presence.Phase.ENDED and state.ended == "offline"

    async def _last_number(self) -> int:
        query = Query(kind="presence", labels=(f"agent={self.actor.id}",), newest=True, limit=1)
        rows = await self._service.desk.store.summaries(query)
        for row in rows:  # what has ended is not in the index after a restart; it carries on
            self._service.desk.index.apply(row)
        return int(rows[0].stream.rpartition(".")[2]) if rows else 0


async def open_staff(
    service: Service, params: dict[str, Any], request: Request, push: Push
) -> tuple[Colleague, dict[str, Any]]:
    """Let a member of staff in whom the host vouches for.

    Raises:
        Denied: ``unauthenticated``: the host does not know this person, or he is not staff.
    """
    agent = await service.identity.agent(request) if service.identity else None
    colleague = vouched(service, agent or "", push, watch=bool(params.get("watch")))
    if not colleague.watch and (params.get("begin") or not await colleague.chose_offline()):
        await colleague.begin()
    service.board.join(colleague)
    return colleague, {**_welcome(service, colleague), "inbox": await colleague.recall()}


def vouched(service: Service, agent: str, push: Push, *, watch: bool) -> Colleague:
    """Return a connection of the member of staff with this id, whom somebody vouches for.

    Raises:
        Denied: ``unauthenticated``: there is no such person.
    """
    person = service.desk.rules.staff.get(agent)
    if person is None:
        raise Denied("unauthenticated")
    return Colleague(
        service, _actor(agent, person), service.next_connection(), watch=watch, push=push
    )


def _actor(agent: str, person: Staff) -> Actor:
    role = Role.SUPERVISOR if person.supervisor else Role.AGENT
    return Actor(role=role, id=agent, name=person.name)


def _profile(service: Service, agent: str) -> dict[str, Any]:
    """Return who a person is at the desk, which may change while he works."""
    rules = service.desk.rules
    person = rules.staff[agent]
    return {
        "role": str(_actor(agent, person).role),
        "agent": agent,
        "name": person.name,
        "capacity": person.capacity,
        "queues": [
            {"id": name, "name": rules.queues[name].name}
            for name in person.queues
            if name in rules.queues
        ],
    }


def _welcome(service: Service, colleague: Colleague) -> dict[str, Any]:
    rules = service.desk.rules
    person = rules.staff[colleague.actor.id]
    return {
        **_profile(service, colleague.actor.id),
        "now": service.desk.clock.now(),
        "rich_text": person.rich_text and markup.available(),
        "attachments": service.attachments.limits,
        **colleague.status,
        "statuses": [
            {"id": status, "name": known.name, "means": known.means}
            for status, known in rules.statuses.items()
        ],
        "lists": colleague.snapshot(),
    }
