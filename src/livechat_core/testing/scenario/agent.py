"""A member of staff at a scripted desk."""

from collections.abc import Iterable
from operator import itemgetter

from livechat_core import conversation
from livechat_core.ports import Request
from livechat_core.rules import seconds
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

    def notes(self, visitor: Visitor, text: str, *, mentions: "Iterable[Agent | str]" = ()) -> None:
        """Write an internal remark on a chat, which may mention colleagues."""
        told = {"text": text, "mentions": [str(agent) for agent in mentions]}
        self._does("conversation.note", stream=visitor.chat, **told)

    def reads_mention(self, visitor: Visitor) -> None:
        """Say that he has read where he was mentioned."""
        self._does("conversation.read_mention", stream=visitor.chat)

    def tags(self, visitor: Visitor, *tags: str) -> None:
        """Give a chat tags."""
        for tag in tags:
            self._does("conversation.tag", stream=visitor.chat, tag=tag)

    def joins(self, visitor: Visitor) -> None:
        """Take part in a chat that a colleague has."""
        self._does("conversation.join", stream=visitor.chat)

    def leaves(self, visitor: Visitor, *, to: "Agent | str" = "") -> None:
        """Take part no more; who has the chat leaves it to a colleague who stays."""
        self._does("conversation.leave", stream=visitor.chat, to=str(to))

    def looks_on(self, visitor: Visitor) -> None:
        """Look on without the visitor's knowing; a supervisor may."""
        self._does("conversation.look_on", stream=visitor.chat)

    def whispers(self, visitor: Visitor, text: str) -> None:
        """Say something to who has the chat, unheard by the visitor; a supervisor may."""
        self._does("conversation.whisper", stream=visitor.chat, text=text)

    def closes(self, visitor: Visitor, outcome: str = "") -> None:
        """End a chat, with a word of its queue if one is wanted."""
        self._does("conversation.close", stream=visitor.chat, outcome=outcome)

    def reopens(self, visitor: Visitor) -> None:
        """Take a closed chat back."""
        self._does("conversation.reopen", stream=visitor.chat)

    def snoozes(self, visitor: Visitor, *, after: float = 0) -> None:
        """Put a chat on hold: for so many seconds, or until somebody speaks."""
        until = self._stage.clock.now() + seconds(after) if after else 0
        self._does("conversation.snooze", stream=visitor.chat, until=until)

    def wakes(self, visitor: Visitor) -> None:
        """Take a chat off hold."""
        self._does("conversation.wake", stream=visitor.chat)

    def records(self, visitor: Visitor, outcome: str, reference: str = "") -> None:
        """Say where a chat goes on, or afterwards how it ended."""
        told = {"outcome": outcome, "reference": reference}
        self._does("conversation.record_outcome", stream=visitor.chat, **told)

    def makes_ticket(self, visitor: Visitor, subject: str = "", note: str = "") -> None:
        """Make a ticket from a chat."""
        told = {"subject": subject, "note": note}
        self._does("conversation.make_ticket", stream=visitor.chat, **told)

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

    @property
    def joined(self) -> list[str]:
        """The visitors in whose chats he takes part though others have them."""
        chats = map(self._stage.desk.index.get, self.facts.get("guest_of", ()))
        return [chat.facts["visitor"] for chat in chats if chat is not None]

    @property
    def inbox(self) -> dict[str, int]:
        """How many chats stand in each view of his inbox."""
        return self._stage.scene.service.inbox.counts(self.name)

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
