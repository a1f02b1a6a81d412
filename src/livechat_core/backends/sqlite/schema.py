"""Opening the file: its rights, its settings, and the migrations that bring it up to date."""

import os
import sqlite3
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from ...errors import ConfigurationError
from .trouble import is_busy

OLDEST_SQLITE = (3, 38)
ATTEMPTS = 20


def prepare(path: Path, patience: float) -> None:
    """Make sure that the file is there, ours alone, and of the newest schema.

    Raises:
        ConfigurationError: No such folder, no right to write, SQLite too old, or a newer schema.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        wanted = ".".join(map(str, OLDEST_SQLITE))
        raise ConfigurationError("sqlite_too_old", found=sqlite3.sqlite_version, wanted=wanted)
    try:
        _create(path)
        _close_to_others(path)
    except OSError as error:
        raise ConfigurationError("store_unreachable", path=str(path), why=str(error)) from error
    connection = connect(path, patience)
    try:
        _use_wal(connection)
        migrate(connection, path)
    finally:
        connection.close()


def connect(path: Path, patience: float, *, readonly: bool = False) -> sqlite3.Connection:
    """Open one more connection, which any one thread at a time may use."""
    # The file must be there: a store whose file was removed must not begin a new one unseen.
    address = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(
        address, uri=True, timeout=patience, isolation_level=None, check_same_thread=False
    )
    for setting in (
        "synchronous = FULL",
        "secure_delete = ON",  # what is overwritten must not stay in the file (A79)
        "temp_store = MEMORY",
        "cache_size = -16000",
        f"query_only = {'ON' if readonly else 'OFF'}",
    ):
        connection.execute(f"PRAGMA {setting}")
    return connection


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the schema up to date in one transaction; several processes may do so at once.

    Raises:
        ConfigurationError: The file has a newer schema.
    """
    steps = migrations()
    newest = max(steps)
    if _version(connection) == newest:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = _version(connection)
        if found > newest:
            raise ConfigurationError("schema_newer", path=str(path), found=found, known=newest)
        for number in range(found + 1, newest + 1):
            for statement in statements(steps[number]):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {newest}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def migrations() -> dict[int, str]:
    """Return the SQL of each migration by its number, from files such as ``001_journal.sql``."""
    folder = resources.files(__package__) / "migrations"
    files = [file for file in folder.iterdir() if file.name.endswith(".sql")]
    return {int(file.name.partition("_")[0]): file.read_text(encoding="utf-8") for file in files}


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a script one by one (`executescript` would commit before it)."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _create(path: Path) -> None:
    """Create the file with narrow rights; SQLite gives the same to its companions (A81)."""
    if not path.parent.is_dir():
        raise ConfigurationError("directory_missing", path=str(path.parent))
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        # Never open it beside SQLite: closing it again would drop SQLite's locks in this process.
        if not path.is_file():
            raise ConfigurationError("not_a_file", path=str(path)) from None


def _close_to_others(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists() and part.stat().st_mode & 0o077:
            part.chmod(0o600)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging; SQLite does not wait for others here, so ask again."""
    for attempt in range(ATTEMPTS):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or attempt == ATTEMPTS - 1:
                raise
        # This does wait, for whoever is about to switch it.
        connection.execute("BEGIN IMMEDIATE").connection.rollback()
