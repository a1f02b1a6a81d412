"""What can be wanted of a conversation, a file for each part of it."""

from .annotations import ReadMention as ReadMention, Tag as Tag, Untag as Untag
from .bot import BotAnswer as BotAnswer, BotFail as BotFail, HandOff as HandOff
from .files import Attach as Attach, FinishUpload as FinishUpload
from .forms import Introduce as Introduce
from .hold import Snooze as Snooze, Wake as Wake
from .identity import (
    ChooseContact as ChooseContact,
    Recognize as Recognize,
    VerifyContact as VerifyContact,
)
from .lifecycle import (
    Close as Close,
    GiveUp as GiveUp,
    LeaveMessage as LeaveMessage,
    Rate as Rate,
    Start as Start,
    VisitorBack as VisitorBack,
    VisitorGone as VisitorGone,
)
from .lines import Note as Note, Post as Post
from .mails import (
    ComeBack as ComeBack,
    EmailTranscript as EmailTranscript,
    MakeLink as MakeLink,
)
from .offers import (
    Accept as Accept,
    Assign as Assign,
    Decline as Decline,
    Offer as Offer,
    Overflow as Overflow,
    Pick as Pick,
    Prioritize as Prioritize,
    ReleaseAgent as ReleaseAgent,
    Transfer as Transfer,
    WithdrawOffer as WithdrawOffer,
)
from .outcomes import MakeTicket as MakeTicket, RecordOutcome as RecordOutcome
from .people import Join as Join, Leave as Leave, LookOn as LookOn, Whisper as Whisper
from .reading import Read as Read
from .reopening import Reopen as Reopen
from .timers import Elapse as Elapse
