"""The folder keeps the promises of a place for attachments, and keeps to itself (A66, A81)."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from livechat_core.backends.files_folder import FolderFiles, livechat_files
from livechat_core.errors import ConfigurationError, LivechatError, NotFound, StoreError
from livechat_core.ports import Files
from livechat_core.settings import from_tables
from livechat_core.testing import FilesContract
from livechat_core.testing.files_contract import KEY, chunks, put, read

LIMIT = 1000


class TestFolderFiles(FilesContract):
    @pytest.fixture
    def files(self, tmp_path: Path) -> Files:
        return FolderFiles(tmp_path / "files")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


def parts(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def modes(folder: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*"))}


def open_files() -> int:
    here = Path("/proc/self/fd")
    return len(list(here.iterdir())) if here.is_dir() else 0


@pytest.mark.anyio
async def test_only_its_owner_may_read_it_A81(folder: Path) -> None:
    await put(FolderFiles(folder), KEY, chunks(b"x"), LIMIT)

    assert modes(folder) == {0o600, 0o700}


@pytest.mark.anyio
async def test_nothing_stays_of_what_was_not_finished(folder: Path) -> None:
    files = FolderFiles(folder)
    with pytest.raises(LivechatError):
        await put(files, KEY, chunks(b"x" * LIMIT, b"x"), LIMIT)
    assert parts(folder) == []

    await put(files, KEY, chunks(b"x"), LIMIT)
    with pytest.raises(LivechatError):
        await put(files, KEY, chunks(b"y"), LIMIT)
    assert parts(folder) == [KEY]


@pytest.mark.anyio
async def test_what_a_dead_process_left_goes_with_the_key(folder: Path) -> None:
    files = FolderFiles(folder)
    await put(files, KEY, chunks(b"x"), LIMIT)
    await put(files, KEY + "0", chunks(b"x"), LIMIT)
    (folder / KEY[:2] / f"{KEY}.abc.part").write_bytes(b"half")

    await files.delete(KEY)

    assert parts(folder) == [KEY + "0"]


@pytest.mark.anyio
async def test_links_are_not_followed_A66(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    files = FolderFiles(folder)
    (folder / KEY[:2]).mkdir()
    (folder / KEY[:2] / KEY).symlink_to(secret)

    with pytest.raises(NotFound):
        await read(files)
    with pytest.raises(LivechatError):
        await put(files, KEY, chunks(b"mine"), LIMIT)
    await files.delete(KEY)
    assert secret.read_bytes() == b"secret"


@pytest.mark.anyio
async def test_what_is_no_file_is_not_read(folder: Path) -> None:
    files = FolderFiles(folder)
    (folder / KEY[:2] / KEY).mkdir(parents=True)
    with pytest.raises(NotFound):
        await read(files)

    os.mkfifo(folder / KEY[:2] / "7fifo")  # and it must not wait for somebody who writes
    with pytest.raises(NotFound):
        await read(files, "7fifo")


@pytest.mark.anyio
async def test_the_disk_keeps_some_room_A66(folder: Path) -> None:
    files = FolderFiles(folder, keep_free=2**62)

    with pytest.raises(StoreError) as refused:
        await put(files, KEY, chunks(b"x"), LIMIT)

    assert refused.value.code == "disk_full"
    assert parts(folder) == []


@pytest.mark.anyio
async def test_trouble_with_the_disk_is_told_as_such(folder: Path) -> None:
    files = FolderFiles(folder)
    (folder / KEY[:2]).write_bytes(b"in the way")

    with pytest.raises(StoreError):
        await files.delete(KEY)
    with pytest.raises(LivechatError):
        await put(files, KEY, chunks(b"x"), LIMIT)


@pytest.mark.anyio
async def test_it_is_synced_before_it_can_be_read_G1(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    for name in ("fsync", "link"):
        real = getattr(os, name)

        def noted(*told: Any, name: str = name, real: Any = real) -> Any:
            done.append(name)
            return real(*told)

        monkeypatch.setattr(os, name, noted)

    await put(FolderFiles(folder), KEY, chunks(b"x"), LIMIT)

    assert done == ["fsync", "link", "fsync", "fsync"]


@pytest.mark.anyio
async def test_no_file_stays_open(folder: Path) -> None:
    files = FolderFiles(folder)
    await put(files, KEY, chunks(b"x" * LIMIT), LIMIT)
    before = open_files()

    async def unread() -> None:
        async with files.get(KEY) as found:
            assert isinstance(found, AsyncIterator)

    for _ in range(20):
        await unread()
        with pytest.raises(LivechatError):
            await put(files, KEY, chunks(b"y"), LIMIT)

    assert open_files() <= before + 2


# --- settings ------------------------------------------------------------------------------------


def test_without_a_folder_there_are_no_attachments() -> None:
    assert livechat_files(from_tables({})) is None
    assert livechat_files(from_tables({"files": {"adapter": "bucket"}})) is None


def test_the_settings_name_it(tmp_path: Path) -> None:
    settings = from_tables({"desk": {"data": "data"}, "files": {"folder": "kept"}}, tmp_path)

    assert isinstance(livechat_files(settings), FolderFiles)
    assert (tmp_path / "data" / "kept").is_dir()


@pytest.mark.parametrize("table", [{"folder": ""}, {"fold": "x"}, {"folder": "x", "more": 1}])
def test_settings_that_cannot_be_meant(table: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises((ConfigurationError, ValueError)):
        livechat_files(from_tables({"files": table}, tmp_path))


def test_a_folder_that_others_can_read_is_refused_A81(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    with pytest.raises(ConfigurationError) as refused:
        FolderFiles(folder)
    assert refused.value.code == "files_readable_by_others"


def test_a_folder_that_is_none_is_refused(folder: Path, tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir(mode=0o700)
    folder.symlink_to(real)
    for place in (folder, tmp_path / "file" / "x", tmp_path / "file"):
        (tmp_path / "file").touch()
        with pytest.raises(ConfigurationError) as refused:
            FolderFiles(place)
        assert refused.value.code == "files_unusable"
