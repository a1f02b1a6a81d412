"""What can be wanted of an enquiry."""

from collections.abc import Mapping
from typing import Any

import attrs

from .. import text
from ..streams import Command, Given
from .announcement import Facts
from .events import Match, Step


@attrs.frozen(kw_only=True)
class Open(Command):
    """Begin the work that a left message causes, or a ticket made from a chat.

    Args:
        contact: Stream of the contact that asks, if there is one.
        ticket: Which ticket of the chat, from 1; 0 for a left message.
        agent: Who made the ticket; he has it at once.
        name: His name.
    """

    conversation: str
    site: str
    queue: str
    facts: Facts
    contact: str = ""
    ticket: int = 0
    agent: str = ""
    name: str = ""


@attrs.frozen(kw_only=True)
class Announce(Command):
    """Render the announcement, once; the conversation's number is known now.

    Args:
        said: What was said in the chat of a ticket, a text for each line.
    """

    number: Given[int] = 0
    said: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Claim(Command):
    """Take the enquiry; everybody else learns who has it (S0-14)."""


@attrs.frozen(kw_only=True)
class Release(Command):
    """Give the enquiry back to all."""


@attrs.frozen(kw_only=True)
class TakeOver(Command):
    """A supervisor takes the enquiry from whoever has it."""


@attrs.frozen(kw_only=True)
class SearchAgain(Command):
    """Search the ERM by another address (S2-8)."""

    email: text.Email


@attrs.frozen(kw_only=True)
class ConfirmMatch(Command):
    """This customer of the ERM is the one who asks (S0-16, S2-7)."""

    ref: text.Line


@attrs.frozen(kw_only=True)
class CreateCustomer(Command):
    """Create the customer in the ERM; what is missing does not matter (S0-21, S0-22)."""

    name: text.Line = ""
    phone: text.Phone = ""
    company: text.Line = ""


@attrs.frozen(kw_only=True)
class Reply(Command):
    """Answer by e-mail (S0-19)."""

    subject: text.Title
    text: text.Body


@attrs.frozen(kw_only=True)
class ScheduleFollowUp(Command):
    """Create the follow-up task (S0-20)."""

    title: text.Title = ""
    due_at: int = 0


@attrs.frozen(kw_only=True)
class Complete(Command):
    """The enquiry is dealt with."""


@attrs.frozen(kw_only=True)
class Drop(Command):
    """Nothing is to be done (spam, double)."""

    reason: text.Line = ""


@attrs.frozen(kw_only=True)
class Retry(Command):
    """Try the step again that has failed for good."""


@attrs.frozen(kw_only=True)
class Settle(Command):
    """A person says what became of a step whose outcome nobody knows: arrived, repeat, drop."""

    outcome: text.Word


@attrs.frozen(kw_only=True)
class Report(Command):
    """A job tells what became of a step.

    Args:
        step: The step it was for.
        revision: Which one; an outdated report changes nothing.
        result: What the outside system answered.
        matches: Customers found.
        failed: Why the step will not be tried again by itself.
        unknown: Why nobody knows whether it was done.
    """

    step: Step
    revision: int
    result: Mapping[str, Any] = attrs.field(factory=dict)
    matches: tuple[Match, ...] = ()
    failed: str = ""
    unknown: str = ""


@attrs.frozen(kw_only=True)
class Elapse(Command):
    """Time has passed; do what is due."""

    number: Given[int] = 0
