"""The embedded store: one SQLite file, no server.

Every commit is on the disk before its answer leaves (``synchronous=FULL``). One thread writes; what
comes while it writes is its next transaction, so many writers cost little more than one.
"""

from ...errors import ConfigurationError
from ...hookspecs import hookimpl
from ...ports import Clock
from ...settings import Settings
from .store import SqliteStore

__all__ = ["SqliteStore", "livechat_store"]

SCHEME = "sqlite:///"


@hookimpl
def livechat_store(url: str, settings: Settings, clock: Clock) -> SqliteStore | None:
    """Return the store for ``sqlite:///chat.db`` (in the data folder) or ``sqlite:////full/path``.

    Raises:
        ConfigurationError: The address names no file.
    """
    if not url.startswith("sqlite:"):
        return None
    if not url.startswith(SCHEME) or url == SCHEME:
        raise ConfigurationError("store_address", url=url, wanted=SCHEME + "chat.db")
    return SqliteStore(settings.data / url.removeprefix(SCHEME), clock)
