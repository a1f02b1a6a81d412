"""The state of a visit, how events change it, and its summary."""

from typing import assert_never

import attrs

from ..streams import Event, Facts, Summary
from . import events as e
from .events import NEXT
from .values import PRESENT, Campaign, Consent, Guest, Page, Phase, Secret, Shown

KEPT_PAGES = 50
KEPT_CODES = 8
KEPT_SHOWN = 20


@attrs.define(kw_only=True)
class State:
    """What the rules need to know about a visit."""

    phase: Phase = Phase.NEW
    guest: Guest = Guest()
    last_person: str = ""
    language: str = ""
    campaign: Campaign = Campaign()
    pages: tuple[Page, ...] = ()
    arrived_at: int = 0
    viewed: int = 0
    site_at: int = 0
    returned: bool = False
    seen_at: int = 0
    stay: int = 0
    tokens: tuple[Secret, ...] = ()
    codes: tuple[Secret, ...] = ()
    consent: Consent = Consent.UNASKED
    consent_to: str = ""
    removing_since: int = 0
    greet_at: int | None = None
    greeting: str = ""
    greeting_text: str = ""
    greeted: tuple[Shown, ...] = ()
    hushed: bool = False
    inviter: str = ""
    inviter_name: str = ""
    inviter_presence: str = ""
    invited_until: int = 0
    barred_by: str = ""
    conversation: str = ""
    last_agent: str = ""

    @property
    def last(self) -> Page:
        """The page that was opened last."""
        return self.pages[-1] if self.pages else Page(site="", url="")

    @property
    def vouched_until(self) -> int | None:
        """When the host's word about the visitor ends, while he is there."""
        return (self.guest.until or None) if self.phase in PRESENT else None

    @property
    def due_at(self) -> int | None:
        """The earliest deadline: of host's word, invitation, greeting, stay, and removed pages."""
        found = [self.removing_since or None, self.vouched_until]
        if self.phase is Phase.INVITED:
            found.append(self.invited_until)
        if self.phase is Phase.BROWSING:
            found += [self.greet_at, self.seen_at + self.stay]
        return min((at for at in found if at is not None), default=None)


def evolve(state: State, event: Event, at: int) -> None:
    """Apply one recorded event."""
    state.phase = NEXT[state.phase][type(event)]
    match event:
        case e.Viewed():
            _viewed(state, event.pages, at)
            state.greet_at = event.greet_at
        case e.Arrived():
            _arrived(state, event, at)
        case e.Returned():
            _came(state, event, at)
            state.returned, state.hushed = True, False
        case e.Recognized():
            state.guest, state.seen_at = event.guest, at
            state.last_person = event.guest.person or state.last_person
        case e.Seen():
            state.seen_at = at
        case e.Left():
            pass
        case e.Chatting():
            state.conversation = event.conversation
            state.inviter = state.inviter_name = state.inviter_presence = ""
            _hush(state)
        case e.Chatted():
            state.seen_at = at
            state.last_agent = event.agent or state.last_agent
        case e.Invited():
            state.inviter, state.inviter_name = event.agent, event.name
            state.inviter_presence, state.invited_until = event.presence, event.until
            state.greet_at, state.greeting, state.greeting_text = None, "", ""
        case e.InvitationEnded():
            state.inviter = state.inviter_name = state.inviter_presence = ""
            state.hushed = state.hushed or event.reason == "closed"
            state.seen_at = at
        case e.Barred():
            state.barred_by = event.ban
            _hush(state)
        case _:
            _evolve_rest(state, event, at)


def _evolve_rest(state: State, event: Event, at: int) -> None:
    match event:
        case e.Greeted():
            state.greeting, state.greeting_text = event.greeting, event.text
            shown = Shown(greeting=event.greeting, at=at)
            state.greeted = (*state.greeted, shown)[-KEPT_SHOWN:]
            state.greet_at = event.greet_at
        case e.GreetingPassed():
            state.greet_at = event.greet_at
        case e.GreetingClosed():
            _hush(state)
        case e.TokenIssued():
            _issued(state, event, at)
        case e.HandedOver():
            alive = [code for code in state.codes if at < code.until]
            code = Secret(hash=event.code, until=event.until)
            state.codes = (*alive, code)[-KEPT_CODES:]
        case e.Adopted():
            state.codes = tuple(code for code in state.codes if code.hash != event.code)
        case e.Revoked():
            state.tokens = state.codes = ()
        case e.ConsentGiven():
            state.consent, state.consent_to = Consent.GIVEN, event.wording
        case e.ConsentWithdrawn():
            state.consent, state.consent_to = Consent.WITHDRAWN, ""
            state.removing_since, state.greet_at = at, None
        case e.PagesRemoved():
            state.removing_since, state.campaign = 0, Campaign()
            state.pages = tuple(Page(site=page.site, url="", at=page.at) for page in state.pages)
        case _:
            assert_never(event)  # type: ignore[arg-type]


def _arrived(state: State, event: e.Arrived, at: int) -> None:
    state.language, state.stay = event.language, event.stay
    if event.guest.token:
        state.tokens = (Secret(hash=event.guest.token, until=event.token_until),)
    _came(state, event, at)


def _came(state: State, event: e.Arrived | e.Returned, at: int) -> None:
    state.guest, state.arrived_at, state.viewed, state.site_at = event.guest, at, 0, at
    state.last_person = event.guest.person or state.last_person
    if event.campaign != Campaign():
        state.campaign = event.campaign
    _viewed(state, (event.page,), at)
    state.greet_at = event.greet_at
    state.greeting = state.greeting_text = ""


def _viewed(state: State, pages: tuple[Page, ...], at: int) -> None:
    for page in pages:
        if page.site != state.last.site:
            state.site_at = page.at
        state.pages = (*state.pages, page)[-KEPT_PAGES:]
    state.viewed += len(pages)
    state.seen_at = at


def _hush(state: State) -> None:
    """Greet no more in this stay."""
    state.hushed, state.greet_at = True, None
    state.greeting = state.greeting_text = ""


def _issued(state: State, event: e.TokenIssued, at: int) -> None:
    kept = [token for token in state.tokens if not token.until or at < token.until]
    if event.replaces:
        kept = [
            attrs.evolve(one, until=min(one.until or event.overlap, event.overlap))
            if one.hash == event.replaces
            else one
            for one in kept
        ]
    state.tokens = (*kept, Secret(hash=event.token, until=event.until))


def summary(stream: str, state: State) -> Summary:
    """Return what others may look up about the visit."""
    guest, last = state.guest, state.last
    labels = {f"site={last.site}", *(f"token={token.hash}" for token in state.tokens)}
    labels.update(f"code={code.hash}" for code in state.codes)
    if guest.address:
        labels.add(f"address={guest.address}")
    if guest.person:
        labels.add(f"person={guest.person}")
    return Summary(
        stream=stream,
        phase=state.phase,
        due_at=state.due_at,
        labels=frozenset(labels),
        facts={
            **_known(guest),
            "site": last.site,
            "page": last.url,
            "title": last.title,
            "language": state.language,
            "campaign": attrs.asdict(state.campaign),
            "seen_at": state.seen_at,
            "pages": len(state.pages),
            "returned": state.returned,
            "removing": bool(state.removing_since),
            "inviter": state.inviter,
            "inviter_name": state.inviter_name,
            "inviter_presence": state.inviter_presence,
            "conversation": state.conversation,
            "last_agent": state.last_agent,
        },
    )


def _known(guest: Guest) -> Facts:
    """Return what the host and the request say about the visitor."""
    return {
        "name": guest.name,
        "email": guest.email,
        "phone": guest.phone,
        "person": guest.person,
        "signed_in": guest.signed_in,
        "registered": guest.registered,
        "roles": list(guest.roles),
        "fields": dict(guest.fields),
        "vouched_until": guest.until,
        "location": guest.location,
        "browser": guest.browser,
        "address": guest.address,
        "owner": guest.owner,
    }
