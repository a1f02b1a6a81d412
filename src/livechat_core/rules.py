"""The numbers and choices that the rules read: every default of the desk in one place.

Durations are microseconds; write them with `seconds`.
"""

from collections.abc import Mapping

import attrs

from .hours import Hours

SECOND = 1_000_000


def seconds(count: float) -> int:
    """Return ``count`` seconds as a duration in microseconds."""
    return round(count * SECOND)


@attrs.frozen(kw_only=True)
class Site:
    """One of the company's sites; every visitor, chat and message carries its id (S0-1).

    Args:
        name: Shown to staff and visitors.
        origins: Web origins whose pages may embed the chat, ``https://shop.example``.
        queues: Topics a visitor may choose from, by queue id; the first is the default.
        greeting: What the button's prompt says while somebody can answer (S0-3).
        away: The same while nobody can.
        automatic_link: Link an exact single ERM match, or create the missing customer, without
            a person.
        notify_visits: Announce every new visitor in the staff channels (S0-41).
    """

    name: str
    origins: tuple[str, ...] = ()
    queues: tuple[str, ...] = ("support",)
    greeting: str = "A consultant is available to assist you."
    away: str = "Nobody is available right now. Leave a message and we will answer by e-mail."
    automatic_link: bool = False
    notify_visits: bool = False


@attrs.frozen(kw_only=True)
class Queue:
    """A line of waiting chats, shown to visitors as a topic.

    Args:
        name: Shown to visitors and staff.
        hours: When it is open; none means always.
        limit: Waiting chats at most (security.md section 10).
        when_busy: What a visitor meets while agents are there but all are full: wait in line, wait
            with the choice to leave a message, or leave a message at once.
        priority: Added to each chat's own priority.
    """

    name: str
    hours: Hours | None = None
    limit: int = 100
    when_busy: str = "queue_with_escape"
    priority: int = 0


@attrs.frozen(kw_only=True)
class Staff:
    """One person who works at the desk, as the settings name him.

    Args:
        name: Shown to colleagues and visitors.
        email: Where notices to this person go.
        supervisor: May approve bans, take over claims, see everything.
        queues: Queues this person serves; empty for none.
        capacity: Chats at the same time (S2-17).
        tier: Lower tiers are asked first (F20).
        slack_user: Id of this person in the Slack workspace; empty for none.
    """

    name: str
    email: str = ""
    supervisor: bool = False
    queues: tuple[str, ...] = ("support",)
    capacity: int = 3
    tier: int = 0
    slack_user: str = ""


@attrs.frozen(kw_only=True)
class Subscription:
    """A notifier and the kinds of notice it wants.

    Args:
        notifier: Name of the notifier.
        kinds: ``left_message``, ``enquiry``, ``new_visitor``, ``reminder``, ``escalation``.
    """

    notifier: str
    kinds: frozenset[str] = frozenset({"left_message", "enquiry", "reminder", "escalation"})


@attrs.frozen(kw_only=True)
class Rules:
    """Everything the pure rules may ask for besides state, command and time.

    Args:
        key: Secret for keyed hashes of personal values in labels; never leaves the desk.
        sender: From address of mails to customers.
        public_url: Base of links in notices and mails (A30); never taken from a request.
        reminder_after: An unclaimed enquiry is announced again after this time.
        escalation_after: ... and to supervisors after this time.
    """

    key: bytes = b"change me: only tests may run with this key"
    sites: Mapping[str, Site] = attrs.field(factory=dict)
    queues: Mapping[str, Queue] = attrs.field(factory=dict)
    staff: Mapping[str, Staff] = attrs.field(factory=dict)
    notifiers: tuple[Subscription, ...] = ()
    sender: str = "support@example.org"
    public_url: str = "http://127.0.0.1"

    offer_timeout: int = seconds(30)
    transfer_timeout: int = seconds(30)
    grace: int = seconds(60)
    visitor_idle_close: int = seconds(3600)
    visitor_gone: int = seconds(60)
    visitor_lost: int = seconds(240)
    visit_left_after: int = seconds(1800)
    page_interval: int = seconds(10)
    rating_window: int = seconds(600)
    invitation_timeout: int = seconds(120)

    claim_expires: int = seconds(1800)
    reminder_after: int = seconds(900)
    escalation_after: int = seconds(3600)

    lease: int = seconds(30)
    retry_ladder: tuple[int, ...] = tuple(
        seconds(step) for step in (5, 10, 30, 60, 180, 600, 1800, 3600)
    )
    retry_horizon: int = seconds(72 * 3600)

    visitor_chats: int = 1
    waiting_per_address: int = 3
    mails_per_address_hour: int = 1
    frame_burst: int = 60
    frame_rate: float = 2.0
    line_burst: int = 10
    line_rate: float = 1.0
