"""What holds for the whole desk, with all its parts."""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from enum import StrEnum

import attrs

from ..filetypes import TYPES
from .people import CustomField, Staff, Status, Subscription
from .queue import Queue
from .site import Site
from .time import seconds


class AgentGone(StrEnum):
    """What happens to the chats of an agent who does not come back within the grace time."""

    REQUEUE = "requeue"
    """They wait again, in front of all who came later."""
    KEEP = "keep"
    """They stay with the agent."""
    CLOSE = "close"


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
        hand_over_life: Time to follow a link to another site of the desk and stay the same.
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
