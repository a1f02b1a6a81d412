"""A queue: a line of waiting chats, and how they come to agents."""

from enum import StrEnum

import attrs

from ..hours import Hours


class Assignment(StrEnum):
    """How chats of a queue come to agents."""

    OFFER = "offer"
    """One agent after the other is asked and has some time to say yes (S1-20, S1-21)."""
    FIRST_REPLY = "first_reply"
    """All who serve the queue see the chat; who replies first has it (S3-15, F11)."""
    MANUAL = "manual"
    """Agents take chats from the line by hand (F10)."""


class WhenBusy(StrEnum):
    """What a visitor meets while agents are there but all are full."""

    QUEUE = "queue"
    QUEUE_WITH_ESCAPE = "queue_with_escape"
    LEAVE_MESSAGE = "leave_message"


class WhenExhausted(StrEnum):
    """What happens to a chat that every agent of its queue has let pass."""

    RESTART = "restart_pass"
    OVERFLOW = "overflow"
    LEAVE_MESSAGE = "leave_message"


class LateLines(StrEnum):
    """What becomes of a line that a visitor writes in a chat that is over."""

    REOPEN = "reopen"
    """Within `Rules.reopen_window` the same chat goes on; afterwards as ``new``."""
    NEW = "new"
    """It is refused, and the window begins a new chat, linked to the old one."""
    REFUSE = "refuse"


@attrs.frozen(kw_only=True)
class Queue:
    """A line of waiting chats, shown to visitors as a topic (S1-1).

    Args:
        name: Shown to visitors and staff.
        hours: When it is open; none means always.
        closed: What visitors read outside these hours (S1-25); empty for the site's own text.
        limit: Waiting chats at most (security.md section 10).
        reopen_at: Once the limit was reached, nobody joins before so few wait (F3); none means as
            soon as there is a place.
        when_busy: What a visitor meets while agents are there but all are full.
        priority: Added to each chat's own priority; a higher one is served first (F18).
        assignment: How chats come to agents.
        pick: Whether agents may take chats from the line by hand although they are offered.
        order: Name of the rule that says who is asked first: ``least_busy``, ``longest_idle``,
            ``round_robin``, ``most_available``, ``in_order``, or one of a plugin.
        skills: What an agent must be able to do, the most important first (F15).
        languages: Languages that are served by who speaks them; a visitor with any other language
            is served by anybody.
        relax_after: Each time this has passed, one requirement is given up, the last skill first
            and the language at the end (F16); 0 at once, if nobody meets it; none never.
        sticky: Ask the visitor's last agent first, or the owner of the customer (F17).
        weight: Units of an agent's capacity that a chat takes (F8).
        agent_limit: Chats of this queue that one agent has at most (F6); none for no such limit.
        chat_limit: Chats of this queue with agents at the same time; none for no such limit.
        offer_timeout: How long an agent may think; none for the desk's time.
        reply_timeout: An agent who has accepted must reply within this time, or the chat goes to
            another (F30); none for no limit.
        max_wait: After so long in line the visitor is asked for a message instead (F4); none never.
        wrap_up: How long an agent is kept free for notes after a chat (F26).
        when_exhausted: What happens when all have been asked.
        overflow: The queue that takes over; empty for none (F19).
        verify: An agent who has accepted a chat verifies who the visitor is before he speaks to him
            (S2-6, S2-16).
        late_lines: What becomes of a line that a visitor writes after the end: ``reopen``, ``new``
            (a new chat, linked to this one) or ``refuse``.
        outcomes: The words with which staff may close a chat (S3-5).
        outcome_required: They must say one.
        ticket_subject: Subject of tickets made from chats (S1-18); may name ``{queue}``,
            ``{site}``, ``{name}`` and ``{question}``.
        sla_first_reply: Time promised for an agent's first line (F51); none for no promise.
        sla_next_reply: ... for the answer to each later line of the visitor.
        sla_resolution: ... for the end of the chat.
        mail_team: A chat that comes into line is mailed to everybody who serves the queue (S3-10).
        bot: The bot that serves chats of this queue first; empty for none (S3-1).
        bot_name: What the bot is called in the chat.
        overflow_after: A chat that nobody can be asked for goes there after this time; none only
            when all have been asked, or when this queue has nobody.
    """

    name: str
    hours: Hours | None = None
    closed: str = ""
    limit: int = 100
    reopen_at: int | None = None
    when_busy: WhenBusy = attrs.field(default=WhenBusy.QUEUE_WITH_ESCAPE, converter=WhenBusy)
    priority: int = 0
    assignment: Assignment = attrs.field(default=Assignment.OFFER, converter=Assignment)
    pick: bool = True
    order: str = "least_busy"
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    relax_after: int | None = None
    sticky: bool = True
    weight: int = 1
    agent_limit: int | None = None
    chat_limit: int | None = None
    offer_timeout: int | None = None
    reply_timeout: int | None = None
    max_wait: int | None = None
    wrap_up: int = 0
    when_exhausted: WhenExhausted = attrs.field(
        default=WhenExhausted.RESTART, converter=WhenExhausted
    )
    overflow: str = ""
    overflow_after: int | None = None
    verify: bool = False
    late_lines: LateLines = attrs.field(default=LateLines.REOPEN, converter=LateLines)
    outcomes: tuple[str, ...] = ("resolved", "moved", "spam", "other")
    outcome_required: bool = False
    ticket_subject: str = "{queue}: {question}"
    sla_first_reply: int | None = None
    sla_next_reply: int | None = None
    sla_resolution: int | None = None
    mail_team: bool = False
    bot: str = ""
    bot_name: str = "Assistant"
