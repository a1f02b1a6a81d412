"""In which phase of a conversation what can happen, and which phase follows."""

from ..streams import Event
from . import events as e
from .values import Phase

_TALK = (e.Posted, e.Introduced, e.VisitorLeft, e.VisitorReturned, e.TranscriptAsked)
"""What can happen as long as the visitor may speak."""
_LINE = (e.Prioritized, e.WaitedLong)
"""What can happen to a chat that nobody has taken yet."""
_STAFF = (e.Noted,)
"""What staff may do with every chat, over or not."""


def _staying(phase: Phase, *groups: tuple[type[Event], ...]) -> dict[type[Event], Phase]:
    return {event: phase for group in groups for event in group}


NEXT: dict[Phase, dict[type[Event], Phase]] = {
    Phase.NEW: {
        e.Started: Phase.WAITING,
    },
    Phase.WITH_BOT: {
        e.HandedOff: Phase.WAITING,
        e.Accepted: Phase.ACTIVE,
        e.MessageLeft: Phase.MESSAGE_LEFT,
        e.Closed: Phase.CLOSED,
        **_staying(Phase.WITH_BOT, (e.BotAsked, e.BotAnswered), _TALK, _STAFF),
    },
    Phase.WAITING: {
        e.BotBegan: Phase.WITH_BOT,
        e.Offered: Phase.OFFERED,
        e.Accepted: Phase.ACTIVE,
        e.MessageLeft: Phase.MESSAGE_LEFT,
        e.Closed: Phase.CLOSED,
        **_staying(Phase.WAITING, (e.Overflowed,), _LINE, _TALK, _STAFF),
    },
    Phase.OFFERED: {
        e.Accepted: Phase.ACTIVE,
        e.Declined: Phase.WAITING,
        e.OfferLapsed: Phase.WAITING,
        e.OfferWithdrawn: Phase.WAITING,
        e.MessageLeft: Phase.MESSAGE_LEFT,
        e.Closed: Phase.CLOSED,
        **_staying(Phase.OFFERED, _LINE, _TALK, _STAFF),
    },
    Phase.ACTIVE: {
        e.Requeued: Phase.WAITING,
        e.Closed: Phase.CLOSED,
        **_staying(
            Phase.ACTIVE,
            (e.TransferOffered, e.TransferAccepted, e.TransferEnded),
            (e.ReplyOverdue, e.Quieted, e.Stirred),
            _TALK,
            _STAFF,
        ),
    },
    Phase.MESSAGE_LEFT: {
        e.Closed: Phase.CLOSED,
        **_staying(Phase.MESSAGE_LEFT, _STAFF),
    },
    Phase.CLOSED: _staying(Phase.CLOSED, (e.Rated, e.TranscriptAsked), _STAFF),
}
