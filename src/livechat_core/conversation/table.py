"""In which phase of a conversation what can happen, and which phase follows."""

from ..streams import Event
from . import events as e
from .values import Phase

_SEEN = (e.VisitorLeft, e.VisitorReturned, e.Seen)
_LINKS = (e.LinkMade, e.LinkUsed)
_MAILS = (e.AnswersMailed, e.MailPutOff)
_FORMS = (e.FormShown, e.FormPassed)
_AROUND = (e.UploadBegun, *_SEEN, e.Introduced, e.TranscriptAsked, *_LINKS)
"""What can happen as long as the visitor may speak, lines apart: a chat on hold wakes first."""
_TALK = (e.Posted, e.Attached, *_AROUND)
_LINE = (e.Prioritized, e.WaitedLong)
"""What can happen to a chat that nobody has taken yet."""
_PEOPLE = (e.SlaDue, e.SlaBroken, e.TicketMade)
"""What can happen to a chat that people are responsible for."""
_SILENCE = (e.ClosingSoon, e.AgentReminded, e.ReplyOverdue, e.Quieted, e.Stirred)
_NOTES = (e.Noted, e.OutcomeRecorded, e.Tagged, e.Untagged, e.Mentioned, e.MentionRead)
_STAFF = (*_NOTES, e.ContactChosen, e.ContactVerified, e.UploadLapsed)
"""What can happen to every chat, over or not: what staff may do, and a file that did not come."""


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
        **_staying(Phase.WITH_BOT, (e.BotAsked, e.BotAnswered, e.ClosingSoon), _TALK, _STAFF),
    },
    Phase.WAITING: {
        e.BotBegan: Phase.WITH_BOT,
        e.Offered: Phase.OFFERED,
        e.Accepted: Phase.ACTIVE,
        e.MessageLeft: Phase.MESSAGE_LEFT,
        e.Closed: Phase.CLOSED,
        **_staying(Phase.WAITING, (e.Overflowed,), _FORMS, _MAILS, _LINE, _PEOPLE, _TALK, _STAFF),
    },
    Phase.OFFERED: {
        e.Accepted: Phase.ACTIVE,
        e.Declined: Phase.WAITING,
        e.OfferLapsed: Phase.WAITING,
        e.OfferWithdrawn: Phase.WAITING,
        e.MessageLeft: Phase.MESSAGE_LEFT,
        e.Closed: Phase.CLOSED,
        **_staying(Phase.OFFERED, _FORMS, _MAILS, _LINE, _PEOPLE, _TALK, _STAFF),
    },
    Phase.ACTIVE: {
        e.Requeued: Phase.WAITING,
        e.Snoozed: Phase.SNOOZED,
        e.Closed: Phase.CLOSED,
        **_staying(
            Phase.ACTIVE,
            (e.TransferOffered, e.TransferAccepted, e.TransferEnded),
            _SILENCE,
            _FORMS,
            _MAILS,
            _PEOPLE,
            (e.Joined, e.Left, e.TakenOver, e.LookedOn, e.Whispered),
            _TALK,
            _STAFF,
        ),
    },
    Phase.SNOOZED: {
        e.Woken: Phase.ACTIVE,
        e.Requeued: Phase.WAITING,
        e.Closed: Phase.CLOSED,
        **_staying(
            Phase.SNOOZED,
            (e.Snoozed, e.HolderLeft, e.FormShown),
            _MAILS,
            _PEOPLE,
            _AROUND,
            _STAFF,
        ),
    },
    Phase.MESSAGE_LEFT: {
        e.Closed: Phase.CLOSED,
        **_staying(Phase.MESSAGE_LEFT, _LINKS, (e.Seen,), _STAFF),
    },
    Phase.CLOSED: {
        e.Reopened: Phase.WAITING,
        **_staying(
            Phase.CLOSED,
            _LINKS,
            _MAILS,
            (e.FormShown, e.Introduced),
            (e.Rated, e.TicketMade, e.TranscriptAsked, e.Seen),
            _STAFF,
        ),
    },
}
