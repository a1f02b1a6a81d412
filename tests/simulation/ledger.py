"""What the journal of a simulated day must show, read as it grows.

Order (G8): a chat is overtaken each time the router offers another chat, which began to wait later
and has the same priority, queue (so the same skills) and language, to an agent whom the waiting one
has not been offered to in its present pass and who can do what it still asks for. That may happen
to a chat no more often than there are agents who serve its queue and can do all that it asked for.
"""

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from livechat_core import conversation, presence
from livechat_core.conversation import Phase
from livechat_core.routing import Need
from livechat_core.rules import seconds
from livechat_core.streams import Event, Recorded, kind_of
from tests.desk.invariants import Journal, _chats, _slots
from tests.simulation.company import COMPANY, QUEUES

if TYPE_CHECKING:
    from tests.simulation.day import Day

LATE = seconds(1 + 2 + 5)
"""A tick, and what the sweep takes for overdue, and the sweep (G9)."""
FOLDED = ("conversation", "presence", "visit")


class Ledger:
    """All that was recorded, folded, counted, and checked at each reading."""

    def __init__(self, day: "Day") -> None:
        self.events: Counter[str] = Counter()
        self.overtaken: Counter[str] = Counter()
        self.live = Journal()
        self.most_waiting = 0
        self._day = day
        self._read = 0
        self._states: Journal = Journal()
        self._trace = hashlib.sha256()

    @property
    def trace(self) -> str:
        """The whole journal in one word."""
        return self._trace.hexdigest()

    async def read(self) -> None:
        """Take in what was recorded since, then check all that goes on."""
        desk = self._day.servers[0].scene.desk
        while rows := await desk.store.feed(self._read):
            for row in rows:
                self._read = row.position
                event = desk.codec.decode(row)
                self._write(row, event)
                self._take(row, event)
        _chats(self.live)
        _slots(self.live)
        phases = [chat.phase for chat in self.live.of("conversation").values()]
        self.most_waiting = max(self.most_waiting, phases.count(Phase.WAITING))

    def _write(self, row: Recorded, event: Event) -> None:
        """Add a line to the trace; what is a set has no order of its own."""
        line = (row.position, row.stream, row.version, row.at, row.actor, row.type, event)
        self._trace.update(msgspec.json.encode(line, order="deterministic"))

    def _take(self, row: Recorded, event: Event) -> None:
        name, kind = row.stream, kind_of(row.stream)
        self.events[type(event).__name__] += 1
        if kind not in FOLDED:
            return
        decider = self._day.servers[0].scene.desk.states.decider(name)
        state = self._states.states.setdefault(name, decider.new())
        if isinstance(event, conversation.Offered) and not event.by:
            self._count_overtaken(name, state, event, row.at)
        if isinstance(event, conversation.OfferLapsed):
            self._lapsed_in_time(name, state, row.at)
        decider.evolve(state, event, row.at)
        if isinstance(event, presence.SlotTaken):
            assert state.load <= state.profile.capacity, f"G7: {name} is above capacity"
        ended = kind != "visit" and state.phase in (
            *(Phase.CLOSED, Phase.MESSAGE_LEFT, presence.Phase.ENDED),
        )
        if ended:
            self.live.states.pop(name, None)
        else:
            self.live.states[name] = state

    def _count_overtaken(
        self, offered: str, later: conversation.State, event: conversation.Offered, at: int
    ) -> None:
        for name, chat in self.live.of("conversation").items():
            if (
                name != offered
                and chat.phase is Phase.WAITING
                and chat.since < later.since
                and _wants(chat) == _wants(later)
                and event.seat.agent not in chat.tried
                and _can(event.seat.agent, need(chat), at - chat.queued_at)
            ):
                self.overtaken[name] += 1
                most = sum(_can(agent, need(chat), 0) for agent in COMPANY.staff)
                assert self.overtaken[name] <= most, f"G8: {name} is overtaken again and again"

    def _lapsed_in_time(self, name: str, chat: conversation.State, at: int) -> None:
        assert chat.ask is not None, name
        late = self._day.lit(chat.ask.until, at)
        assert at - chat.ask.until >= 0, f"G9: an offer of {name} lapsed early"
        assert late <= LATE, f"G9: an offer of {name} lapsed {late} microseconds late"


def need(chat: conversation.State) -> Need:
    """Return what a chat asks for."""
    queue = QUEUES[chat.queue]
    return Need(
        queue=chat.queue,
        skills=queue.skills,
        language=_language(chat),
        relax_after=queue.relax_after,
    )


def _wants(chat: conversation.State) -> tuple[object, ...]:
    return chat.priority, chat.queue, _language(chat)


def _language(chat: conversation.State) -> str:
    return chat.language if chat.language in QUEUES[chat.queue].languages else ""


def _can(agent: str, wanted: Need, waited: int) -> bool:
    person, asked = COMPANY.staff[agent], wanted.relaxed(wanted.steps(waited))
    return (
        asked.queue in person.queues
        and (not asked.language or asked.language in person.languages)
        and all(skill in person.skills for skill in asked.skills)
    )
