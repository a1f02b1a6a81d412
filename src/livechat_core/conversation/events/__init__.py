"""What can happen to a conversation, a file for each part of it."""

from .annotations import (
    Mentioned as Mentioned,
    MentionRead as MentionRead,
    Tagged as Tagged,
    Untagged as Untagged,
)
from .bot import (
    BotAnswered as BotAnswered,
    BotAsked as BotAsked,
    BotBegan as BotBegan,
    HandedOff as HandedOff,
)
from .files import (
    Attached as Attached,
    UploadBegun as UploadBegun,
    UploadLapsed as UploadLapsed,
)
from .forms import FormPassed as FormPassed, FormShown as FormShown, Introduced as Introduced
from .hold import HolderLeft as HolderLeft, Snoozed as Snoozed, Woken as Woken
from .identity import ContactChosen as ContactChosen, ContactVerified as ContactVerified
from .lifecycle import (
    Closed as Closed,
    MessageLeft as MessageLeft,
    Rated as Rated,
    Started as Started,
    VisitorLeft as VisitorLeft,
    VisitorReturned as VisitorReturned,
)
from .lines import Noted as Noted, Posted as Posted
from .mails import (
    AnswersMailed as AnswersMailed,
    LinkMade as LinkMade,
    LinkUsed as LinkUsed,
    MailPutOff as MailPutOff,
    TranscriptAsked as TranscriptAsked,
)
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
from .outcomes import OutcomeRecorded as OutcomeRecorded, TicketMade as TicketMade
from .people import (
    Joined as Joined,
    Left as Left,
    LookedOn as LookedOn,
    TakenOver as TakenOver,
    Whispered as Whispered,
)
from .reading import Seen as Seen
from .reopening import Reopened as Reopened
from .silence import (
    AgentReminded as AgentReminded,
    ClosingSoon as ClosingSoon,
    Quieted as Quieted,
    ReplyOverdue as ReplyOverdue,
    SlaBroken as SlaBroken,
    SlaDue as SlaDue,
    Stirred as Stirred,
    WaitedLong as WaitedLong,
)
