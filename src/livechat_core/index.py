"""The live index: summaries of everything that goes on, in memory, as every process sees it.

It gives hints: candidates, lines, lists, counts. What must be exact is a version or a guard in the
store; the index may be one hop late.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from . import conversation, enquiry, erasure, presence, visit
from .conversation import Seat
from .floor import Floor, candidate
from .job import Phase as JobPhase
from .routing import ORDERS, Order
from .rules import Rules
from .streams import Summary

LIVE: dict[str, tuple[str, ...]] = {
    "record": ("live", "retired"),
    "visit": visit.PRESENT,
    "conversation": (*conversation.OPEN, conversation.Phase.MESSAGE_LEFT),
    "presence": presence.LIVE,
    "enquiry": tuple(
        phase for phase in enquiry.Phase if phase not in (enquiry.Phase.NEW, enquiry.Phase.DROPPED)
    ),
    "job": (JobPhase.OWED, JobPhase.TRYING, JobPhase.UNKNOWN, JobPhase.DEAD),
    "ban": ("asked", "active"),
    "erasure": (erasure.Phase.ASKED, erasure.Phase.FOUND),
    "process": ("started",),
}
KEPT_DONE = 200
"""Finished enquiries that stay in the list, newest first."""
KEPT_GONE = 10_000
"""Streams that have ended of which the last version is remembered, oldest forgotten first."""


class Index:
    """All live summaries, and what is derived from them.

    Args:
        rules: The desk's rules.
        orders: The rules of who is asked first, by name.
    """

    def __init__(self, rules: Rules, orders: Mapping[str, Order] = ORDERS) -> None:
        self.floor = Floor(rules, orders)
        self._live: dict[str, dict[str, Summary]] = {kind: {} for kind in LIVE}
        self._gone: dict[str, int] = {}
        self._lingering: dict[str, Summary] = {}
        self._due: list[tuple[int, str]] = []
        self._scheduled: dict[str, int] = {}
        self._by_visitor: dict[str, set[str]] = defaultdict(set)
        self._troubled: dict[str, set[str]] = defaultdict(set)
        self._presence_of: dict[str, str] = {}
        self._last: dict[str, Summary] = {}
        self._done: dict[str, None] = {}
        self._watchers: dict[object, Callable[[Summary], None]] = {}

    # --- what happens ------------------------------------------------------------------------

    def apply(self, summary: Summary) -> None:
        """Take in a summary; an older one than is known is ignored."""
        kind = summary.kind
        if kind not in self._live:
            return
        known = self._live[kind].get(summary.stream)
        newest = known.version if known else self._gone.get(summary.stream, 0)
        if newest > summary.version:
            return
        if summary.phase in LIVE[kind]:
            self._live[kind][summary.stream] = summary
            self._gone.pop(summary.stream, None)
        else:
            self._live[kind].pop(summary.stream, None)
            self._remember(summary)
        self._plan(summary)
        self._derive(kind, summary, known)
        for watch in list(self._watchers.values()):
            watch(summary)

    def _remember(self, summary: Summary) -> None:
        """Keep the version of what has ended: news from before may still come (a hop late)."""
        self._gone[summary.stream] = summary.version
        if len(self._gone) > KEPT_GONE:
            del self._gone[next(iter(self._gone))]

    def _plan(self, summary: Summary) -> None:
        """Schedule the deadline; what has ended may have one too: a mail, or a form."""
        self._lingering.pop(summary.stream, None)
        if summary.due_at is None:
            return
        self._schedule(summary.stream, summary.due_at)
        if summary.phase not in LIVE[summary.kind]:
            self._lingering[summary.stream] = summary

    def watch(self, owner: object, watcher: Callable[[Summary], None]) -> None:
        """Call the watcher with every summary that is taken in."""
        self._watchers[owner] = watcher

    def unwatch(self, owner: object) -> None:
        """Stop calling the owner's watcher."""
        self._watchers.pop(owner, None)

    def _derive(self, kind: str, summary: Summary, known: Summary | None) -> None:
        if kind == "conversation":
            self.floor.chat(summary, known)
            self._derive_conversation(summary)
        elif kind == "presence":
            self._derive_presence(summary)
        elif kind == "job":
            self._derive_job(summary)
        elif kind == "enquiry" and summary.phase == enquiry.Phase.DONE:
            self._done[summary.stream] = None
            if len(self._done) > KEPT_DONE:
                oldest = next(iter(self._done))
                del self._done[oldest]
                self._live[kind].pop(oldest, None)

    def _derive_conversation(self, summary: Summary) -> None:
        visitor = summary.facts["visitor"]
        if summary.phase in conversation.OPEN:
            self._by_visitor[visitor].add(summary.stream)
        elif visitor in self._by_visitor:
            self._by_visitor[visitor].discard(summary.stream)
            if not self._by_visitor[visitor]:
                del self._by_visitor[visitor]

    def _derive_presence(self, summary: Summary) -> None:
        agent = summary.facts["agent"]
        if summary.phase in presence.LIVE:
            self._presence_of[agent] = summary.stream
        elif self._presence_of.get(agent, summary.stream) != summary.stream:
            return  # an earlier working time, heard of late
        else:
            self._presence_of.pop(agent, None)
        self.floor.agent(summary)
        self._last[agent] = summary

    def _derive_job(self, summary: Summary) -> None:
        subject = summary.facts["subject"]
        known = summary.stream in self._live["job"]
        if known and summary.facts["reason"] and summary.facts["port"] == "notifier":
            self._troubled[subject].add(summary.stream)
        elif subject in self._troubled:
            self._troubled[subject].discard(summary.stream)
            if not self._troubled[subject]:
                del self._troubled[subject]

    # --- what is asked -----------------------------------------------------------------------

    def get(self, stream: str) -> Summary | None:
        """Return the summary of a live stream."""
        return self._live.get(stream.partition("/")[0], {}).get(stream)

    def all(self, kind: str) -> Iterable[Summary]:
        """Return the live summaries of a kind."""
        return self._live[kind].values()

    def chat_of(self, visitor: str) -> Summary | None:
        """Return the open chat of a visitor."""
        for stream in self._by_visitor.get(visitor, ()):
            return self._live["conversation"].get(stream)
        return None

    def presence(self, agent: str) -> Summary | None:
        """Return the live working time of an agent."""
        stream = self._presence_of.get(agent)
        return self._live["presence"].get(stream) if stream else None

    def last_presence(self, agent: str) -> Summary | None:
        """Return the newest working time of an agent that this process has seen, ended or not."""
        return self._last.get(agent)

    def seat(self, agent: str) -> Seat | None:
        """Return the agent's seat, if he is at work and connected."""
        summary = self.presence(agent)
        if summary is None or summary.phase not in presence.CHOICES:
            return None
        return candidate(summary).seat

    def banned(self, token: str, visitor: str, scopes: tuple[str, ...], person: str = "") -> bool:
        """Tell whether a ban of one of these scopes holds for a visitor, or for a person."""
        wanted = {("visitor", visitor), ("token", token), ("person", person)}
        return any(
            ban.phase == "active"
            and ban.facts["scope"] in scopes
            and any(value and ban.facts[name] == value for name, value in wanted)
            for ban in self._live["ban"].values()
        )

    def troubled(self, subject: str) -> Iterator[Summary]:
        """Yield the notice jobs of a stream that have failed at least once and are not done."""
        for stream in sorted(self._troubled.get(subject, ())):
            yield self._live["job"][stream]

    def due(self, now: int) -> list[Summary]:
        """Return the live summaries whose deadline has passed, earliest first, each once."""
        found = []
        while self._due and self._due[0][0] <= now:
            at, stream = heapq.heappop(self._due)
            if self._scheduled.get(stream) != at:
                continue
            del self._scheduled[stream]
            summary = self.get(stream) or self._lingering.get(stream)
            if summary is None or summary.due_at is None:
                continue
            if summary.due_at <= now:
                found.append(summary)
            else:
                self._schedule(stream, summary.due_at)
        return found

    def next_due(self) -> int | None:
        """Return when `due` should be asked again."""
        return self._due[0][0] if self._due else None

    def _schedule(self, stream: str, at: int) -> None:
        """Keep one entry a stream, the earliest: a deadline that moves on costs nothing."""
        if at < self._scheduled.get(stream, at + 1):
            self._scheduled[stream] = at
            heapq.heappush(self._due, (at, stream))
