"""Ports: one small async protocol for each thing outside the core, and the values they exchange.

Each port has a contract in `livechat_core.testing`: subclass it to prove an adapter. Synchronous
client libraries run in a worker thread, so that adapters work on asyncio and on trio.
"""

from ..streams import (
    Commit as Commit,
    Committed as Committed,
    Guard as Guard,
    Query as Query,
    Recorded as Recorded,
    Summary as Summary,
)
from .bot import Answer as Answer, Bot as Bot, Say as Say, Then as Then, Turn as Turn
from .clock import Clock as Clock
from .ephemeral import Ephemeral as Ephemeral
from .erm import Customer as Customer, Draft as Draft, Erm as Erm, FollowUp as FollowUp
from .files import Files as Files
from .host import Geo as Geo, Identity as Identity, Person as Person, Request as Request
from .mailer import Mail as Mail, Mailer as Mailer
from .notifier import Notice as Notice, Notifier as Notifier
from .records import (
    Correction as Correction,
    CustomerRecords as CustomerRecords,
    Detail as Detail,
    Record as Record,
)
from .repeat import Repeat as Repeat
from .store import (
    Forgetting as Forgetting,
    Head as Head,
    Rewrite as Rewrite,
    Search as Search,
    Store as Store,
)
