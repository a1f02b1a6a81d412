"""For tests of programs and plugins: contracts to subclass, a clock that stands still, faults."""

from .clock import FakeClock
from .erm_contract import Books, ErmContract
from .faults import (
    Fault,
    FaultyErm,
    FaultyMailer,
    FaultyNotifier,
    KeylessErm,
    Script,
)
from .mailer_contract import MailerContract, Post, Received
from .notifier_contract import NOTICE, Channel, NotifierContract
from .store_contract import StoreContract

__all__ = [
    "NOTICE",
    "Books",
    "Channel",
    "ErmContract",
    "FakeClock",
    "Fault",
    "FaultyErm",
    "FaultyMailer",
    "FaultyNotifier",
    "KeylessErm",
    "MailerContract",
    "NotifierContract",
    "Post",
    "Received",
    "Script",
    "StoreContract",
]
