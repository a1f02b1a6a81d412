"""What a site asks its visitors: the fields of a form, and the forms that appear by themselves."""

from collections.abc import Mapping
from enum import StrEnum

import attrs

STANDARD = ("name", "email", "phone", "question")
"""The fields that every form knows; others are the desk's own (`Rules.fields`)."""

INTRODUCE = "introduce"
LEAVE_CONTACTS = "leave_contacts"
HISTORY = "history"
FORMS = (INTRODUCE, LEAVE_CONTACTS, HISTORY)
"""The forms that appear by themselves (S4-5): who are you; leave your contacts, we will tell you
the answer; send me the conversation."""


class Ask(StrEnum):
    """Whether a form has a field (S1-2)."""

    SHOWN = "shown"
    REQUIRED = "required"
    HIDDEN = "hidden"


class History(StrEnum):
    """When the history of a chat is mailed to its visitor (S4-19)."""

    ASKED = "asked"
    """When he asks for it."""
    ALWAYS = "always"
    """When the chat has ended, too."""


def _asks(fields: Mapping[str, str]) -> dict[str, Ask]:
    return {name: Ask(ask) for name, ask in fields.items()}


@attrs.frozen(kw_only=True)
class Form:
    """The form before a chat: what each field is there (S1-2).

    Args:
        name: The visitor's name.
        email: His address.
        phone: His phone number.
        question: His first line.
        fields: The desk's own fields, by name; one that is not named is hidden.
    """

    name: Ask = attrs.field(default=Ask.SHOWN, converter=Ask)
    email: Ask = attrs.field(default=Ask.SHOWN, converter=Ask)
    phone: Ask = attrs.field(default=Ask.HIDDEN, converter=Ask)
    question: Ask = attrs.field(default=Ask.SHOWN, converter=Ask)
    fields: Mapping[str, Ask] = attrs.field(factory=dict, converter=_asks)

    @property
    def asked(self) -> dict[str, Ask]:
        """Every field of the form, in the order in which it is asked for."""
        return {name: getattr(self, name) for name in STANDARD} | dict(self.fields)

    @property
    def required(self) -> tuple[str, ...]:
        """The fields that must be filled."""
        return tuple(name for name, ask in self.asked.items() if ask is Ask.REQUIRED)

    def shows(self, field: str) -> bool:
        """Tell whether the form has a field."""
        return self.asked.get(field, Ask.HIDDEN) is not Ask.HIDDEN
