"""Where a desk's journal lies: a database, and a schema in it."""

import re
from hashlib import blake2b
from typing import Self

import attrs
import psycopg
from psycopg.conninfo import conninfo_to_dict

from ...errors import ConfigurationError

SCHEMA = re.compile("[a-z_][a-z0-9_]{0,62}")
WANTED = "postgresql://user@host/database?schema=livechat"


@attrs.frozen
class Place:
    """One schema of one database.

    Args:
        address: What libpq needs to get there; may hold a password, so it is never shown.
        schema: The schema, which belongs to one desk alone.
    """

    address: str = attrs.field(repr=False)
    schema: str

    @classmethod
    def of(cls, url: str) -> Self:
        """Read an address: libpq's own form, with one parameter more, ``schema``.

        Raises:
            ConfigurationError: It is none; the answer does not repeat it, for it may hold a
                password.
        """
        base, _, query = url.partition("?")
        parts = query.split("&")
        named = [part.removeprefix("schema=") for part in parts if part.startswith("schema=")]
        others = "&".join(part for part in parts if part and not part.startswith("schema="))
        schema, address = (*named, "livechat")[0], f"{base}?{others}" if others else base
        try:
            conninfo_to_dict(address)
        except psycopg.Error:
            # Not chained: what libpq says of an address quotes it.
            raise ConfigurationError("store_address", wanted=WANTED) from None
        if not SCHEMA.fullmatch(schema) or schema.startswith("pg_"):
            raise ConfigurationError("store_address", schema=schema, wanted=WANTED)
        return cls(address, schema)

    @property
    def lock(self) -> int:
        """The advisory lock that whoever writes to the schema holds until its transaction ends."""
        name = f"livechat_core {self.schema}"
        return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)

    @property
    def channel(self) -> str:
        """The channel on which a commit rings."""
        return f"{self.schema[:50]}_{self.lock & 0xFFFFFFFF:08x}"
