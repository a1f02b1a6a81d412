"""What can be wanted of a conversation, a file for each part of it."""

from .bot import BotAnswer as BotAnswer, BotFail as BotFail, HandOff as HandOff
from .lifecycle import (
    Close as Close,
    EmailTranscript as EmailTranscript,
    GiveUp as GiveUp,
    LeaveMessage as LeaveMessage,
    Rate as Rate,
    Start as Start,
    VisitorBack as VisitorBack,
    VisitorGone as VisitorGone,
)
from .lines import Note as Note, Post as Post
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
from .timers import Elapse as Elapse
