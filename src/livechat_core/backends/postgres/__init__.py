"""The store for many processes and machines: a schema of a PostgreSQL database, extra ``postgres``.

psycopg's async interface knows asyncio only, so its synchronous one is used, in threads: the store
runs on asyncio and on trio alike. psycopg is imported only when an address asks for it.
"""

from ...errors import ConfigurationError
from ...hookspecs import hookimpl
from ...ports import Clock, Store
from ...settings import Settings
from .settings import PostgresSettings

SCHEMES = ("postgresql://", "postgres://")


@hookimpl
def livechat_store(url: str, settings: Settings, clock: Clock) -> Store | None:
    """Return the store for ``postgresql://user@host/database?schema=livechat``.

    Raises:
        ConfigurationError: The address or the table ``[postgres]`` is wrong, or psycopg is not
            installed.
    """
    if not url.startswith(SCHEMES):
        return None
    chosen = settings.read("postgres", PostgresSettings)
    try:
        from .place import Place
        from .store import PostgresStore
    except ImportError as error:
        raise ConfigurationError(
            "missing_extra", extra="postgres", install='pip install "livechat-core[postgres]"'
        ) from error
    return PostgresStore(Place.of(url), clock, chosen)
