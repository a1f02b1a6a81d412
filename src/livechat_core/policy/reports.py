"""What a job reports to the stream it was done for."""

from collections.abc import Iterator

from .. import job
from ..rules import Rules
from ..streams import Event, kind_of
from . import bots, contacts, enquiries
from .orders import Happened, Order, Reaction

REPORTERS: dict[tuple[str, str], Reaction] = {
    ("enquiry", "erm"): enquiries.reported,
    ("enquiry", "mailer"): enquiries.reported,
    ("conversation", "bot"): bots.reported,
    ("contact", "erm"): contacts.lead_made,
    ("contact", "records"): contacts.changed,
}
"""By the kind of stream and the port; other jobs are done when they are done."""


def _reported(happened: Happened, rules: Rules) -> Iterator[Order]:
    state: job.State = happened.state
    reporter = REPORTERS.get((kind_of(state.subject), state.port))
    if reporter is not None:
        yield from reporter(happened, rules)


REACTIONS: dict[type[Event], Reaction] = {
    job.Succeeded: _reported,
    job.Died: _reported,
    job.Lost: _reported,
}
