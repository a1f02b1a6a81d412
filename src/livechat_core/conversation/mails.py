"""Mails to the visitor: the history, and answers that he has not seen (S4-11 to S4-19).

Theory. The history goes to the address of the chat, or to one that is typed when it has none; that
one is the chat's from then on (S4-3). Answers go once for each batch: there is a next mail only
after further lines, and none for what was seen. Both carry a link that leads back, once. Its secret
is not here, only its hash, recorded before the mail leaves; who brings it gets a token of his own.

How many mails an address may get is counted by the store, in the commit that owes the mail. What
the visitor asks for is refused then; what goes by itself is put off.
"""

from typing import TypeAlias, assert_never

import attrs

from ..errors import NotFound, Rejected
from ..rules import Rules, seconds
from ..streams import Event
from ..tables import allows, require
from . import commands as c, events as e
from .forms import require_own
from .reach import KEPT_LINKS, Link, copy_at, copy_refusal, unread_at
from .state import State
from .table import NEXT
from .values import Phase

PUT_OFF = seconds(900)
"""Time after which a mail that was one too many is tried again."""

Wanted: TypeAlias = c.EmailTranscript | c.MakeLink | c.ComeBack
Happened: TypeAlias = e.TranscriptAsked | e.AnswersMailed | e.MailPutOff | e.LinkMade | e.LinkUsed


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:
    """Return what follows from a wish about mails."""
    match command:
        case c.EmailTranscript():
            return email_transcript(state, command)
        case c.MakeLink():
            known = any(link.hash == command.link for link in state.reach.links)
            if known or not allows(NEXT, state.phase, e.LinkMade):
                return []
            return [e.LinkMade(link=command.link, until=at + rules.return_life)]
        case c.ComeBack():
            return come_back(state, command, at)
        case _:
            assert_never(command)


def email_transcript(state: State, command: c.EmailTranscript) -> list[Event]:
    """Send the history to the session's own address (S0-36, A22).

    Raises:
        Rejected: ``other_address``; ``already_sent`` or ``not_answered_yet``, of an address that
            nobody vouches for.
    """
    if state.phase is Phase.NEW or state.visitor != command.by.id:
        raise NotFound
    require(NEXT, state.phase, e.TranscriptAsked)
    require_own(state, command.email)
    refusal = copy_refusal(state)
    if refusal:
        raise Rejected(refusal)
    said = [] if state.email else [e.Introduced(email=command.email, source="history")]
    return [*said, e.TranscriptAsked(email=command.email)]


def come_back(state: State, command: c.ComeBack, at: int) -> list[Event]:
    """Let the visitor back in by a link, once (A24).

    Raises:
        Rejected: ``link_over``: it was used, or it is too old.
    """
    link = next((one for one in state.reach.links if one.hash == command.link), None)
    if link is None or at >= link.until:
        raise Rejected("link_over")
    return [e.LinkUsed(link=command.link, token=command.token)]


def due(state: State, full: str, at: int) -> list[Event]:
    """Return the mail that goes by itself now.

    Args:
        state: The chat.
        full: The guard that refused it a moment ago, empty for none.
        at: Now.
    """
    unread, copy = unread_at(state), copy_at(state)
    mails: list[Event] = []
    if unread is not None and unread <= at:
        after = max(state.seen, state.reach.mailed)
        mails.append(e.AnswersMailed(email=state.email, after=after, upto=state.answered))
    elif copy is not None and copy <= at:
        mails.append(e.TranscriptAsked(email=state.email, asked=False))
    if mails and full == "mail_limit":
        return [e.MailPutOff(until=at + PUT_OFF)]
    return mails


def evolve(state: State, event: Happened, at: int) -> None:
    """Apply what is mailed."""
    reach = state.reach
    match event:
        case e.TranscriptAsked():
            reach = attrs.evolve(reach, copies=reach.copies + 1, copied=state.lines)
        case e.AnswersMailed():
            reach = attrs.evolve(reach, mailed=event.upto)
        case e.MailPutOff():
            reach = attrs.evolve(reach, not_before=event.until)
        case e.LinkMade():
            alive = [link for link in reach.links if at < link.until]
            link = Link(hash=event.link, until=event.until)
            reach = attrs.evolve(reach, links=tuple((*alive, link)[-KEPT_LINKS:]))
        case e.LinkUsed():
            left = tuple(link for link in reach.links if link.hash != event.link)
            reach = attrs.evolve(reach, links=left)
        case _:
            assert_never(event)
    state.reach = reach
