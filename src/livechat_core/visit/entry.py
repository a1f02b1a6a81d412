"""Who is let in: conditions on seeing the entry to the chat, and on being recorded at all."""

from collections.abc import Iterable

from ..rules import Site, Visits
from .state import State
from .values import Consent, Guest

ROLE = "role:"


def missing(requires: Iterable[str], guest: Guest) -> list[str]:
    """Return a code for each condition that a visitor does not meet, none if he may chat (S3-6).

    Args:
        requires: Conditions of a site: ``registered``, ``signed_in``, ``role:<name>``.
        guest: What the host says about the visitor now.
    """
    found = {
        "registered": ("not_registered", guest.registered),
        "signed_in": ("not_signed_in", guest.signed_in),
    }
    codes = []
    for condition in requires:
        role = condition.removeprefix(ROLE)
        code, met = found.get(condition, ("not_in_role", role in guest.roles))
        if not met:
            codes.append(code)
    return list(dict.fromkeys(codes))


def records(site: Site, state: State, guest: Guest) -> bool:
    """Tell whether the pages that a visitor opens on a site are recorded (F60)."""
    if site.visits is Visits.OFF or state.consent is Consent.WITHDRAWN:
        return False
    if site.visits is Visits.AFTER_CONSENT and state.consent is not Consent.GIVEN:
        return False
    return site.record_strangers or not missing(site.requires, guest)


def is_other(state: State, guest: Guest) -> bool:
    """Tell whether somebody else has signed in than before: a visit is one person's (A25)."""
    return bool(guest.person) and state.last_person not in ("", guest.person)
