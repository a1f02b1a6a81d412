"""What a visitor is asked, and what he says about himself."""

from collections.abc import Mapping
from typing import ClassVar

import attrs

from ...streams import Audience, Event, Internal, Personal


@attrs.frozen(kw_only=True)
class FormShown(Event):
    """A form has appeared by itself, once (S4-5).

    Args:
        form: ``introduce``, ``leave_contacts`` or ``history``.
        fields: What it asks for now.
    """

    audience: ClassVar[Audience] = Audience.PUBLIC
    form: str
    fields: tuple[str, ...]


@attrs.frozen(kw_only=True)
class FormPassed(Event):
    """The moment for a form has come, and none was wanted."""


@attrs.frozen(kw_only=True)
class Introduced(Event):
    """The visitor said who he is, in a form or to a bot (S4-8)."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    name: Personal[str] = ""
    email: Personal[str] = ""
    phone: Personal[str] = ""
    fields: Internal[Personal[Mapping[str, str]]] = attrs.field(factory=dict)
    source: Internal[str] = ""
