"""How a visitor comes, goes on to other pages, is recognized, and agrees to be recorded."""

import attrs

from ..errors import NotFound, Rejected
from ..rules import Rules, Site
from ..streams import Event
from ..tables import require
from . import commands as c, events as e
from .entry import records
from .events import NEXT
from .greetings import planned
from .state import KEPT_PAGES, State
from .values import PRESENT, Campaign, Consent, Guest, Page, Phase


def arrive(state: State, command: c.Arrive, at: int, rules: Rules) -> list[Event]:
    """Open a page. What a site does not record leaves no trace, unless the visit is needed."""
    if command.banned:
        raise Rejected("banned")
    site = _site(command.page.site, rules)
    recorded = records(site, state, command.guest)
    page, campaign = attrs.evolve(command.page, at=at), command.campaign
    if not recorded:
        page, campaign = _hidden(page), Campaign()
    if state.phase in PRESENT:
        return _arrive_again(state, command, page if recorded else None, at, rules)
    if not recorded and not command.needed:
        return []
    if state.phase is Phase.LEFT:
        back = e.Returned(page=page, guest=command.guest, campaign=campaign)
        return [planned(state, back, at, rules), *_rotated(state, command, at, rules)]
    arrived = e.Arrived(
        page=page,
        language=command.language,
        guest=command.guest,
        stay=rules.visit_left_after,
        token_until=at + rules.token_life,
        campaign=campaign,
    )
    return [planned(state, arrived, at, rules)]


def _arrive_again(
    state: State, command: c.Arrive, page: Page | None, at: int, rules: Rules
) -> list[Event]:
    events: list[Event] = []
    if command.guest.vouched != state.guest.vouched:
        events += [e.Recognized(guest=command.guest), *_rotated(state, command, at, rules)]
    last = state.last
    if page is not None and (last.site, last.url) != (page.site, page.url):
        events.append(planned(state, e.Viewed(pages=(page,)), at, rules))
    return events


def _rotated(state: State, command: c.Arrive, at: int, rules: Rules) -> list[Event]:
    """Return the new token of who has just signed in (security.md section 10, A7)."""
    person = command.guest.person
    if not person or person == state.guest.person or not command.token:
        return []
    return [
        e.TokenIssued(
            token=command.token,
            until=at + rules.token_life,
            replaces=command.guest.token,
            overlap=at + rules.token_overlap,
        )
    ]


def view(state: State, command: c.View, at: int, rules: Rules) -> list[Event]:
    """Open more pages; those of sites that record none are left out."""
    wanted = [
        attrs.evolve(page, at=page.at or at)
        for page in command.pages[-KEPT_PAGES:]
        if records(_site(page.site, rules), state, state.guest)
    ]
    if command.pages and not wanted:
        return []
    if state.phase is Phase.NEW:
        raise NotFound
    require(NEXT, state.phase, e.Viewed)
    return [planned(state, e.Viewed(pages=tuple(wanted)), at, rules)] if wanted else []


def consent(state: State, command: c.Consent, at: int, rules: Rules) -> list[Event]:
    """Agree to be recorded, or not any more; who is not recorded has nothing to withdraw (F60)."""
    if not command.granted:
        known = state.phase is not Phase.NEW and state.consent is not Consent.WITHDRAWN
        return [e.ConsentWithdrawn()] if known else []
    if state.consent is Consent.GIVEN and state.consent_to == command.wording:
        return []
    given = e.ConsentGiven(wording=command.wording)
    if state.phase is not Phase.NEW:
        return [given]
    agreed = attrs.evolve(state, consent=Consent.GIVEN)
    begun = arrive(agreed, command.arrival, at, rules) if command.arrival else []
    return [*begun, given] if begun else []


def expire(guest: Guest) -> list[Event]:
    """End the host's word about the visitor (F57)."""
    return [e.Recognized(guest=guest.unvouched())]


def without_pages(event: Event) -> Event:
    """Return an event of a visit without the pages in it, for who does not want them kept."""
    match event:
        case e.Viewed():
            return attrs.evolve(event, pages=tuple(map(_hidden, event.pages)))
        case e.Arrived() | e.Returned():
            return attrs.evolve(event, page=_hidden(event.page), campaign=Campaign())
        case _:
            return event


def _hidden(page: Page) -> Page:
    return Page(site=page.site, url="", at=page.at)


def _site(name: str, rules: Rules) -> Site:
    site = rules.sites.get(name)
    if site is None:
        raise NotFound("unknown_site", site=name)
    return site
