"""The demo's folder: one demo at a time uses it, and its secrets are made there."""

import os
import secrets
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from livechat_core.errors import ConfigurationError

LOCK = "demo.lock"


class Folder:
    """A folder that belongs to one demo while the block runs.

    Args:
        path: The folder, made if it is missing.

    Raises:
        ConfigurationError: On entering: ``folder_in_use``, ``folder_foreign`` (there are files in
            it, but none of a demo) or ``folder_unusable``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._lock: IO[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self._prepare()
        except OSError as error:
            raise ConfigurationError(
                "folder_unusable", path=str(self.path), why=error.strerror
            ) from error
        return self

    def _prepare(self) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = self.path / LOCK
        if not lock.exists() and any(self.path.iterdir()):
            raise ConfigurationError("folder_foreign", path=str(self.path))
        handle = lock.open("ab")
        try:
            _lock(handle)
        except OSError as error:
            handle.close()
            raise ConfigurationError("folder_in_use", path=str(self.path)) from error
        self._lock = handle

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._lock is not None:
            self._lock.close()

    def secret(self, name: str) -> str:
        """Return a secret, made at the first call ever; only its owner can read the file (A81)."""
        path = self.path / name
        if not path.exists():
            fresh = path.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            with os.fdopen(
                os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w"
            ) as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        return path.read_text(encoding="ascii")


def _lock(handle: IO[bytes]) -> None:
    """Lock a file until it is closed or the process dies, however it dies.

    Raises:
        OSError: Another process holds it.
    """
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
