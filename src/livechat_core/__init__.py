"""Live chat a business can rely on, to be built into any Python web application.

The public names: a `Desk` takes commands of the deciders' modules (`conversation`, `enquiry`, ...),
`serve` keeps it going, `Session` speaks the wire protocol for a transport, and the ports with
`hookimpl` are what plugins implement.
"""

from . import (
    access,
    ban,
    contact,
    conversation,
    enquiry,
    erasure,
    errors,
    hours,
    job,
    ports,
    presence,
    privacy,
    record,
    rules,
    settings,
    streams,
    visit,
)
from .blocking import BlockingDesk
from .clock import SystemClock
from .desk import Desk
from .errors import (
    ConfigurationError,
    Conflict,
    DeliveryError,
    Denied,
    Full,
    Invalid,
    LimitExceeded,
    LivechatError,
    NotFound,
    PluginError,
    Rejected,
)
from .hookspecs import hookimpl
from .plugins import Plugins
from .protocol import MAX_FRAME, Session, refusal
from .repeats import Ack
from .rules import Queue, Rules, Site, Staff, Subscription, seconds
from .service import Service, serve
from .settings import Settings
from .streams import Actor, Role

__version__ = "0.1.0"

__all__ = [
    "MAX_FRAME",
    "Ack",
    "Actor",
    "BlockingDesk",
    "ConfigurationError",
    "Conflict",
    "DeliveryError",
    "Denied",
    "Desk",
    "Full",
    "Invalid",
    "LimitExceeded",
    "LivechatError",
    "NotFound",
    "PluginError",
    "Plugins",
    "Queue",
    "Rejected",
    "Role",
    "Rules",
    "Service",
    "Session",
    "Settings",
    "Site",
    "Staff",
    "Subscription",
    "SystemClock",
    "access",
    "ban",
    "contact",
    "conversation",
    "enquiry",
    "erasure",
    "errors",
    "hookimpl",
    "hours",
    "job",
    "ports",
    "presence",
    "privacy",
    "record",
    "refusal",
    "rules",
    "seconds",
    "serve",
    "settings",
    "streams",
    "visit",
]
