"""The pace at which chats are assigned to one agent (F21)."""

from ..rules import Rules

RECENT = 20
"""So many of the last assignments are remembered: no higher limit can be kept."""


def ready_at(recent: tuple[int, ...], rules: Rules) -> int:
    """Return from when on the next chat may be assigned.

    Args:
        recent: When the last ones were, in order of time.
        rules: Pause between two, and how many in how long; without either the answer is 0.
    """
    if not recent or not (rules.buffer or rules.assignments):
        return 0
    ready = recent[-1] + rules.buffer
    limit = min(rules.assignments, RECENT)
    if limit and len(recent) >= limit:
        ready = max(ready, recent[-limit] + rules.assignment_window)
    return ready
