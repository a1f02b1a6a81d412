"""Wishes to attach a file."""

import attrs

from ... import text
from ...streams import Command, Given


@attrs.frozen(kw_only=True)
class Attach(Command):
    """Ask to attach a file; it is then uploaded under the id that the answer has (F44).

    Args:
        name: What the file is called.
        size: How many bytes it has; more are not taken.
        file: Id of the file.
    """

    name: text.FileName
    size: int
    file: Given[str] = ""


@attrs.frozen(kw_only=True)
class FinishUpload(Command):
    """Attach a file that has come in whole.

    Args:
        file: Id of the file.
        name: What it is called.
        type: What it is, by its content.
        size: How many bytes have come.
    """

    file: str
    name: str
    type: str
    size: int
