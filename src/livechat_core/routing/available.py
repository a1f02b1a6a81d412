"""What a visitor is told of a queue's agents before a chat begins (semantics.md section 4)."""

from collections.abc import Mapping


def availability(states: Mapping[str, int]) -> tuple[str, str]:
    """Return whether a chat can begin, and why not.

    Args:
        states: How many agents of the queue are in which state, as `Roster.states` says.

    Returns:
        ``online``, ``busy`` (somebody will be free again) or ``offline``; and the reason.
    """
    if states.get(""):
        return "online", ""
    if states.get("full") or states.get("resting"):
        return "busy", "all_full"
    if states.get("busy"):
        return "busy", "all_busy"
    return "offline", "all_away" if any(states.values()) else "nobody_at_work"
