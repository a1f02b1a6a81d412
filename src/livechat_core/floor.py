"""The floor: agents at work and waiting chats, as routing needs them, kept from the live index.

Pure bookkeeping in memory: it answers whether somebody is there, who should be asked, where a chat
stands in its line and how long the wait may be. It gives hints; slots and guards decide.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Mapping

import attrs

from . import conversation, presence
from .queues import Lines, Round
from .routing import ORDERS, Candidate, Choice, Need, Order, Roster, Verdict, availability
from .rules import Assignment, Queue, Rules
from .streams import Summary

KEPT_WAITS = 100
"""So many of the last waits make the estimate of a queue (semantics.md section 3)."""
LEAST_WAITS = 3


@attrs.frozen(kw_only=True)
class Available:
    """Whether somebody can answer in a queue.

    Args:
        state: ``online``, ``busy`` (a chat would wait) or ``offline``.
        reason: Why not online: ``closed``, ``queue_full``, ``nobody_at_work``, ``all_away``,
            ``all_busy``, ``all_full``, ``queue_busy``, ``desk_busy``, ``others_wait``.
        opens_at: When the queue opens next, if it is closed.
        wait: The usual wait, in microseconds, if it is known.
    """

    state: str
    reason: str = ""
    opens_at: int | None = None
    wait: int | None = None


class Floor:
    """Agents at work and chats in line.

    Args:
        rules: The desk's rules.
        orders: The rules of who is asked first, by name; plugins may have added some.
    """

    def __init__(self, rules: Rules, orders: Mapping[str, Order] = ORDERS) -> None:
        self._rules = rules
        self._lines = Lines()
        self._roster = Roster(orders)
        self._waits: dict[str, dict[str, Summary]] = defaultdict(dict)
        self._served: dict[str, set[str]] = defaultdict(set)
        self._queue_of: dict[str, str] = {}
        self._places: dict[str, int] | None = None
        self._recent: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=KEPT_WAITS))
        self._full: set[str] = set()

    # --- what happens ------------------------------------------------------------------------

    def agent(self, working: Summary) -> None:
        """Take in the working time of an agent."""
        if working.phase in presence.LIVE:
            self._roster.put(candidate(working))
        else:
            self._roster.drop(working.facts["agent"])

    def chat(self, chat: Summary, known: Summary | None) -> None:
        """Take in a chat and what was known of it before."""
        queue = chat.queue or ""
        before = self._queue_of.get(chat.stream)
        if before is not None and (before != queue or chat.phase not in conversation.OPEN):
            self._forget(chat.stream, before)
        if chat.phase in conversation.OPEN:
            self._queue_of[chat.stream] = queue
        if chat.phase in conversation.WAITS:
            self._waits[queue][chat.stream] = chat
            self._places = None
        elif self._waits[queue].pop(chat.stream, None):
            self._places = None
        if chat.phase == conversation.Phase.WAITING and chat.rank is not None:
            self._lines.join(chat.stream, self._lane(chat), chat.rank)
        else:
            self._lines.leave(chat.stream)
        if chat.phase in (conversation.Phase.OFFERED, conversation.Phase.ACTIVE):
            self._served[queue].add(chat.stream)
        else:
            self._served[queue].discard(chat.stream)
        self._note_wait(chat, known)
        self._note_full(queue)

    def _forget(self, stream: str, queue: str) -> None:
        self._queue_of.pop(stream)
        self._served[queue].discard(stream)
        if self._waits[queue].pop(stream, None):
            self._places = None
        self._note_full(queue)

    def _note_wait(self, chat: Summary, known: Summary | None) -> None:
        waited = chat.facts["waited"]
        if waited is not None and (known is None or known.facts["waited"] is None):
            self._recent[chat.queue or ""].append(waited)

    def _note_full(self, name: str) -> None:
        """Remember a full line until it is short enough to be joined again (F3)."""
        queue = self._rules.queues.get(name)
        if queue is None:
            return
        length = len(self._waits[name])
        if length >= queue.limit:
            self._full.add(name)
        elif queue.reopen_at is None or length <= queue.reopen_at:
            self._full.discard(name)

    def rules_changed(self) -> None:
        """Put all that waits into the lanes of the rules as they are now."""
        for waits in self._waits.values():
            for chat in waits.values():
                if chat.phase == conversation.Phase.WAITING and chat.rank is not None:
                    self._lines.join(chat.stream, self._lane(chat), chat.rank)
        for queue in self._rules.queues:
            self._note_full(queue)

    # --- what is asked -----------------------------------------------------------------------

    def need(self, chat: Summary) -> Need:
        """Return what a chat asks of an agent in the queue where it is now (F15)."""
        name, language = chat.queue or "", chat.facts["language"]
        site = self._rules.sites.get(chat.facts["site"])
        queue = self._rules.queues.get(name, NO_QUEUE)
        return Need(
            queue=name,
            skills=tuple(dict.fromkeys((*queue.skills, *(site.skills if site else ())))),
            language=language if language in queue.languages else "",
            weight=queue.weight,
            agent_limit=queue.agent_limit,
            relax_after=queue.relax_after,
            order=queue.order,
        )

    def _lane(self, chat: Summary) -> Hashable:
        """Return what is the same of chats for which nobody can be asked if not for the first."""
        need, facts = self.need(chat), chat.facts
        # The visitor's own agent is asked whatever is required, so he may serve one of them only.
        own = self._preferred(chat) if need.requirements else ""
        queue = self._rules.queues.get(chat.queue or "", NO_QUEUE)
        if not (queue.relax_after or queue.overflow):
            return need, own
        # With time a chat asks for less, or goes on. The first of a lane must be the one that has
        # waited longest here, so other priorities have lanes of their own, and who came back too.
        came_back = facts["queued_at"] != facts["since"]
        return need, own, chat.stream if came_back or chat.rank is None else chat.rank[0]

    def _preferred(self, chat: Summary) -> str:
        queue = self._rules.queues.get(chat.queue or "", NO_QUEUE)
        return str(chat.facts["preferred"]) if queue.sticky else ""

    def round(self) -> Round:
        """Begin to go through all waiting chats that are not offered, in order of rank."""
        return self._lines.round()

    def choose(self, chat: Summary, now: int, *, afresh: bool = False) -> Choice:
        """Choose the agent who is asked to take a chat.

        Args:
            chat: A waiting chat.
            now: The present time.
            afresh: Also ask who has been asked before.
        """
        busy = self._limit_reached(chat.queue or "")
        if busy:
            return Choice(seat=None, why=f"nobody is asked: {busy}")
        facts = chat.facts
        return self._roster.choose(
            self.need(chat),
            now=now,
            since=facts["queued_at"],
            tried=frozenset() if afresh else frozenset(facts["tried"]),
            preferred=self._preferred(chat),
        )

    def why(self, chat: Summary, now: int) -> str:
        """Say who would be asked to take a chat now and why, or why nobody is."""
        queue = self._rules.queues.get(chat.queue or "", NO_QUEUE)
        if chat.phase != conversation.Phase.WAITING:
            return f"{chat.facts['offered_to']} is being asked"
        if queue.assignment is not Assignment.OFFER:
            return "nobody is asked: the agents of this queue take its chats themselves"
        return self.choose(chat, now).why

    def explain(self, chat: Summary, now: int) -> tuple[Verdict, ...]:
        """Return of every agent of the chat's queue why he is asked now, or why not."""
        facts = chat.facts
        return self._roster.explain(
            self.need(chat),
            now=now,
            since=facts["queued_at"],
            tried=frozenset(facts["tried"]),
            preferred=self._preferred(chat),
        )

    def somebody_left(self, chat: Summary) -> bool:
        """Tell whether somebody who was not asked yet will be free again by serving on."""
        return self._roster.will_have_room(self.need(chat), frozenset(chat.facts["tried"]))

    def others(self, chat: Summary, now: int) -> bool:
        """Tell whether somebody else than its agent could take a chat."""
        owner = frozenset({chat.facts["owner"]})
        found = self._roster.choose(
            self.need(chat).most_relaxed, now=now, since=chat.facts["queued_at"], tried=owner
        )
        return found.seat is not None

    def has_room(self, working: Summary, name: str) -> bool:
        """Tell whether one more chat of a queue would keep an agent, and all limits, within."""
        queue = self._rules.queues.get(name, NO_QUEUE)
        need = Need(queue=name, weight=queue.weight, agent_limit=queue.agent_limit)
        return need.has_room(candidate(working)) and not self._limit_reached(name)

    def available(self, name: str, at: int) -> Available:
        """Return whether somebody can answer in a queue, or in the one that takes over for it."""
        found = self._own(name, at)
        if found.state == "offline" and found.reason not in ("closed", "unknown_queue"):
            takes_over = self.takes_over(name, at)
            if takes_over:
                return self._own(takes_over, at)
        return found

    def who_takes(self, name: str, at: int) -> str:
        """Return the queue itself if somebody is there, else who takes over; empty for nobody."""
        if self._own(name, at).state != "offline":
            return name
        return self.takes_over(name, at)

    def takes_over(self, name: str, at: int) -> str:
        """Return the queue in which somebody could answer instead, empty for none (F19)."""
        seen = {name}
        for _ in range(self._rules.overflow_depth):
            queue = self._rules.queues.get(name)
            name = queue.overflow if queue else ""
            if not name or name in seen:
                return ""
            if self._own(name, at).state != "offline":
                return name
            seen.add(name)
        return ""

    def nobody(self, queue: str, at: int) -> bool:
        """Tell whether no agent of a queue will be free again by serving on."""
        return availability(self._states(queue, at))[0] == "offline"

    def _states(self, queue: str, at: int) -> Mapping[str, int]:
        """Return how many agents of a queue are in which state, custom ones by what they mean."""
        found: Counter[str] = Counter()
        for name, count in self._roster.states(queue, now=at).items():
            known = self._rules.statuses.get(name)
            found[known.means if known else name] += count
        return found

    def _own(self, name: str, at: int) -> Available:
        queue = self._rules.queues.get(name)
        if queue is None:
            return Available(state="offline", reason="unknown_queue")
        if queue.hours is not None and not queue.hours.is_open(at):
            opens = queue.hours.next_opening(at)
            return Available(state="offline", reason="closed", opens_at=opens)
        if name in self._full:
            return Available(state="offline", reason="queue_full")
        state, reason = availability(self._states(name, at))
        if state == "online":
            reason = self._limit_reached(name) or self._line_reason(name, queue)
            state = "busy" if reason else "online"
        return Available(state=state, reason=reason, wait=self.usual_wait(name))

    def _line_reason(self, name: str, queue: Queue) -> str:
        """Whoever comes now would stand behind those who wait already."""
        waits = queue.assignment is Assignment.OFFER and any(
            chat.phase == conversation.Phase.WAITING for chat in self._waits[name].values()
        )
        return "others_wait" if waits else ""

    def _limit_reached(self, name: str) -> str:
        queue = self._rules.queues.get(name)
        limit = queue.chat_limit if queue else None
        if limit is not None and len(self._served[name]) >= limit:
            return "queue_busy"
        desk = self._rules.desk_chats
        return "desk_busy" if desk and sum(map(len, self._served.values())) >= desk else ""

    # --- the line ----------------------------------------------------------------------------

    def in_line(self, queue: str) -> list[Summary]:
        """Return all chats of a queue that have no agent, in their order, offered ones included."""
        return sorted(
            self._waits[queue].values(), key=lambda chat: (chat.rank or (0, 0), chat.stream)
        )

    def places(self) -> Mapping[str, int]:
        """Return the place of each chat without an agent in the line of its queue, from 1 (F1)."""
        if self._places is None:
            self._places = {
                chat.stream: place
                for queue in tuple(self._waits)
                for place, chat in enumerate(self.in_line(queue), start=1)
            }
        return self._places

    def usual_wait(self, queue: str) -> int | None:
        """Return the mean of the last waits in a queue, if there were enough of them (F2)."""
        recent = self._recent[queue]
        return sum(recent) // len(recent) if len(recent) >= LEAST_WAITS else None

    def expected_wait(self, chat: Summary, now: int) -> int | None:
        """Return how long a chat may have to wait still; none if nobody can tell."""
        usual = self.usual_wait(chat.queue or "")
        left = usual - (now - chat.facts["since"]) if usual is not None else -1
        return left if left >= 0 else None

    def next_ready(self) -> int | None:
        """Return when the first resting agent can be asked again."""
        return self._roster.next_ready()


NO_QUEUE = Queue(name="")
"""Stands for a queue that is no longer in the settings while it has chats."""


def candidate(working: Summary) -> Candidate:
    """Return the agent of a presence summary as the router sees him."""
    facts = working.facts
    return Candidate(
        agent=facts["agent"],
        name=facts["name"],
        presence=working.stream,
        queues=frozenset(facts["queues"]),
        capacity=facts["capacity"],
        load=facts["load"],
        why_not=facts["why_not"],
        tier=facts["tier"],
        tiers=facts["tiers"],
        skills=facts["skills"],
        languages=frozenset(facts["languages"]),
        chats=facts["chats"],
        last_assigned=facts["last_assigned"],
        idle_since=facts["idle_since"],
        in_call=facts["in_call"],
        ready_at=facts["ready_at"],
    )
