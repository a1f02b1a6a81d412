"""What others may look up about a conversation."""

from ..streams import Facts, Summary
from ..text import shortened
from .state import SHOWN, WAITS, State


def summary(stream: str, state: State) -> Summary:
    """Return what others may look up about the conversation."""
    labels = {f"visitor={state.visitor}", f"site={state.site}", f"queue={state.queue}"}
    if state.address:
        labels.add(f"address={state.address}")
    if state.last_owner:
        labels.add(f"agent={state.last_owner}")
    return Summary(
        stream=stream,
        phase=state.phase,
        queue=state.queue,
        rank=(-state.priority, state.since) if state.phase in WAITS else None,
        due_at=state.due_at,
        labels=frozenset(labels),
        facts=_facts(state),
    )


def _facts(state: State) -> Facts:
    ask = state.ask
    return {
        "site": state.site,
        "visitor": state.visitor,
        "name": state.name,
        "email": state.email,
        "signed_in": state.signed_in,
        "question": shortened(state.question, SHOWN),
        "page": state.page,
        "title": state.title,
        "location": state.location,
        "since": state.since,
        "queued_at": state.queued_at,
        "overflows": state.overflows,
        "waited": state.waited,
        "language": state.language,
        "preferred": state.preferred,
        "owner": state.owner.agent if state.owner else "",
        "owner_name": state.owner.name if state.owner else "",
        "joined": state.joined,
        "offer": ask.id if ask else "",
        "offered_to": ask.seat.agent if ask else "",
        "offer_comment": ask.comment if ask else "",
        "offer_until": ask.until if ask else 0,
        "tried": sorted(state.tried),
        "tried_at": state.tried_at,
        "quiet": state.quiet,
        "last_line": state.last_line,
        "unanswered_since": state.unanswered_since,
        "visitor_gone": state.lost_at is not None,
        "closed_reason": state.closed_reason,
        "rating": state.rating,
    }
