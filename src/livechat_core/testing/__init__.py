"""For tests of programs and plugins: a scripted desk, contracts to subclass, faults, a clock.

The contracts are pytest classes; pytest is imported when one of them is asked for, and not before.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .clock import FakeClock
from .desk import Refused
from .faults import Fault, FaultyErm, FaultyMailer, FaultyNotifier, KeylessErm, Script
from .scenario import Agent, Notice, Scenario, Visitor

if TYPE_CHECKING:
    from .erm_contract import Books, ErmContract
    from .mailer_contract import MailerContract, Post, Received
    from .notifier_contract import NOTICE, Channel, NotifierContract
    from .store_contract import StoreContract

__all__ = [
    "NOTICE",
    "Agent",
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
    "Notice",
    "NotifierContract",
    "Post",
    "Received",
    "Refused",
    "Scenario",
    "Script",
    "StoreContract",
    "Visitor",
]

_CONTRACTS = {
    "erm_contract": ("Books", "ErmContract"),
    "mailer_contract": ("MailerContract", "Post", "Received"),
    "notifier_contract": ("NOTICE", "Channel", "NotifierContract"),
    "store_contract": ("StoreContract",),
}
_HOME = {name: module for module, names in _CONTRACTS.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module has under this name
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
