"""Wishes about what becomes of a chat."""

import attrs

from ... import text
from ...streams import Command


@attrs.frozen(kw_only=True)
class RecordOutcome(Command):
    """Say that the chat goes on elsewhere, or afterwards how it ended (S3-4).

    Args:
        outcome: ``case``, ``call``, ``remote_session``, ``escalation``; of a closed chat also an
            outcome of its queue.
        reference: Where, for example the number of the case.
    """

    outcome: text.Word
    reference: text.Line = ""
    note: text.Note = ""


@attrs.frozen(kw_only=True)
class MakeTicket(Command):
    """Make a ticket in the customer's name, with what was said so far (S1-17 to S1-19).

    Args:
        subject: By default the queue's pattern, filled in.
        note: What the agent has to add.
    """

    subject: text.Title = ""
    note: text.Note = ""
