"""The migrations that bring a schema up to date, while processes of the release before still run.

Each migration has up to two scripts. ``002_name.pre.sql`` holds what the release before can live
with (new tables, columns with a default) and is run by the first process of the new release.
``002_name.post.sql`` holds what it cannot (dropping a column) and waits for the release after: then
nobody is left who needs it. So a release is rolled out, or taken back, one process at a time, and
one release at a time.
"""

from collections.abc import Iterator
from importlib import resources

import attrs

from ...errors import ConfigurationError
from .connecting import Connection, connect
from .place import Place

OLDEST_SERVER = 14
HERE = "SELECT to_regclass('migrated') IS NOT NULL"
LOCK = "SELECT pg_advisory_xact_lock(%s)"
# Asked first: "if not exists" wants the right to create even where there is nothing to create.
SCHEMA = "SELECT to_regnamespace(%s) IS NOT NULL"


@attrs.frozen(order=True)
class Step:
    """One script: its number, whether it is the second half, and what it says."""

    number: int
    post: bool
    sql: str = attrs.field(order=False)


def prepare(place: Place) -> None:
    """Make sure that the schema is there and up to date; several processes may do so at once.

    Raises:
        ConfigurationError: The server is too old, the database keeps no Unicode, or the schema is
            of a newer release.
    """
    with connect(place) as connection:
        _check_server(connection)
        if _is_current(_found(connection), max(step.number for step in steps())):
            return
        with connection.transaction():
            connection.execute("SET LOCAL lock_timeout = '60s'")
            connection.execute("SET LOCAL statement_timeout = 0")
            connection.execute(LOCK, (place.lock,))
            _migrate(connection, place)


def steps() -> list[Step]:
    """Return all scripts in the order of their numbers, the second half of one after the first."""
    folder = resources.files(__package__) / "migrations"
    names = [file.name for file in folder.iterdir() if file.name.endswith(".sql")]
    return sorted(
        Step(int(name[:3]), name.endswith(".post.sql"), (folder / name).read_text(encoding="utf-8"))
        for name in names
    )


def _migrate(connection: Connection, place: Place) -> None:
    if not _one(connection, SCHEMA, place.schema):
        connection.execute(f"CREATE SCHEMA {place.schema}")
    pre, post = _found(connection)
    known = steps()
    newest = max(step.number for step in known)
    # One release ahead is what `pre` scripts are made for.
    if pre > newest + 1 or post > newest:
        raise ConfigurationError("schema_newer", schema=place.schema, found=pre, known=newest)
    if pre > newest:
        return
    for step in _due(known, pre, post, newest):
        connection.execute(step.sql)
    connection.execute("CREATE TABLE IF NOT EXISTS migrated (pre integer, post integer)")
    connection.execute("DELETE FROM migrated")
    connection.execute("INSERT INTO migrated VALUES (%s, %s)", (newest, newest - 1))


def _due(known: list[Step], pre: int, post: int, newest: int) -> Iterator[Step]:
    """Yield what is still to do: the newest release's second halves wait for the next one."""
    for step in known:
        if post < step.number < newest if step.post else step.number > pre:
            yield step


def _found(connection: Connection) -> tuple[int, int]:
    """Return up to which number the first and the second halves were run."""
    if not _one(connection, HERE):
        return 0, 0
    row = connection.execute("SELECT pre, post FROM migrated").fetchone()
    return (row[0], row[1]) if row else (0, 0)


def _is_current(found: tuple[int, int], newest: int) -> bool:
    return found == (newest, newest - 1)


def _check_server(connection: Connection) -> None:
    version = connection.info.server_version // 10_000
    if version < OLDEST_SERVER:
        raise ConfigurationError("postgres_too_old", found=version, wanted=OLDEST_SERVER)
    encoding = _one(connection, "SHOW server_encoding")
    if encoding != "UTF8":
        raise ConfigurationError("database_encoding", found=encoding, wanted="UTF8")


def _one(connection: Connection, sql: str, *values: object) -> object:
    row = connection.execute(sql, values).fetchone()
    return row[0] if row else None
