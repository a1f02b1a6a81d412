"""For tests of programs and plugins: a scripted desk, contracts to subclass, faults, a clock.

The contracts are pytest classes; pytest is imported when one of them is asked for, and not before.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .clock import FakeClock
from .desk import Refused
from .faults import (
    Fault,
    FaultyErm,
    FaultyMailer,
    FaultyNotifier,
    FaultyRecords,
    KeylessErm,
    Script,
)
from .scenario import Agent, Notice, Scenario, Visitor

if TYPE_CHECKING:
    from .bot_contract import BotContract
    from .ephemeral_contract import EphemeralContract
    from .erm_contract import Books, ErmContract
    from .files_contract import FilesContract
    from .mailer_contract import MailerContract, Post, Received
    from .notifier_contract import NOTICE, Channel, NotifierContract
    from .records_contract import RecordsContract, Shelf
    from .store_contract import StoreContract

__all__ = [
    "NOTICE",
    "Agent",
    "Books",
    "BotContract",
    "Channel",
    "EphemeralContract",
    "ErmContract",
    "FakeClock",
    "Fault",
    "FaultyErm",
    "FaultyMailer",
    "FaultyNotifier",
    "FaultyRecords",
    "FilesContract",
    "KeylessErm",
    "MailerContract",
    "Notice",
    "NotifierContract",
    "Post",
    "Received",
    "RecordsContract",
    "Refused",
    "Scenario",
    "Script",
    "Shelf",
    "StoreContract",
    "Visitor",
]

_CONTRACTS = {
    "bot_contract": ("BotContract",),
    "ephemeral_contract": ("EphemeralContract",),
    "erm_contract": ("Books", "ErmContract"),
    "files_contract": ("FilesContract",),
    "mailer_contract": ("MailerContract", "Post", "Received"),
    "notifier_contract": ("NOTICE", "Channel", "NotifierContract"),
    "records_contract": ("RecordsContract", "Shelf"),
    "store_contract": ("StoreContract",),
}
_HOME = {name: module for module, names in _CONTRACTS.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module has under this name
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
