"""Invitations by staff, greetings by rule, bans, and the passing of time."""

from ..errors import NotFound, Rejected
from ..rules import Rules
from ..streams import Event
from ..tables import allows, require
from . import commands as c, events as e
from .arrivals import expire
from .events import NEXT
from .greetings import next_at, ripe
from .state import State
from .values import Phase


def invite(state: State, command: c.Invite, at: int, rules: Rules) -> list[Event]:
    """Invite, unless a colleague has (S0-44, S0-45)."""
    by = command.by
    if state.phase is Phase.NEW:
        raise NotFound
    if state.phase is Phase.INVITED and at < state.invited_until:
        if state.inviter == by.id:
            return []
        if not command.inviter_gone:
            raise Rejected("invited", owner=state.inviter_name)
    if not command.presence:
        raise Rejected("not_available")
    require(NEXT, state.phase, e.Invited)
    until = at + rules.invitation_timeout
    return [e.Invited(agent=by.id, name=by.name, presence=command.presence, until=until)]


def answer(state: State) -> list[Event]:
    """Close what was offered."""
    if state.phase is Phase.INVITED:
        return [e.InvitationEnded(agent=state.inviter, reason="closed")]
    return [e.GreetingClosed()] if state.greeting and state.phase is Phase.BROWSING else []


def bar(state: State, command: c.Bar) -> list[Event]:
    """Let a ban take effect on what goes on (S0-33)."""
    if not allows(NEXT, state.phase, e.Barred) or state.barred_by == command.ban:
        return []
    barred = e.Barred(ban=command.ban, scope=command.scope)
    if state.phase is not Phase.INVITED:
        return [barred]
    return [barred, e.InvitationEnded(agent=state.inviter, reason="banned")]


def elapse(state: State, command: c.Elapse, at: int, rules: Rules) -> list[Event]:
    """Do what is due, one thing at a time; pages have been blanked before this is asked."""
    if state.removing_since:
        return [e.PagesRemoved()]
    if state.vouched_until is not None and state.vouched_until <= at:
        return expire(state.guest)
    if state.phase is Phase.INVITED and state.invited_until <= at:
        return [e.InvitationEnded(agent=state.inviter, reason="lapsed")]
    if state.phase is not Phase.BROWSING:
        return []
    if state.greet_at is not None and state.greet_at <= at:
        return _greet(state, command, at, rules)
    if state.seen_at + state.stay <= at:
        return [e.Seen()] if command.connected else [e.Left()]
    return []


def _greet(state: State, command: c.Elapse, at: int, rules: Rules) -> list[Event]:
    then = next_at(state, at + 1, rules)
    name = "" if command.banned else ripe(state, at, rules, command.availability)
    if not name:
        return [e.GreetingPassed(greet_at=then)]
    site = rules.sites[state.last.site]
    text = site.greetings[name].text
    more = len([one for one in state.greeted if one.at >= state.arrived_at]) + 1
    again = then if more < site.greetings_at_most else None
    return [e.Greeted(greeting=name, name=site.name, text=text, greet_at=again)]
