"""What a person is found by: keyed hashes of what identifies him, so that no label holds a value.

A person's own id at the host comes first, then an address, then a phone number; a blank value never
identifies anybody. The first one given names the contact's stream, so there is one contact of each
by construction.
"""

import hmac

from ..text import normal_email

LEAST_DIGITS = 6
"""A shorter number is an extension or a slip, and names nobody."""


def address_of(email: str, key: bytes) -> str:
    """Return the keyed hash under which a mail address may stand in a label (one per person)."""
    return _hashed(b"mail:", normal_email(email), key)


def phone_of(phone: str, key: bytes) -> str:
    """Return the keyed hash of a phone number, empty for what is none.

    Numbers are compared by their digits; ``00`` in front is the same as ``+``.
    """
    digits = "".join(letter for letter in phone if "0" <= letter <= "9")
    if not phone.lstrip().startswith("+"):
        digits = digits.removeprefix("00")
    return _hashed(b"phone:", digits, key) if len(digits) >= LEAST_DIGITS else ""


def person_of(host_id: str, key: bytes) -> str:
    """Return the keyed hash of the id under which the host knows a person."""
    return _hashed(b"person:", host_id, key)


def keys_of(key: bytes, *, person: str = "", email: str = "", phone: str = "") -> tuple[str, ...]:
    """Return the labels by which somebody with these is found, the strongest first.

    Args:
        key: The desk's secret.
        person: Keyed hash of the id under which the host knows him (`person_of`).
        email: His address.
        phone: His number.
    """
    found = {
        "person": person,
        "email": address_of(email, key) if normal_email(email) else "",
        "phone": phone_of(phone, key),
    }
    return tuple(f"{name}={value}" for name, value in found.items() if value)


def card_of(keys: tuple[str, ...]) -> str:
    """Return the stream of the contact that the first of these labels names; empty for none."""
    return f"contact/{keys[0].partition('=')[2]}" if keys else ""


def _hashed(kind: bytes, value: str, key: bytes) -> str:
    return hmac.digest(key, kind + value.encode(), "sha256").hex()[:32]
