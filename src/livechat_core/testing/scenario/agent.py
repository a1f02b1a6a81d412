"""A member of staff at a scripted desk."""

from operator import itemgetter

from livechat_core import conversation
from livechat_core.ports import Request
from livechat_core.streams import Facts, Summary

from .person import Person
from .stage import Stage
from .visitor import Visitor


class Agent(Person):
    """A member of staff: what he does, and how he stands.

    Args:
        stage: The desk.
        name: His id.
    """

    def __init__(self, stage: Stage, name: str) -> None:
        super().__init__(stage, name, Request(headers={"x-agent": name}))

    # --- chats -------------------------------------------------------------------------------

    def accepts(self, visitor: Visitor) -> None:
        """Take the chat that is offered to him, or was.

        Raises:
            Refused: ``taken``, ``offer_over`` and others.
        """
        self._does("conversation.accept", stream=visitor.chat, offer=self._offer(visitor))

    def declines(self, visitor: Visitor) -> None:
        """Do not take the chat that is offered to him, or was."""
        self._does("conversation.decline", stream=visitor.chat, offer=self._offer(visitor))

    def picks(self, visitor: Visitor) -> None:
        """Take a waiting chat by hand."""
        self._does("conversation.pick", stream=visitor.chat)

    def says(self, visitor: Visitor, text: str) -> None:
        """Write a line in a chat."""
        self._does("conversation.post", stream=visitor.chat, text=text)

    def notes(self, visitor: Visitor, text: str) -> None:
        """Write an internal remark on a chat."""
        self._does("conversation.note", stream=visitor.chat, text=text)

    def closes(self, visitor: Visitor) -> None:
        """End a chat."""
        self._does("conversation.close", stream=visitor.chat)

    def transfers(
        self,
        visitor: Visitor,
        *,
        agent: "Agent | str" = "",
        queue: str = "",
        comment: str = "",
        anyway: bool = False,
    ) -> None:
        """Ask a colleague to take over a chat, or put it into another queue."""
        told = {"agent": str(agent), "queue": queue, "comment": comment, "anyway": anyway}
        self._does("conversation.transfer", stream=visitor.chat, **told)

    def assigns(self, visitor: Visitor, agent: "Agent | str") -> None:
        """Choose the agent whom a waiting chat is offered to."""
        self._does("conversation.assign", stream=visitor.chat, agent=str(agent))

    def prioritizes(self, visitor: Visitor, priority: int) -> None:
        """Move a waiting chat forward or back; a supervisor may."""
        self._does("conversation.prioritize", stream=visitor.chat, priority=priority)

    def invites(self, visitor: Visitor) -> None:
        """Invite a visitor who reads a page to a chat."""
        self._does("visit.invite", stream=visitor.stream)

    # --- his working time --------------------------------------------------------------------

    def chooses(self, status: str) -> None:
        """Choose a status; ``offline`` goes home, any other begins to work."""
        if not self._windows:
            self.returns()
        self._does("presence.set_status", status=status)

    def begins_call(self) -> None:
        """Say that a call has begun."""
        self._does("presence.set_call", in_call=True)

    def ends_call(self) -> None:
        """Say that the call is over."""
        self._does("presence.set_call", in_call=False)

    def finishes_wrap_up(self, visitor: Visitor) -> None:
        """Say that the notes on a chat are written."""
        self._does("presence.finish_wrap_up", conversation=visitor.chat)

    def sets_capacity(self, agent: "Agent | str", capacity: int) -> None:
        """Change how many chats somebody may have; a supervisor may."""
        working = self._stage.desk.index.presence(str(agent))
        stream = working.stream if working else f"presence/{agent}.1"
        self._does("presence.set_capacity", stream=stream, capacity=capacity)

    # --- how he stands -----------------------------------------------------------------------

    @property
    def facts(self) -> Facts:
        """What the desk knows of him at work, for what has no word here; empty if he is not."""
        working = self._stage.desk.index.presence(self.name)
        return working.facts if working else {}

    @property
    def status(self) -> str:
        """The word that colleagues see; ``offline`` if he is not at work."""
        return str(self.facts.get("status", "offline"))

    @property
    def why_not(self) -> str:
        """Why he cannot be asked, empty if he can: his status, ``full`` or ``resting``."""
        facts = self.facts or {"why_not": "offline", "ready_at": 0}
        resting = "resting" if facts["ready_at"] > self._stage.clock.now() else ""
        return str(facts["why_not"] or resting)

    @property
    def load(self) -> int:
        """The units of his capacity that are taken."""
        return int(self.facts.get("load", 0))

    @property
    def missed(self) -> int:
        """The offers that he has missed in a row."""
        return int(self.facts.get("missed", 0))

    @property
    def offers(self) -> list[str]:
        """The visitors whose chats he is asked to take, the first to lapse first."""
        return self._visitors("offered_to", "offer_until")

    @property
    def chats(self) -> list[str]:
        """The visitors whose chats he has, in the order in which he took them."""
        return self._visitors("owner", "joined")

    def _visitors(self, role: str, order: str) -> list[str]:
        chats = self._stage.desk.index.all("conversation")
        found = [chat.facts for chat in chats if chat.facts[role] == self.name and _open(chat)]
        return [facts["visitor"] for facts in sorted(found, key=itemgetter(order))]

    def _offer(self, visitor: Visitor) -> str:
        """Return the last offer of a chat to him; of a chat never offered, one that is not."""
        made = [
            event.offer
            for event in visitor.events
            if isinstance(event, conversation.Offered | conversation.TransferOffered)
            and event.seat.agent == self.name
        ]
        return made[-1] if made else "never"

    async def _open(self, *, comes: bool) -> None:
        await self._opened(**{"as": "staff", "begin": comes})


def _open(chat: Summary) -> bool:
    return chat.phase in conversation.OPEN
