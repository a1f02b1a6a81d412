"""Attachments in a folder: a file each, under names that say nothing (security.md A66, A81).

A file is written beside its place, synced, and linked to its place only when it is whole; a link
never replaces what is there. Nothing a client says becomes part of a path.
"""

import errno
import os
import re
import shutil
import stat
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import anyio
import attrs
from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from livechat_core.errors import (
    ConfigurationError,
    Conflict,
    LimitExceeded,
    NotFound,
    StoreError,
)
from livechat_core.hookspecs import hookimpl
from livechat_core.ports import Files
from livechat_core.settings import Settings

T = TypeVar("T")

CHUNK = 256 * 1024
AT_ONCE = 8
_at_once: RunVar[CapacityLimiter] = RunVar("livechat_core.backends.files_folder")
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # Windows has none, and hardly any links
_BINARY = getattr(os, "O_BINARY", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # to open a pipe would wait for who writes into it


@attrs.frozen(kw_only=True)
class FolderSettings:
    """The table ``[files]``, if its adapter is ``folder`` (the default).

    Args:
        folder: Where the files lie, relative to the desk's folder for files.
        adapter: Always ``folder``.
        keep_free: So many bytes of the disk stay free; no file is taken that would need them.
    """

    folder: str = attrs.field(validator=attrs.validators.min_len(1))
    adapter: str = "folder"
    keep_free: int = 1_000_000_000


@hookimpl
def livechat_files(settings: Settings) -> Files | None:
    """Return the folder that the settings name; without one there are no attachments.

    Raises:
        ConfigurationError: A key is wrong, or the folder cannot be used.
    """
    table = settings.section("files")
    if not table or table.get("adapter", "folder") != "folder":
        return None
    chosen = settings.read("files", FolderSettings)
    return FolderFiles(settings.data / chosen.folder, keep_free=chosen.keep_free)


class FolderFiles:
    """Files in a folder that nobody else can read.

    Args:
        folder: The folder; it is made if it is not there.
        keep_free: Bytes of the disk that stay free.

    Raises:
        ConfigurationError: It is a link, open to others, or not to be written.
    """

    def __init__(self, folder: Path, *, keep_free: int = 0) -> None:
        self._folder = folder
        self._keep_free = keep_free
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            mode = folder.lstat().st_mode
            writable = os.access(folder, os.W_OK | os.X_OK)
        except OSError as error:
            raise ConfigurationError("files_unusable", path=str(folder), why=str(error)) from error
        if not stat.S_ISDIR(mode) or not writable:
            raise ConfigurationError("files_unusable", path=str(folder), why="not a folder of ours")
        if os.name == "posix" and mode & 0o077:
            raise ConfigurationError("files_readable_by_others", path=str(folder))

    async def put(self, key: str, chunks: AsyncIterable[bytes], limit: int) -> int:
        """Keep what the chunks are, whole or not at all, and return its size in bytes."""
        place = self._place(key)
        file, part = await _run(partial(_begin, place))
        size = 0
        try:
            async for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise LimitExceeded("too_large", limit=limit)
                await _run(partial(self._write, file, chunk))
            await _run(partial(_finish, file, part, place))
        finally:
            with anyio.CancelScope(shield=True):
                await _run(partial(_abandon, file, part))
        return size

    @asynccontextmanager
    async def get(self, key: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Read a file within the block."""
        file = await _run(partial(_open, self._place(key)))
        try:
            yield _chunks(file)
        finally:
            os.close(file)

    async def delete(self, key: str) -> None:
        """Remove a file, and all that unfinished tries under this key have left."""
        await _run(partial(_remove, self._place(key)))

    def _place(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise NotFound
        return self._folder / key[:2] / key

    def _write(self, file: int, chunk: bytes) -> None:
        with _translated():
            if shutil.disk_usage(self._folder).free - len(chunk) < self._keep_free:
                raise StoreError("disk_full")
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(file, rest) :]


def _begin(place: Path) -> tuple[int, Path]:
    """Open a new part beside a place; only its owner may read it."""
    with _translated():
        place.parent.mkdir(mode=0o700, exist_ok=True)
        file, part = tempfile.mkstemp(".part", f"{place.name}.", place.parent)
        return file, Path(part)


def _finish(file: int, part: Path, place: Path) -> None:
    """Sync a part, and give it its name: what is there under that name stays."""
    with _translated():
        os.fsync(file)
        os.link(part, place)
        _sync_folder(place.parent)
        _sync_folder(place.parent.parent)


def _abandon(file: int, part: Path) -> None:
    os.close(file)
    with suppress(OSError):  # what stays is found by its key (`_remove`)
        part.unlink()


def _open(place: Path) -> int:
    with _translated():
        try:
            file = os.open(place, os.O_RDONLY | _NO_LINK | _BINARY | _NO_WAIT)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENOTDIR):
                raise NotFound from error
            raise
        if stat.S_ISREG(os.fstat(file).st_mode):
            return file
        os.close(file)
        raise NotFound


def _read(file: int) -> bytes:
    with _translated():
        return os.read(file, CHUNK)


async def _chunks(file: int) -> AsyncIterator[bytes]:
    while chunk := await _run(partial(_read, file)):
        yield chunk


def _remove(place: Path) -> None:
    with _translated():
        for path in (*place.parent.glob(f"{place.name}.*.part"), place):
            path.unlink(missing_ok=True)
        if place.parent.is_dir():
            _sync_folder(place.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # elsewhere a folder cannot be opened, and need not be
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise Conflict("file_exists") from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise StoreError("disk_full" if full else "file_failed", why=str(error)) from error


async def _run(call: Callable[[], T]) -> T:
    """Do in a thread what may wait for a disk; it is finished even if nobody waits any more."""
    try:
        at_once = _at_once.get()
    except LookupError:
        at_once = CapacityLimiter(AT_ONCE)
        _at_once.set(at_once)
    return await to_thread.run_sync(call, limiter=at_once)
