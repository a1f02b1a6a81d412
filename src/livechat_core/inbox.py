"""The views of the inbox: chats that are mine, mention me, wait for my team, or go on (S3-12).

Theory. A team is who serves a queue. So the views *team* and *unassigned* hold the chats of the
queues somebody serves and no others, whoever he is: another brand's chats never stand in them
(S3-13). *All* is what he may see: every chat of the desk for a supervisor; for an agent those of
his queues and those in which he takes part or is mentioned (A12). These views show what goes on; a
mention stays until it is read, though the chat may be over.

What is counted is kept as sets, changed with each summary, so that a view costs what it shows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import attrs

from . import conversation
from .index import Index
from .rules import Rules
from .streams import Summary

VIEWS = ("mine", "mentions", "unassigned", "team", "all")


@attrs.frozen
class _Place:
    """Where a chat stands in the views."""

    version: int
    queue: str = ""
    going_on: bool = False
    unassigned: bool = False
    people: frozenset[str] = frozenset()
    mentioned: frozenset[str] = frozenset()


class Inbox:
    """Which chats stand in whose views.

    Args:
        index: The live index.
        rules: Who serves which queues.
    """

    def __init__(self, index: Index, rules: Rules) -> None:
        self._rules = rules
        self._places: dict[str, _Place] = {}
        self._team: dict[str, set[str]] = defaultdict(set)
        self._unassigned: dict[str, set[str]] = defaultdict(set)
        self._mine: dict[str, set[str]] = defaultdict(set)
        self._mentions: dict[str, set[str]] = defaultdict(set)
        for chat in index.all("conversation"):
            self.take(chat)
        index.watch(self, self.take)

    def take(self, chat: Summary) -> None:
        """Take in a chat as it stands now; an older state than is known is ignored."""
        if chat.kind != "conversation":
            return
        known = self._places.pop(chat.stream, None)
        place = _placed(chat)
        if known is not None and known.version > place.version:
            place = known
        elif known is not None:
            for shelf in self._shelves(known):
                shelf.discard(chat.stream)
        for shelf in self._shelves(place):
            shelf.add(chat.stream)
        if place.going_on or place.mentioned:
            self._places[chat.stream] = place

    def drop(self, stream: str) -> None:
        """Forget a chat that is over and no more to be found: it was removed."""
        place = self._places.get(stream)
        if place is not None and not place.going_on:
            for shelf in self._shelves(place):
                shelf.discard(stream)
            del self._places[stream]

    def _shelves(self, place: _Place) -> Iterable[set[str]]:
        """Yield all sets in which a chat stands."""
        if place.going_on:
            yield self._team[place.queue]
        if place.unassigned:
            yield self._unassigned[place.queue]
        for agent in place.people:
            yield self._mine[agent]
        for agent in place.mentioned:
            yield self._mentions[agent]

    def view(self, name: str, agent: str) -> set[str]:
        """Return the chats in a view of a member of staff."""
        person = self._rules.staff.get(agent)
        queues = person.queues if person else ()
        match name:
            case "mine":
                return set(self._mine.get(agent, ()))
            case "mentions":
                return set(self._mentions.get(agent, ()))
            case "unassigned":
                return _joined(self._unassigned, queues)
            case "all" if person and person.supervisor:
                return _joined(self._team, self._team)
            case "all":
                return _joined(self._team, queues) | self._elsewhere(agent, queues)
            case _:
                return _joined(self._team, queues)

    def counts(self, agent: str) -> dict[str, int]:
        """Return how many chats stand in each view of a member of staff (S3-11)."""
        person = self._rules.staff.get(agent)
        queues = person.queues if person else ()
        team = sum(len(self._team.get(queue, ())) for queue in queues)
        everything = person is not None and person.supervisor
        return {
            "mine": len(self._mine.get(agent, ())),
            "mentions": len(self._mentions.get(agent, ())),
            "unassigned": sum(len(self._unassigned.get(queue, ())) for queue in queues),
            "team": team,
            "all": sum(map(len, self._team.values()))
            if everything
            else team + len(self._elsewhere(agent, queues)),
        }

    def _elsewhere(self, agent: str, queues: Iterable[str]) -> set[str]:
        """Return the chats of other queues that concern somebody."""
        concern = self._mine.get(agent, set()) | self._mentions.get(agent, set())
        return {
            stream
            for stream in concern
            if self._places[stream].going_on and self._places[stream].queue not in queues
        }


def _placed(chat: Summary) -> _Place:
    facts = chat.facts
    going_on = chat.phase in conversation.OPEN
    people = {facts["owner"], *(guest["agent"] for guest in facts["guests"])} - {""}
    return _Place(
        version=chat.version,
        queue=chat.queue or "",
        going_on=going_on,
        unassigned=chat.phase in conversation.WAITS,
        people=frozenset(people if going_on else ()),
        mentioned=frozenset(facts["mentions"]),
    )


def _joined(shelves: Mapping[str, set[str]], names: Iterable[str]) -> set[str]:
    return set().union(*(shelves.get(name, ()) for name in names))
