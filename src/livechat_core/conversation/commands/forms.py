"""The wish to say who one is."""

import attrs

from ... import text
from ...streams import Command


@attrs.frozen(kw_only=True)
class Introduce(Command):
    """Say who one is, one value after the other or several at once (S4-1, S4-7)."""

    name: text.Name = ""
    email: text.OptionalEmail = ""
    phone: text.Phone = ""
    fields: text.Values = attrs.field(factory=dict)
