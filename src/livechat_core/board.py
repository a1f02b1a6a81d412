"""The board: pushes what changed to everybody who looks on, at most once a second.

Staff get differences of their lists, visitors the availability of their site and their place in the
line. What changed is sorted once for all: a line in a chat that somebody has concerns nobody else.
"""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, Protocol

import anyio

from . import conversation
from .floor import Available
from .givens import Givens
from .index import Index
from .ports import Clock
from .rules import Rules, seconds
from .streams import Summary

PAUSE = seconds(1)
QUICK = seconds(0.05)
MINUTE = seconds(60)


class Looker(Protocol):
    """Somebody who looks on."""

    def look(self, board: "Board") -> None:
        """Take over what changed since the last look."""
        ...


class Board:
    """What changed since the last push, and who looks on."""

    def __init__(self, index: Index, rules: Rules, givens: Givens, clock: Clock) -> None:
        self.index = index
        self._rules = rules
        self._givens = givens
        self._clock = clock
        self._changed: dict[str, Summary] = {}
        self._public: dict[str, Summary] = {}
        self._personal: dict[str, list[Summary]] = {}
        self._outlines: dict[str, tuple[object, ...]] = {}
        self._lookers: dict[Looker, None] = {}
        self._stirred = anyio.Event()
        self._availability: dict[str, dict[str, Any]] = {}
        self._places: Mapping[str, int] = {}
        index.watch(self, self._note)

    def join(self, looker: Looker) -> None:
        """Begin to push to somebody."""
        self._lookers[looker] = None

    def leave(self, looker: Looker) -> None:
        """Stop pushing to somebody."""
        self._lookers.pop(looker, None)

    def news(self, agent: str) -> Iterable[Summary]:
        """Return the summaries that changed for everybody or for this agent since the last push."""
        return chain(self._public.values(), self._personal.get(agent, ()))

    def availability(self, site: str) -> dict[str, Any]:
        """Return whether somebody can answer on a site, as of this round."""
        found = self._availability.get(site)
        if found is None:
            found = self._availability[site] = self._available(site)
        return found

    def fresh_availability(self, site: str) -> dict[str, Any]:
        """Return whether somebody can answer on a site, as of this moment."""
        return self._available(site)

    def wait(self, chat: Summary) -> int | None:
        """Return how long a chat may wait still, in whole minutes as microseconds (F2)."""
        found = self.index.floor.expected_wait(chat, self._clock.now())
        return None if found is None else -(-found // MINUTE) * MINUTE

    def position(self, stream: str) -> int:
        """Return the place of a waiting chat in its line, from 1; 0 if it does not wait."""
        return self._places.get(stream, 0)

    def stir(self) -> None:
        """Let everybody look soon: something changed, or only time passed (hours, waits)."""
        if not self._stirred.is_set():
            self._stirred.set()

    async def run(self) -> None:
        """Push until cancelled."""
        while True:
            await self._stirred.wait()
            await self._clock.sleep(QUICK)
            self._stirred = anyio.Event()
            self.push()
            await self._clock.sleep(PAUSE - QUICK)

    def push(self) -> None:
        """Let everybody look now."""
        self._availability.clear()
        self._sort()
        for looker in tuple(self._lookers):
            looker.look(self)

    def _note(self, summary: Summary) -> None:
        self._changed[summary.stream] = summary
        self.stir()

    def _sort(self) -> None:
        """Find out whom the changes since the last push concern, and what else they touch."""
        changed, self._changed = self._changed, {}
        self._public, self._personal = {}, {}
        for stream, summary in changed.items():
            if summary.kind == "conversation" and not self._redrawn(summary):
                for agent in (summary.facts["owner"], *_guests(summary)):
                    self._personal.setdefault(agent, []).append(summary)
                continue
            self._public[stream] = summary
            for other in self._touched(summary):
                self._public[other.stream] = other
        self._place()

    def _redrawn(self, chat: Summary) -> bool:
        """Tell whether more of a chat changed than the rows of who takes part show."""
        facts = chat.facts
        outline = (
            *(chat.phase, chat.queue, facts["owner"], facts["offered_to"], facts["name"]),
            *(bool(facts["offer"]), bool(facts["unanswered_since"])),
            *(tuple(_guests(chat)), tuple(facts["mentions"].items())),
        )
        if chat.phase == conversation.Phase.ACTIVE and self._outlines.get(chat.stream) == outline:
            return False
        if chat.phase in conversation.OPEN:
            self._outlines[chat.stream] = outline
        else:
            self._outlines.pop(chat.stream, None)
        return True

    def _touched(self, summary: Summary) -> Iterable[Summary]:
        """Yield what shows parts of a summary: the visit of a chat, the enquiry of a job."""
        name = ""
        if summary.kind == "conversation":
            name = f"visit/{summary.facts['visitor']}"
        elif summary.kind == "job":
            name = str(summary.facts["subject"])
        found = self.index.get(name)
        if found is not None and found.kind in ("visit", "enquiry"):
            yield found

    def _place(self) -> None:
        """Note the chats of which the place moved: others joined or left the line."""
        before, self._places = self._places, self.index.floor.places()
        for stream, place in self._places.items():
            chat = self.index.get(stream)
            if before.get(stream) != place and chat is not None:
                self._public[stream] = chat

    def _available(self, site: str) -> dict[str, Any]:
        now = self._clock.now()
        known = self._rules.sites.get(site)
        if known is None:  # it was retired while somebody was on it
            return {"state": "offline", "reason": "unknown_site", "topics": []}
        found = {queue: self._givens.available(queue, now) for queue in known.queues}
        states = {one.state for one in found.values()}
        first = found[known.queues[0]]
        return {
            "state": next((one for one in ("online", "busy") if one in states), "offline"),
            "reason": first.reason,
            "queue_when_busy": self._rules.queues[known.queues[0]].when_busy,
            "opens_at": first.opens_at,
            "closed": self._closed(known.queues[0], first),
            "topics": [
                {
                    "id": queue,
                    "name": self._rules.queues[queue].name,
                    "state": one.state,
                    "reason": one.reason,
                    "opens_at": one.opens_at,
                    "closed": self._closed(queue, one),
                }
                for queue, one in found.items()
            ],
        }

    def _closed(self, queue: str, found: Available) -> str:
        """Return what visitors read while a queue is closed (S1-25)."""
        return self._rules.queues[queue].closed if found.reason == "closed" else ""


def _guests(chat: Summary) -> Iterable[str]:
    return [guest["agent"] for guest in chat.facts["guests"]]
