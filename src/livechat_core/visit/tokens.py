"""By what a visit is known again: tokens, codes that carry it to another site, and their end.

A token is 256 random bits; only its SHA-256 is here (A9). It dies after a week, after a day without
the visitor, a minute after he has signed in (a new one takes its place), and when it is revoked.
A hand-over code works once, within a minute, and only for the same browser at the same network
address: whoever is sent a link with somebody else's code does not slip into that one's visit.
"""

from ..errors import NotFound, Rejected
from ..rules import Rules
from ..streams import Event
from ..tables import allows
from . import commands as c, events as e
from .events import NEXT
from .state import State
from .values import Phase


def admits(state: State, token: str, at: int, rules: Rules) -> bool:
    """Tell whether a token with this SHA-256 opens the visit now (A7)."""
    known = any(one.hash == token and (not one.until or at < one.until) for one in state.tokens)
    return known and (state.phase is Phase.CHATTING or at < state.seen_at + rules.token_idle)


def hand_over(state: State, command: c.HandOver, at: int, rules: Rules) -> list[Event]:
    """Let the visit go on elsewhere, if there is one and its visitor has not left."""
    if not allows(NEXT, state.phase, e.HandedOver):
        raise NotFound
    if any(code.hash == command.code for code in state.codes):
        return []
    return [e.HandedOver(code=command.code, until=at + rules.hand_over_life)]


def adopt(state: State, command: c.Adopt, at: int, rules: Rules) -> list[Event]:
    """Go on with the visit on another site, with a token of that site.

    Raises:
        Rejected: ``code_over``: it was used, it is too old, or somebody else brings it.
    """
    code = next((one for one in state.codes if one.hash == command.code), None)
    brings, has = command.guest, state.guest
    same = (brings.address, brings.browser) == (has.address, has.browser)
    there = allows(NEXT, state.phase, e.Adopted)
    if code is None or at >= code.until or not same or not there:
        raise Rejected("code_over")
    return [
        e.Adopted(code=command.code, site=command.site),
        e.TokenIssued(token=command.token, until=at + rules.token_life),
    ]


def readmit(state: State, command: c.Readmit, at: int, rules: Rules) -> list[Event]:
    """Let the visitor in again, on whatever computer: he has come by a link that was mailed."""
    if state.phase is Phase.NEW:
        raise NotFound
    return [e.TokenIssued(token=command.token, until=at + rules.token_life)]


def revoke(state: State) -> list[Event]:
    """Let all tokens and codes die."""
    return [e.Revoked()] if state.tokens or state.codes else []
