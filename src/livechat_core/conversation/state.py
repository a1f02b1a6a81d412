"""What the rules need to know about a conversation, and its deadlines."""

from collections.abc import Mapping

import attrs

from .reach import Reach, due_at as reach_due_at
from .values import Figures, File, Guest, Hold, Phase, Promise, Seat, Serving, Terms, Upload

OPEN = (Phase.WITH_BOT, Phase.WAITING, Phase.OFFERED, Phase.ACTIVE, Phase.SNOOZED)
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
    """What the rules need to know; never the transcript, the stream is that.

    Args:
        came: When the owner came into the chat: when he got it, or joined it before.
        guests: Colleagues who take part too, by id, in the order in which they joined.
        lookers: Supervisors who look on.
        mentions: Colleagues who have not read yet where they were mentioned, and since when.
        mentioned: All who ever were.
        version: Number of its events (an erasure is not counted).
        answered: Version of the last line of an agent.
        seen: Version up to which the visitor is known to have seen them.
        hold: The chat is on hold.
        segment: 1, and one more after each reopening.
        moved_to: Where it went on.
        promises: Times promised to the customer that run.
        sla: Of each kind of promise that is over, whether it was kept.
        unseen_since: When the first of them was said that he may not have seen; none if none.
    """

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
    person: str = ""
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
    contact: str = ""
    verified: bool = False
    hold: Hold | None = None
    segment: int = 1
    previous: str = ""
    outcome: str = ""
    moved_to: frozenset[str] = frozenset()
    tickets: int = 0
    promises: tuple[Promise, ...] = ()
    sla: Mapping[str, bool] = attrs.field(factory=dict)
    figures: Figures = Figures()
    idle_warning: int = 0
    back_at: int = 0
    warned_at: int = 0
    reminded_at: int = 0
    rating: int = 0
    rating_comment: str = ""
    came: int = 0
    guests: Mapping[str, Guest] = attrs.field(factory=dict)
    lookers: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    mentions: Mapping[str, int] = attrs.field(factory=dict)
    mentioned: frozenset[str] = frozenset()
    version: int = 0
    answered: int = 0
    seen: int = 0
    unseen_since: int | None = None
    uploads: tuple[Upload, ...] = ()
    files: tuple[File, ...] = ()
    reach: Reach = Reach()

    def takes_part(self, agent: str) -> bool:
        """Tell whether an agent has the chat, or is a guest in it."""
        return agent in self.guests or (self.owner is not None and self.owner.agent == agent)

    def give_to(self, seat: Seat, at: int) -> None:
        """Let an agent have the chat, who may have been a guest in it."""
        guest = self.guests.get(seat.agent)
        self.guests = {name: one for name, one in self.guests.items() if name != seat.agent}
        self.came = guest.joined if guest else at
        self.owner, self.last_owner, self.ask, self.quiet = seat, seat.agent, None, False
        self.joined = self.active_at = at

    @property
    def idle_at(self) -> int | None:
        """When the chat is closed for want of activity; one that waits for us never is."""
        if self.phase not in (Phase.ACTIVE, Phase.WITH_BOT):
            return None
        if self.warned_at > self.active_at:
            return self.warned_at + self.warning
        return self.active_at + self._patience

    @property
    def missed_at(self) -> int | None:
        """When a visitor who waits in silence is thought to be gone, unless somebody sees him."""
        if self.phase not in WAITS or self.lost_at is not None:
            return None
        return max(self.active_at, self.back_at) + self.idle_close

    @property
    def warn_at(self) -> int | None:
        """When the visitor is told that the chat ends soon."""
        if self.idle_at is None or not self.idle_warning or self.warned_at > self.active_at:
            return None
        return self.idle_at - self.warning

    @property
    def _patience(self) -> int:
        # A chat with a bot costs nobody's time, so it may be silent for longer.
        return self.serving.idle_close if self.serving else self.idle_close

    @property
    def warning(self) -> int:
        """How long before a silent chat ends its visitor is warned."""
        return min(self.idle_warning, self._patience // 2)

    @property
    def remind_at(self) -> int | None:
        """When the agent is reminded, once in each silence: of who waits, or of a lull (S3-18)."""
        if self.phase is not Phase.ACTIVE or self.reminded_at > self.active_at:
            return None
        waits = self.unanswered_since is not None
        patience = self.terms.remind if waits else self.terms.lull
        since = max(self.unanswered_since or 0, self.joined, self.reminded_at)
        return None if patience is None else (since if waits else self.active_at) + patience

    @property
    def sla_at(self) -> int | None:
        """When something must be told of what was promised (F51)."""
        return min((promise.due_at for promise in self.promises), default=None)

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
    def lapses_at(self) -> int | None:
        """When what has come of a file that is not finished is removed."""
        return min((upload.lapses for upload in self.uploads), default=None)

    @property
    def due_at(self) -> int | None:
        """The earliest deadline."""
        found = self.idle_at
        asked = self.ask.until if self.ask else None
        silent = self.serving.until if self.serving else None
        waits = (self.given_up_at, self.waits_until, self.alert_at)
        held = self.hold.due_at if self.hold else None
        time = (self.missed_at, self.warn_at, self.remind_at, self.sla_at, held)
        late = (self.reply_by, self.quiet_at, self.lapses_at, reach_due_at(self))
        for at in (asked, silent, *waits, *time, *late):
            if at is not None and (found is None or at < found):
                found = at
        return found
