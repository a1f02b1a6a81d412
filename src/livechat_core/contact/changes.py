"""Changes of the customer's records in the ERM, asked for by an agent (S2-13).

A change names what the agent saw, so it never overwrites what somebody else has written meanwhile;
a job carries it out, and what became of it is recorded here.
"""

from ..errors import Rejected
from ..streams import Event
from . import commands as c, events as e
from .claims import require_known
from .state import State


def change(state: State, command: c.ChangeRecord) -> list[Event]:
    """Begin a change, one at a time for each field of a record."""
    require_known(state)
    if not state.ref:
        raise Rejected("no_customer")
    if command.former == command.value:
        return []
    for under_way in state.changes:
        same = (under_way.record, under_way.field) == (command.record, command.field)
        if same and under_way.state == "owed":
            if under_way.value == command.value:
                return []
            raise Rejected("step_under_way", step="change", agent=under_way.agent)
    return [
        e.ChangeBegan(
            revision=state.revision + 1,
            record=command.record,
            field=command.field,
            former=command.former,
            value=command.value,
            agent=command.by.id,
        )
    ]


def report(state: State, command: c.Report) -> list[Event]:
    """Note what became of a change, once."""
    waiting = any(one.revision == command.revision and one.state == "owed" for one in state.changes)
    if not waiting or state.into:
        return []
    return [e.ChangeEnded(revision=command.revision, failed=command.failed)]
