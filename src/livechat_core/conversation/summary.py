"""What others may look up about a conversation."""

from ..streams import Facts, Summary, id_of
from ..text import shortened
from .state import SHOWN, WAITS, State


def summary(stream: str, state: State) -> Summary:
    """Return what others may look up about the conversation."""
    labels = {f"visitor={state.visitor}", f"site={state.site}", f"queue={state.queue}"}
    if state.address:
        labels.add(f"address={state.address}")
    if state.last_owner:
        labels.add(f"agent={state.last_owner}")
    if state.person:
        labels.add(f"person={state.person}")
    if state.verified:
        labels.add(f"contact={id_of(state.contact)}")
    labels |= {f"outcome={one}" for one in (state.outcome, *state.moved_to) if one}
    if state.previous:
        labels.add(f"previous={id_of(state.previous)}")
    labels |= {f"link={link.hash}" for link in state.reach.links if link.hash}
    labels |= {f"tag={tag}" for tag in state.tags}
    labels |= {f"mention={agent}" for agent in state.mentions}
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
    return {
        **_asked(state),
        **_waits(state),
        **_served(state),
        **_kept(state),
        **_figures(state),
        "closed_reason": state.closed_reason,
        "rating": state.rating,
    }


def _asked(state: State) -> Facts:
    """Return who asked for what, and where."""
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
        "language": state.language,
        "contact": state.contact,
        "verified": state.verified,
    }


def _waits(state: State) -> Facts:
    """Return what its place in the line follows from, and who was asked to take it."""
    ask = state.ask
    return {
        "since": state.since,
        "queued_at": state.queued_at,
        "overflows": state.overflows,
        "waited": state.waited,
        "preferred": state.preferred,
        "offer": ask.id if ask else "",
        "offered_to": ask.seat.agent if ask else "",
        "offer_comment": ask.comment if ask else "",
        "offer_until": ask.until if ask else 0,
        "tried": sorted(state.tried),
        "tried_at": state.tried_at,
    }


def _served(state: State) -> Facts:
    """Return who has it and takes part in it, and how it stands between them and the visitor."""
    return {
        "owner": state.owner.agent if state.owner else "",
        "owner_name": state.owner.name if state.owner else "",
        "joined": state.joined,
        "came": state.came,
        "guests": [
            {"agent": agent, "name": guest.seat.name, "joined": guest.joined}
            for agent, guest in state.guests.items()
        ],
        "quiet": state.quiet,
        "last_line": state.last_line,
        "unanswered_since": state.unanswered_since,
        "unseen_since": state.unseen_since,
        "visitor_gone": state.lost_at is not None,
        "snoozed_until": state.hold.due_at if state.hold else 0,
        "reminded": state.reminded_at > state.active_at,
    }


def _kept(state: State) -> Facts:
    """Return what staff have noted of it, and what was promised."""
    return {
        "mentions": dict(state.mentions),
        "tags": sorted(state.tags),
        "segment": state.segment,
        "previous": state.previous,
        "outcome": state.outcome,
        "tickets": state.tickets,
        "sla": dict(state.sla),
        "sla_due": min((promise.until for promise in state.promises), default=0),
    }


def _figures(state: State) -> Facts:
    figures = state.figures
    return {
        "first_reply_at": figures.first_reply_at,
        "closed_at": state.closed_at,
        "handled": figures.handled,
        "last_owner": state.last_owner,
        "missed": dict(figures.missed),
        "transfers": figures.transfers,
        "left": figures.left,
        "bot": "" if figures.bot == "serves" else figures.bot,
    }
