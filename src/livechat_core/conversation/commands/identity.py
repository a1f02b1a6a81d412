"""Wishes about who the visitor is."""

import attrs

from ... import text
from ...streams import Command


@attrs.frozen(kw_only=True)
class ChooseContact(Command):
    """Look at another person instead of the proposed one; he is verified next (S2-9)."""

    contact: text.Word


@attrs.frozen(kw_only=True)
class VerifyContact(Command):
    """The details match: the visitor is this person (S2-7)."""

    contact: text.Word


@attrs.frozen(kw_only=True)
class Recognize(Command):
    """The host vouches that the visitor is this person."""

    contact: str
