"""What can happen to a conversation, a file for each part of it."""

from .bot import (
    BotAnswered as BotAnswered,
    BotAsked as BotAsked,
    BotBegan as BotBegan,
    HandedOff as HandedOff,
    Introduced as Introduced,
)
from .lifecycle import (
    Closed as Closed,
    MessageLeft as MessageLeft,
    Rated as Rated,
    Started as Started,
    TranscriptAsked as TranscriptAsked,
    VisitorLeft as VisitorLeft,
    VisitorReturned as VisitorReturned,
)
from .lines import Noted as Noted, Posted as Posted
from .offers import (
    Accepted as Accepted,
    Declined as Declined,
    Offered as Offered,
    OfferLapsed as OfferLapsed,
    OfferWithdrawn as OfferWithdrawn,
    Overflowed as Overflowed,
    Prioritized as Prioritized,
    Requeued as Requeued,
    TransferAccepted as TransferAccepted,
    TransferEnded as TransferEnded,
    TransferOffered as TransferOffered,
)
from .silence import (
    Quieted as Quieted,
    ReplyOverdue as ReplyOverdue,
    Stirred as Stirred,
    WaitedLong as WaitedLong,
)
