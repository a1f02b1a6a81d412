"""The numbers and choices that the rules read: every default of the desk in one place.

Durations are microseconds; write them with `seconds`.
"""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from enum import StrEnum

import attrs

from .filetypes import TYPES
from .forms import Form, History
from .hours import Hours

SECOND = 1_000_000


def seconds(count: float) -> int:
    """Return ``count`` seconds as a duration in microseconds."""
    return round(count * SECOND)


class Visits(StrEnum):
    """Whether a site records the visits of its pages (F60)."""

    ON = "on"
    AFTER_CONSENT = "after_consent"
    """Not before the visitor has agreed; until then a visit begins with a chat, without pages."""
    OFF = "off"
    """Never: a visit begins with a chat, without pages."""


@attrs.frozen(kw_only=True)
class Greeting:
    """Words that a site shows to visitors by rule, once all of its conditions hold (F56).

    Args:
        text: The words.
        after: Time on the site.
        on_page: Time on the page.
        pages: Pages opened in this stay, at least.
        url: What the page's address looks like; ``*`` stands for anything.
        campaign: What ``utm_campaign`` looks like; ``*`` for any campaign.
        languages: The visitor's language is one of these; empty for all.
        returning: Only for visitors who were here before, or only for others; none for both.
        availability: Whether somebody can answer: ``online``, ``busy``, ``offline``.
        hours: Only in these hours.
        again_after: The same visitor is not shown it again before; never twice in one stay.
    """

    text: str
    after: int = 0
    on_page: int = 0
    pages: int = 1
    url: str = ""
    campaign: str = ""
    languages: tuple[str, ...] = ()
    returning: bool | None = None
    availability: tuple[str, ...] = ("online",)
    hours: Hours | None = None
    again_after: int = 0


@attrs.frozen(kw_only=True)
class Site:
    """One of the company's sites; every visitor, chat and message carries its id (S0-1).

    Args:
        name: Shown to staff and visitors.
        origins: Web origins whose pages may embed the chat, ``https://shop.example``.
        queues: Topics a visitor may choose from, by queue id; the first is the default.
        skills: Skills that each chat of this site asks for, after those of its queue (F15).
        greeting: What the button's prompt says while somebody can answer (S0-3).
        away: The same while nobody can.
        automatic_link: Link an exact single ERM match, or create the missing customer, without
            a person.
        leads: Tell the ERM at once who somebody says he is: a new customer is created, of a known
            one only what is missing is filled in (S4-9, S4-10).
        notify_visits: Announce every new visitor in the staff channels (S0-41).
        requires: Who is shown the entry to the chat and may use it: ``registered``,
            ``signed_in``, ``role:<name>``, all of them (S3-6); empty for everybody.
        record_strangers: Whether visits of those who may not are recorded.
        visits: Whether pages are recorded: ``on``, ``after_consent`` or ``off`` (F60).
        greetings: Greetings by rule, by name; the first that fits is shown (F56).
        greetings_at_most: Greetings in one stay of a visitor.
        sneak_peek: Agents see what a visitor types before it is sent (S1-28); the page tells him.
        attachments: Visitors and agents may attach files (F44), where the desk keeps files.
        welcome: The desk's first line in every chat (S4-23); empty for none.
        form: The fields of the form before a chat (S1-2).
        message_fields: The fields of the form for a message; all of them must be filled (S1-26).
        forms: Forms that appear by themselves (S4-5): ``introduce``, ``leave_contacts``,
            ``history``.
        language: Of mails and texts to visitors (S4-20), ``de``; ``auto`` for the visitor's own.
        texts: Texts to visitors in place of `texts.TEXTS`, by language and key (F62).
        sender: From address of mails to its visitors; empty for the desk's own (S4-13).
        mail_history: When the history is mailed: ``asked`` or ``always`` (S4-19).
        zone: Zone of the times in mails, ``Europe/Berlin``; empty for the desk's own.
    """

    name: str
    origins: tuple[str, ...] = ()
    queues: tuple[str, ...] = ("support",)
    skills: tuple[str, ...] = ()
    greeting: str = "A consultant is available to assist you."
    away: str = "Nobody is available right now. Leave a message and we will answer by e-mail."
    automatic_link: bool = False
    leads: bool = False
    notify_visits: bool = False
    requires: tuple[str, ...] = ()
    record_strangers: bool = True
    visits: Visits = attrs.field(default=Visits.ON, converter=Visits)
    greetings: Mapping[str, Greeting] = attrs.field(factory=dict)
    greetings_at_most: int = 1
    sneak_peek: bool = False
    attachments: bool = False
    welcome: str = ""
    form: Form = Form()
    message_fields: tuple[str, ...] = ("email", "question")
    forms: tuple[str, ...] = ()
    language: str = "en"
    texts: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict)
    sender: str = ""
    mail_history: History = attrs.field(default=History.ASKED, converter=History)
    zone: str = ""


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


class AgentGone(StrEnum):
    """What happens to the chats of an agent who does not come back within the grace time."""

    REQUEUE = "requeue"
    """They wait again, in front of all who came later."""
    KEEP = "keep"
    """They stay with the agent."""
    CLOSE = "close"


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


@attrs.frozen(kw_only=True)
class Status:
    """A status that staff may choose, besides available, busy, away and offline (F28).

    Args:
        name: Shown to colleagues.
        means: ``available``, ``busy`` or ``away``: what it is for the desk.
    """

    name: str
    means: str = "away"


@attrs.frozen(kw_only=True)
class CustomField:
    """A value that this company keeps about persons (F42).

    Args:
        title: Shown to staff.
        visible_in_chat: Agents see it beside the chat; else only in the profile (S1-16).
        choices: The values it may have; empty for any.
    """

    title: str
    visible_in_chat: bool = False
    choices: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Staff:
    """One person who works at the desk, as the settings name him.

    Args:
        name: Shown to colleagues and visitors.
        email: Where notices to this person go.
        supervisor: May approve bans, take over claims, see everything.
        queues: Queues this person serves; empty for none.
        capacity: Chats at the same time (S2-17), in units of the queues' weights.
        tier: Lower tiers are asked first (F20).
        tiers: Another tier in some queues.
        skills: What this person can do, and how well: 1 or more, more is better (F15).
        languages: Languages this person speaks.
        rich_text: May send formatted text (S2-19).
        slack_user: Id of this person in the Slack workspace; empty for none.
    """

    name: str
    email: str = ""
    supervisor: bool = False
    queues: tuple[str, ...] = ("support",)
    capacity: int = 3
    tier: int = 0
    tiers: Mapping[str, int] = attrs.field(factory=dict)
    skills: Mapping[str, int] = attrs.field(factory=dict)
    languages: tuple[str, ...] = ()
    rich_text: bool = False
    slack_user: str = ""


@attrs.frozen(kw_only=True)
class Subscription:
    """A notifier and the kinds of notice it wants.

    Args:
        notifier: Name of the notifier.
        kinds: ``left_message``, ``enquiry``, ``waiting``, ``new_visitor``, ``reminder``,
            ``escalation``.
    """

    notifier: str
    kinds: frozenset[str] = frozenset(
        {"left_message", "enquiry", "waiting", "reminder", "escalation"}
    )


@attrs.frozen(kw_only=True)
class Rules:
    """Everything the pure rules may ask for besides state, command and time.

    Args:
        key: Secret for keyed hashes of personal values in labels; never leaves the desk.
        fields: Values kept about persons, by name.
        sender: From address of mails to customers.
        public_url: Base of links in notices and mails (A30); never taken from a request.
        reminder_after: An unclaimed enquiry is announced again after this time.
        escalation_after: ... and to supervisors after this time.
        statuses: Statuses that staff may choose besides the usual ones.
        agent_gone: What happens to the chats of an agent who is gone for good.
        missed_until_away: So many offers missed in a row make an agent away (F29); 0 never.
        idle_after: A chat in which both sides have been silent so long takes no place of its agent
            until somebody speaks again (F7).
        idle_counts: It does take one all the same.
        wrap_up_counts: The time for notes after a chat takes one too.
        buffer: Pause between two assignments to an agent (F21).
        assignments: Assignments to an agent within ``assignment_window`` at most; 0 for any number.
        desk_chats: Chats with agents at the same time on the whole desk (F6); 0 for any number.
        waiting_alert: A chat that nobody has taken for so long is announced to staff once more;
            0 never.
        pass_pause: Before agents who have all been asked are asked again for the same chat.
        overflow_depth: How many times a chat may go on to another queue.
        remind_after: An agent whose visitor waits for an answer for so long is reminded; 0 never.
        lull_after: ... who has been silent for so long, though nobody waits (S3-18); 0 never.
        inactive_warning: So long before a silent chat ends its visitor is warned (F53).
        hold_close: A chat on hold without a term ends after this time (F52).
        reopen_window: A closed chat may be gone on with for so long.
        sla_warning: So long before the end of a promised time staff are warned.
        keep_conversations: So long after its last change a closed chat is removed, with its
            enquiry; and a person of whom nothing else is left is blanked. 0 for ever.
        keep_visits: So long after it ended a visit of which no chat is kept is removed; 0 for ever.
        keep_jobs: So long finished calls to outside systems are kept; 0 for ever.
        bot_timeout: A bot that is silent for so long is replaced by people.
        bot_idle_close: A chat with a bot ends after so long a silence of the visitor.
        file_size: Bytes of an attached file at most.
        file_types: Types of files that may be attached, by content; ``filetypes.TYPES`` has all.
        uploads: Files that one person may be sending to a chat at the same time.
        upload_timeout: Time to send a file.
        chat_files: Files of a chat at most.
        token_life: A visitor's token dies after this time, whatever he does.
        token_idle: ... after so long without him.
        token_overlap: ... so long after he has signed in; he has a new one then.
        hand_over_life: Time to follow a link to another site of the desk without becoming a stranger.
        zone: Where the days of the figures begin (F64).
        wait_goal: Waits up to this are counted as short in the figures.
        placeholders: Further placeholders of saved replies, with their text (F39).
        form_delay: Time before a form appears, after the first contact and after the end (S4-6).
        unread_after: What an agent said and the visitor has not seen is mailed after this time
            (S4-16); 0 never.
        unread_gather: ... after this silence, if the visitor has closed the page.
        return_life: Time in which the link in a mail leads back into the chat (S4-18).
        mails_per_address_hour: Mails that the desk sends by itself, to one address in an hour.
        mails_per_address_day: ... in a day.
        mails_per_hour: ... to all visitors together.
        transcripts_per_address_hour: Histories that visitors ask for, to one address in an hour.
        transcripts_per_hour: ... to all.
        joined_counts: A chat that an agent has joined beside its owner takes a place of his too.
        agents_transfer: Agents may give their chats to others; else only supervisors may (S3-16).
    """

    key: bytes = b"change me: only tests may run with this key"
    sites: Mapping[str, Site] = attrs.field(factory=dict)
    queues: Mapping[str, Queue] = attrs.field(factory=dict)
    staff: Mapping[str, Staff] = attrs.field(factory=dict)
    fields: Mapping[str, CustomField] = attrs.field(factory=dict)
    notifiers: tuple[Subscription, ...] = ()
    sender: str = "support@example.org"
    public_url: str = "http://127.0.0.1"
    zone: tzinfo = UTC
    placeholders: Mapping[str, str] = attrs.field(factory=dict)

    offer_timeout: int = seconds(30)
    transfer_timeout: int = seconds(30)
    grace: int = seconds(60)
    visitor_idle_close: int = seconds(3600)
    visitor_gone: int = seconds(60)
    visitor_lost: int = seconds(240)
    visit_left_after: int = seconds(1800)
    page_interval: int = seconds(10)
    rating_window: int = seconds(600)
    inactive_warning: int = seconds(300)
    hold_close: int = seconds(3600)
    reopen_window: int = seconds(600)
    remind_after: int = 0
    lull_after: int = 0
    sla_warning: int = seconds(60)
    invitation_timeout: int = seconds(120)
    token_life: int = seconds(7 * 86_400)
    token_idle: int = seconds(86_400)
    token_overlap: int = seconds(60)
    hand_over_life: int = seconds(60)
    form_delay: int = seconds(5)
    unread_after: int = seconds(60)
    unread_gather: int = seconds(10)
    return_life: int = seconds(7 * 86_400)
    bot_timeout: int = seconds(15)
    bot_idle_close: int = seconds(86_400)
    keep_conversations: int = seconds(365 * 86_400)
    keep_visits: int = seconds(30 * 86_400)
    keep_jobs: int = seconds(30 * 86_400)
    upload_timeout: int = seconds(600)

    statuses: Mapping[str, Status] = attrs.field(factory=dict)
    agent_gone: AgentGone = attrs.field(default=AgentGone.REQUEUE, converter=AgentGone)
    missed_until_away: int = 3
    idle_after: int = seconds(600)
    idle_counts: bool = False
    wrap_up_counts: bool = True
    buffer: int = 0
    assignments: int = 0
    assignment_window: int = seconds(60)
    desk_chats: int = 0
    waiting_alert: int = seconds(120)
    wait_goal: int = seconds(20)
    pass_pause: int = seconds(10)
    overflow_depth: int = 3
    joined_counts: bool = False
    agents_transfer: bool = True

    claim_expires: int = seconds(1800)
    reminder_after: int = seconds(900)
    escalation_after: int = seconds(3600)

    lease: int = seconds(30)
    retry_ladder: tuple[int, ...] = tuple(
        seconds(step) for step in (5, 10, 30, 60, 180, 600, 1800, 3600)
    )
    retry_horizon: int = seconds(72 * 3600)

    file_size: int = 10_000_000
    file_types: frozenset[str] = frozenset(TYPES)
    uploads: int = 10
    chat_files: int = 50
    visitor_chats: int = 1
    waiting_per_address: int = 3
    mails_per_address_hour: int = 1
    mails_per_address_day: int = 3
    mails_per_hour: int = 100
    transcripts_per_address_hour: int = 3
    transcripts_per_hour: int = 30
    frame_burst: int = 60
    frame_rate: float = 2.0
    line_burst: int = 10
    line_rate: float = 1.0
