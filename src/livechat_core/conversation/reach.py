"""How a visitor can be reached when he is away: what the state keeps for it, and the deadlines.

Theory. Three things happen by themselves: a form appears (`form_at`), answers that were not seen
are mailed (`unread_at`), and the history is mailed after the end (`copy_at`). What the site does
comes with the beginning of the chat (`SiteTerms`), so these deadlines follow from the state alone.
A mail that would be one too many for its address is put off, never lost.
"""

from typing import TYPE_CHECKING

import attrs

from ..forms import HISTORY, INTRODUCE, LEAVE_CONTACTS
from .values import Phase

if TYPE_CHECKING:
    from .state import State

MAILED = (Phase.WAITING, Phase.OFFERED, Phase.ACTIVE, Phase.SNOOZED, Phase.CLOSED)
"""Phases in which answers may be mailed."""
ASKED = (Phase.WAITING, Phase.OFFERED, Phase.ACTIVE)
"""Phases in which a visitor may be asked who he is; a bot asks for itself."""
GONE = ("visitor_lost", "banned")
"""Reasons of an end after which nobody is there to be shown a form."""
KEPT_LINKS = 5


@attrs.frozen(kw_only=True)
class SiteTerms:
    """What a site does to reach the visitors of its chats; durations.

    Args:
        forms: Forms that appear by themselves.
        form_delay: Time before one appears.
        unread: Time after which answers that were not seen are mailed; none for never.
        unread_gather: Silence after which they are, if the visitor has closed the page.
        marks: His window tells what he has read.
        history: The history is mailed at the end.
    """

    forms: tuple[str, ...] = ()
    form_delay: int = 0
    unread: int | None = None
    unread_gather: int = 0
    marks: bool = False
    history: bool = False


@attrs.frozen(kw_only=True)
class Link:
    """A link in a mail that leads back into the chat: SHA-256 of its secret, and its end."""

    hash: str
    until: int


@attrs.frozen(kw_only=True)
class Reach:
    """What was done to reach the visitor.

    Args:
        terms: What the site does.
        vouched: The host vouches for the address.
        fields: Custom fields that the visitor has filled in.
        forms: Forms that have appeared.
        asked: Fields that they asked for.
        checked_at: When it was last looked whether a form is wanted.
        mailed: Version of the last answer that was mailed.
        copies: Histories that were mailed.
        copied: Lines that the last of them had.
        gone: He was gone when the chat ended.
        not_before: No mail by itself before this time.
        links: Links in mails that lead back into the chat.
    """

    terms: SiteTerms = SiteTerms()
    vouched: bool = False
    fields: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    checked_at: int = 0
    mailed: int = 0
    copies: int = 0
    copied: int = 0
    gone: bool = False
    not_before: int = 0
    links: tuple[Link, ...] = ()

    def wants(self, form: str) -> bool:
        """Tell whether a form may still appear."""
        return form in self.terms.forms and form not in self.forms


def form_at(state: "State") -> int | None:
    """Return when a form appears by itself, if one is still wanted (S4-6, S4-12, S4-14)."""
    reach = state.reach
    if state.phase is Phase.CLOSED:
        over = not state.lines or state.closed_reason in GONE or copy_refusal(state)
        if over or state.lines == reach.copied or not reach.wants(HISTORY):
            return None
        return None if copy_at(state) else state.closed_at + reach.terms.form_delay
    if state.phase not in ASKED or (state.name and state.email):
        return None
    wanted = reach.wants(INTRODUCE) or reach.wants(LEAVE_CONTACTS)
    if not wanted or reach.checked_at >= state.queued_at:
        return None
    return state.queued_at + reach.terms.form_delay


def unread_at(state: "State") -> int | None:
    """Return when answers that were not seen are mailed (S4-4, S4-16).

    Of a window that is open and tells no read marks nobody knows, so he is taken to have seen them.
    """
    reach, terms = state.reach, state.reach.terms
    unseen = state.unseen_since is not None and state.answered > reach.mailed
    gone = state.lost_at is not None or (state.phase is Phase.CLOSED and reach.gone)
    if not unseen or not state.email or state.phase not in MAILED:
        return None
    if terms.unread is None or not (gone or terms.marks):
        return None
    # The first line of a batch begins the minute; a later batch has only its last line to count by.
    first = state.active_at if reach.mailed > state.seen else state.unseen_since or 0
    at = first + terms.unread
    if gone:
        at = min(at, state.active_at + terms.unread_gather)
    return max(at, reach.not_before)


def copy_at(state: "State") -> int | None:
    """Return when the history is mailed by itself (S4-19)."""
    reach = state.reach
    wanted = state.phase is Phase.CLOSED and reach.terms.history
    if not wanted or not state.email or state.lines == reach.copied or copy_refusal(state):
        return None
    return max(state.closed_at, reach.not_before)


def copy_refusal(state: "State") -> str:
    """Return why the history may not be mailed, empty if it may (A22, A23).

    An address that nobody vouches for gets it once, and only when somebody has answered: else a
    script could have the desk mail its words to anybody.
    """
    if state.reach.vouched:
        return ""
    if state.reach.copies:
        return "already_sent"
    answered = state.answered or (state.lines and state.unanswered_since is None)
    return "" if answered else "not_answered_yet"


def due_at(state: "State") -> int | None:
    """Return the earliest of these deadlines."""
    found = (form_at(state), unread_at(state), copy_at(state))
    return min((at for at in found if at is not None), default=None)
