"""A site: one of the company's web sites, and what its visitors meet there."""

from collections.abc import Mapping
from enum import StrEnum

import attrs

from ..forms import Form, History
from ..hours import Hours


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
