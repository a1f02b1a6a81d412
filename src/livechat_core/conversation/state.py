"""What the rules need to know about a conversation, and its deadlines."""

import attrs

from .values import Phase, Seat, Serving, Terms

OPEN = (Phase.WITH_BOT, Phase.WAITING, Phase.OFFERED, Phase.ACTIVE)
"""Phases of a chat that goes on; a visitor has at most one such chat (G5)."""
WAITS = (Phase.WAITING, Phase.OFFERED)
"""Phases of a chat that has no agent yet."""
SHOWN = 200
"""How much of a line the lists show, in characters."""


@attrs.frozen(kw_only=True)
class Ask:
    """An offer that nobody has answered yet."""

    id: str
    seat: Seat
    until: int
    comment: str = ""


@attrs.define(kw_only=True)
class State:
    """What the rules need to know; never the transcript, the stream is that."""

    phase: Phase = Phase.NEW
    site: str = ""
    queue: str = ""
    visitor: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    signed_in: bool = False
    question: str = ""
    page: str = ""
    title: str = ""
    location: str = ""
    address: str = ""
    priority: int = 0
    since: int = 0
    begun: int = 0
    serving: Serving | None = None
    owner: Seat | None = None
    joined: int = 0
    ask: Ask | None = None
    tried: frozenset[str] = frozenset()
    tried_at: int = 0
    queued_at: int = 0
    overflows: int = 0
    waited: int | None = None
    alerted: bool = False
    language: str = ""
    preferred: str = ""
    terms: Terms = Terms()
    idle_close: int = 0
    active_at: int = 0
    reply_from: int | None = None
    quiet: bool = False
    unanswered_since: int | None = None
    lost_at: int | None = None
    lines: int = 0
    last_line: str = ""
    closed_at: int = 0
    closed_reason: str = ""
    last_owner: str = ""
    rating: int = 0
    rating_comment: str = ""

    @property
    def idle_at(self) -> int | None:
        """When the chat is closed for want of activity, if it can be."""
        if self.phase not in OPEN:
            return None
        # A chat with a bot costs nobody's time, so it may be silent for longer.
        patience = self.serving.idle_close if self.serving else self.idle_close
        return self.active_at + patience

    @property
    def given_up_at(self) -> int | None:
        """When the chat ends because its visitor is lost; an agent who has it decides himself."""
        return self.lost_at if self.phase in WAITS else None

    @property
    def waits_until(self) -> int | None:
        """When a chat that nobody takes ends as a message, if its queue says so."""
        if self.phase is not Phase.WAITING or self.terms.max_wait is None:
            return None
        return self.queued_at + self.terms.max_wait

    @property
    def alert_at(self) -> int | None:
        """When staff are told once more that nobody has taken the chat."""
        if self.alerted or self.phase not in WAITS or self.terms.alert is None:
            return None
        return self.queued_at + self.terms.alert

    @property
    def reply_by(self) -> int | None:
        """When the agent who has the chat must have said something, if its queue says so."""
        if self.reply_from is None or self.terms.reply is None or self.ask is not None:
            return None
        return self.reply_from + self.terms.reply

    @property
    def quiet_at(self) -> int | None:
        """When the chat takes no place of its agent any more, if silence goes on."""
        if self.phase is not Phase.ACTIVE or self.quiet or self.terms.idle is None:
            return None
        return self.active_at + self.terms.idle

    @property
    def due_at(self) -> int | None:
        """The earliest deadline."""
        found = self.idle_at
        asked = self.ask.until if self.ask else None
        silent = self.serving.until if self.serving else None
        waits = (self.given_up_at, self.waits_until, self.alert_at)
        for at in (asked, silent, *waits, self.reply_by, self.quiet_at):
            if at is not None and (found is None or at < found):
                found = at
        return found
