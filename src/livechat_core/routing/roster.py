"""All agents, and who of them is asked for a chat.

For each need that chats have had lately there is a pool: the agents who meet it now, best first.
Agents who cannot be asked are in no pool, agents who rest are in none until they are ready. So
neither a change of one agent nor a choice looks at the others; only what a pool was not made for
yet, or was forgotten, makes one look at all.

Requirements may be given up while a chat waits: the strictest need that anybody meets decides, so
what was given up is still a wish.
"""

from collections import Counter
from collections.abc import Mapping

import attrs

from ..errors import Rejected
from ..ranking import Entry, Ranking
from ..text import shortened
from .candidate import Candidate
from .choice import Choice
from .explain import LONGEST, RESTING, Case, Verdict, asked, exhausted, given_up, nobody, others
from .need import Need
from .orders import ORDERS, Order
from .pool import Pool

PASSING = ("full", RESTING)
"""States that end by serving on."""
MOST_POOLS = 256
"""Pools that are kept; the one that was not asked for the longest time is forgotten first."""


@attrs.define(eq=False)
class _Member:
    """An agent, the pools that he suits, and why he cannot be asked: empty if he can.

    Without a state he is not counted.
    """

    candidate: Candidate
    pools: list[Pool]
    state: str | None = None


class Roster:
    """The agents at work.

    Args:
        orders: The orders that queues may name.
    """

    def __init__(self, orders: Mapping[str, Order] = ORDERS) -> None:
        self._orders = orders
        self._members: dict[str, _Member] = {}
        self._queues: dict[str, dict[str, _Member]] = {}
        self._states: dict[str, Counter[str | None]] = {}
        self._others: dict[str, str] = {}
        self._pools: dict[Need, Pool] = {}
        self._chosen = 0
        self._resting = Ranking[str]()
        self._now = 0

    # --- who is there -------------------------------------------------------------------------

    def put(self, candidate: Candidate) -> None:
        """Enter an agent, or what is new about him."""
        agent = candidate.agent
        member = self._members.get(agent)
        if member is None or not _can_the_same(member.candidate, candidate):
            member = self._enter(candidate)
        member.candidate = candidate
        state = candidate.why_not or (RESTING if candidate.ready_at > self._now else "")
        if state != member.state:
            self._count(member, state)
        if state == RESTING:
            self._resting.put(agent, (candidate.ready_at,))
        if state:
            for pool in member.pools:
                pool.drop(agent)
        else:
            entry: Entry = ()
            for pool in member.pools:
                entry = pool.take_in(candidate, entry)

    def drop(self, agent: str) -> None:
        """Forget an agent, if he is known."""
        member = self._members.pop(agent, None)
        if member is not None:
            self._count(member, None)
            for pool in member.pools:
                pool.drop(agent)
            for queue in member.candidate.queues:
                del self._queues[queue][agent]

    def _enter(self, candidate: Candidate) -> _Member:
        self.drop(candidate.agent)
        pools = [pool for pool in self._pools.values() if pool.need.suits(candidate)]
        member = self._members[candidate.agent] = _Member(candidate, pools)
        for queue in candidate.queues:
            self._queues.setdefault(queue, {})[candidate.agent] = member
        return member

    def _count(self, member: _Member, state: str | None) -> None:
        """Count an agent under another state."""
        if member.state == RESTING:
            self._resting.drop(member.candidate.agent)
        for queue in member.candidate.queues:
            counts = self._states.setdefault(queue, Counter())
            counts[member.state] -= 1
            counts[state] += 1
            self._others.pop(queue, None)
        member.state = state

    def states(self, queue: str, *, now: int = 0) -> Mapping[str, int]:
        """Return how many agents of a queue are in which state; the empty one can be asked."""
        self._wake(now)
        counts: Mapping[str | None, int] = self._states.get(queue, {})
        return {state: count for state, count in counts.items() if count and state is not None}

    # --- time ---------------------------------------------------------------------------------

    def next_ready(self) -> int | None:
        """Return when the first of those who rest can be asked again."""
        head = self._resting.head()
        return head[0] if head else None

    def _wake(self, now: int) -> None:
        """Let those be asked again who are ready by now."""
        self._now = max(self._now, now)
        while self._resting.entries and (head := self._resting.head()) and head[0] <= self._now:
            self.put(self._members[head[-1]].candidate)

    # --- who is asked -------------------------------------------------------------------------

    def choose(
        self,
        need: Need,
        *,
        now: int,
        since: int,
        tried: frozenset[str] = frozenset(),
        preferred: str = "",
    ) -> Choice:
        """Choose the agent for a chat.

        Args:
            need: What the chat asks for.
            now: The present moment.
            since: When the chat began to wait.
            tried: Agents who have been asked in this pass.
            preferred: The visitor's own agent, asked before all others (F17).
        """
        self._wake(now)
        if preferred and preferred not in tried and self._can_have(need, preferred):
            return self._asked(preferred, need, "the visitor's own agent")
        for step in range(need.steps(now - since) + 1):
            relaxed = need.relaxed(step)
            pool = self._pool(relaxed)
            agent = pool.first(tried)
            if agent is not None:
                told = f"first of {len(pool)} by {need.order}{given_up(need, relaxed)}"
                return self._asked(agent, relaxed, told + asked(tried))
        if pool:
            return Choice(seat=None, why=exhausted(need, pool.entries), exhausted=True)
        return Choice(seat=None, why=nobody(pool.need, self.states(need.queue)))

    def will_have_room(self, need: Need, tried: frozenset[str]) -> bool:
        """Tell whether somebody who was not asked yet will be free again by serving on."""
        counts = self.states(need.queue)
        if not any(counts.get(state) for state in PASSING):
            return False
        return any(
            member.state in PASSING
            and agent not in tried
            and need.most_relaxed.suits(member.candidate)
            for agent, member in self._queues[need.queue].items()
        )

    def _can_have(self, need: Need, agent: str) -> bool:
        """Tell whether an agent can be asked, whatever else the chat needs."""
        member = self._members.get(agent)
        return member is not None and not member.state and need.most_relaxed.meets(member.candidate)

    def _asked(self, agent: str, need: Need, told: str) -> Choice:
        one = self._members[agent].candidate
        rest = self._others.get(need.queue)
        if rest is None:
            rest = self._others[need.queue] = others(self.states(need.queue))
        says = self._order(need).says(one, need)
        return Choice(seat=one.seat, why=shortened(f"{agent}: {told} ({says}){rest}", LONGEST))

    def explain(
        self,
        need: Need,
        *,
        now: int,
        since: int,
        tried: frozenset[str] = frozenset(),
        preferred: str = "",
    ) -> tuple[Verdict, ...]:
        """Say of every agent of the queue why he is asked or not, in the order of preference."""
        self._wake(now)
        ladder = [need.relaxed(step) for step in range(need.steps(now - since) + 1)]
        case = Case(ladder=ladder, order=self._order(need), tried=tried, preferred=preferred)
        crew = self._queues.get(need.queue, {}).values()
        return case.verdicts((one.candidate, one.state or "") for one in crew)

    def _order(self, need: Need) -> Order:
        order = self._orders.get(need.order)
        if order is None:
            raise Rejected("unknown_order", order=need.order, known=tuple(self._orders))
        return order

    # --- pools --------------------------------------------------------------------------------

    def _pool(self, need: Need) -> Pool:
        pool = self._pools.get(need)
        if pool is None:
            pool = self._open(need)
        self._chosen += 1
        pool.used = self._chosen
        return pool

    def _open(self, need: Need) -> Pool:
        if len(self._pools) >= MOST_POOLS:
            self._close(min(self._pools.values(), key=lambda pool: pool.used))
        pool = self._pools[need] = Pool(need, self._order(need))
        for member in self._queues.get(need.queue, {}).values():
            if need.suits(member.candidate):
                member.pools.append(pool)
                if not member.state:
                    pool.take_in(member.candidate, ())
        return pool

    def _close(self, pool: Pool) -> None:
        del self._pools[pool.need]
        for member in self._queues.get(pool.need.queue, {}).values():
            if pool in member.pools:
                member.pools.remove(pool)


def _can_the_same(one: Candidate, other: Candidate) -> bool:
    """Tell whether an agent serves and can do what he did before."""
    return (
        one.queues == other.queues
        and one.skills == other.skills
        and one.languages == other.languages
    )
