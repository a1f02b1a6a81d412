"""Whom a chat may be with: contacts that fit what is known of the visitor, best first (F58).

It is a proposal for staff and nothing else: nobody is merged by it, and the visitor never learns
whether anybody was found.
"""

from collections.abc import Iterable

import attrs

from ..streams import Summary

WAYS = ("person", "email", "phone")
"""What somebody is found by, the strongest first."""


@attrs.frozen(kw_only=True)
class Match:
    """A contact that fits, and by what: ``person``, ``email`` or ``phone``."""

    contact: Summary
    by: str

    @property
    def is_known(self) -> bool:
        """Whether more than claims is known of the person."""
        return bool(self.contact.facts["known"] or self.contact.facts["erm"])


def matches(wanted: tuple[str, ...], contacts: Iterable[Summary]) -> list[Match]:
    """Return the contacts that fit, the best first.

    By the host's id before by address before by phone number; of equals the known before the
    anonymous, then the older one.

    Args:
        wanted: Labels of the visitor, from `keys_of`.
        contacts: Summaries of contacts, known by one of these labels or not.
    """
    found = [
        Match(contact=contact, by=by) for contact in contacts if (by := _fits(wanted, contact))
    ]
    return sorted(found, key=lambda one: (WAYS.index(one.by), not one.is_known, one.contact.number))


def _fits(wanted: tuple[str, ...], contact: Summary) -> str:
    """Return what a contact fits by; empty if it does not, or if something stronger differs."""
    for way in WAYS:
        ours, theirs = _labels(wanted, way), _labels(contact.labels, way)
        if ours & theirs:
            return way
        # Another id at the host, or another address beside the same phone: another person.
        if ours and theirs:
            return ""
    return ""


def _labels(labels: Iterable[str], way: str) -> frozenset[str]:
    found = (label.partition("=") for label in labels)
    same = ("email", "address") if way == "email" else (way,)
    return frozenset(value for name, _, value in found if name in same)
