"""The numbers and choices that the rules read: every default of the desk in one place.

Durations are microseconds; write them with `seconds`.
"""

from .desk import AgentGone as AgentGone, Rules as Rules
from .people import (
    CustomField as CustomField,
    Staff as Staff,
    Status as Status,
    Subscription as Subscription,
)
from .queue import (
    Assignment as Assignment,
    LateLines as LateLines,
    Queue as Queue,
    WhenBusy as WhenBusy,
    WhenExhausted as WhenExhausted,
)
from .site import Greeting as Greeting, Site as Site, Visits as Visits
from .time import SECOND as SECOND, seconds as seconds
