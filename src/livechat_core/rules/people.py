"""The people at the desk, what they may choose, and where they are told."""

from collections.abc import Mapping

import attrs


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
