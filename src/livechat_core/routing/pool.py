"""The agents who can be asked for one need, in the order in which they are."""

from ..ranking import Entry, Ranking
from .candidate import Candidate
from .need import Need
from .orders import Order


class Pool(Ranking[str]):
    """The agents who meet a need now.

    Args:
        need: What they meet.
        order: Who of them is asked first.
    """

    __slots__ = ("_key", "_room", "need", "used")

    def __init__(self, need: Need, order: Order) -> None:
        super().__init__()
        self.need = need
        self.used = 0
        self._key = order.key
        self._room = need.has_room

    def take_in(self, candidate: Candidate, shared: Entry) -> Entry:
        """Enter an agent who suits the need and can be asked, or his news, if he has room.

        Args:
            candidate: The agent.
            shared: His entry in another pool; an equal one is the same object in both, for an agent
                who is in many pools should not take so much memory more.
        """
        agent = candidate.agent
        if not self._room(candidate):
            self.drop(agent)
            return shared
        entry = (*self._key(candidate, self.need), agent)
        if entry == shared:
            entry = shared
        self.enter(agent, entry)
        return entry
