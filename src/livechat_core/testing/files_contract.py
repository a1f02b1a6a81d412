"""What every place for attachments promises, as tests.

Subclass `FilesContract` and return your place, empty::

class TestMyFiles(FilesContract):
    @pytest.fixture
    def files(self, my_bucket):
        return MyFiles(my_bucket.address)
"""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing, suppress

import anyio
import anyio.lowlevel
import pytest

from livechat_core.errors import Conflict, LimitExceeded, NotFound
from livechat_core.ports import Files

KEY = "7f3a9c"
BIG = 1_000_000
BAD_KEYS = (
    *("", ".", "..", "../7f3a9c", "a/b", "a\\b", "/etc/passwd", "a.b", "a b", "a\n", "a\0", "ä"),
    *("a" * 65, "%2e%2e", "C:\\x", "~"),
)


class Broken(Exception):
    """The client went away."""


async def chunks(*parts: bytes) -> AsyncGenerator[bytes, None]:
    """Yield parts of a file, as a client would send them."""
    for part in parts:
        await anyio.lowlevel.checkpoint()
        yield part


async def broken(*parts: bytes) -> AsyncGenerator[bytes, None]:
    """Yield parts of a file, and then break."""
    for part in parts:
        yield part
    raise Broken


async def put(
    files: Files, key: str, parts: AsyncGenerator[bytes, None], limit: int = 2 * BIG
) -> int:
    """Put a file, and let go of its parts whatever becomes of it."""
    async with aclosing(parts):
        return await files.put(key, parts, limit)


async def read(files: Files, key: str = KEY) -> bytes:
    """Return a whole file."""
    async with files.get(key) as parts:
        return b"".join([part async for part in parts])


@pytest.mark.anyio
class FilesContract:
    """The promises of `Files`; override the fixture `files`."""

    @pytest.fixture
    def files(self) -> Files:
        """Return the place under test, with nothing in it."""
        raise NotImplementedError("override the fixture `files`")

    @pytest.mark.parametrize(
        "parts",
        [(b"abc",), (b"a", b"", b"bc"), (), (bytes(range(256)) * 5_000,), (b"\r\n", b"\0", b"\n")],
        ids=["one", "several", "empty", "large", "line ends"],
    )
    async def test_what_was_put_is_got(self, files: Files, parts: Iterable[bytes]) -> None:
        """F44: byte for byte, and the size is told."""
        whole = b"".join(parts)
        assert await put(files, KEY, chunks(*parts)) == len(whole)
        assert await read(files) == whole
        assert await read(files) == whole

    async def test_files_do_not_touch_each_other(self, files: Files) -> None:
        """Not even those of which the keys begin alike."""
        keys = (KEY, KEY + "1", KEY + "-", "A" * 64, "a" * 64)
        for key in keys:
            await put(files, key, chunks(key.encode()))
        await files.delete(KEY)
        for key in keys[1:3]:
            assert await read(files, key) == key.encode()

    async def test_a_file_that_is_too_large_leaves_nothing(self, files: Files) -> None:
        """A66."""
        with pytest.raises(LimitExceeded) as refused:
            await put(files, KEY, chunks(b"x" * 60, b"x" * 41), 100)
        assert refused.value.code == "too_large"
        with pytest.raises(NotFound):
            await read(files)
        assert await put(files, KEY, chunks(b"x" * 60, b"x" * 40), 100) == 100

    async def test_a_client_that_breaks_off_leaves_nothing(self, files: Files) -> None:
        """A66: half a file is no file."""
        with pytest.raises(Broken):
            await put(files, KEY, broken(b"x" * BIG))
        with pytest.raises(NotFound):
            await read(files)
        await put(files, KEY, chunks(b"whole"))
        assert await read(files) == b"whole"

    async def test_a_caller_who_is_cancelled_leaves_nothing(self, files: Files) -> None:
        """A66."""

        async def endless() -> AsyncGenerator[bytes, None]:
            yield b"x"
            scope.cancel()
            await anyio.sleep_forever()

        with anyio.CancelScope() as scope:
            await put(files, KEY, endless())
        with pytest.raises(NotFound):
            await read(files)

    async def test_a_file_is_never_replaced(self, files: Files) -> None:
        """A66: what was looked at is what stays."""
        await put(files, KEY, chunks(b"first"))
        with pytest.raises(Conflict) as refused:
            await put(files, KEY, chunks(b"second"))
        assert refused.value.code == "file_exists"
        assert await read(files) == b"first"

    async def test_of_several_at_once_one_wins_whole(self, files: Files) -> None:
        """A66."""
        sizes: list[int] = []

        async def put_some(letter: bytes, count: int) -> None:
            with suppress(Conflict):
                sizes.append(await put(files, KEY, chunks(*[letter * 1000] * count)))

        async with anyio.create_task_group() as group:
            for number in range(1, 9):
                group.start_soon(put_some, b"%d" % number, number)
        (size,) = sizes
        assert await read(files) == b"%d" % (size // 1000) * size

    async def test_what_is_deleted_is_gone_and_may_be_deleted_again(self, files: Files) -> None:
        """A79."""
        await put(files, KEY, chunks(b"x"))
        for _ in range(2):
            await files.delete(KEY)
            with pytest.raises(NotFound):
                await read(files)
        await put(files, KEY, chunks(b"y"))
        assert await read(files) == b"y"

    async def test_what_is_unknown_is_not_found(self, files: Files) -> None:
        """A66."""
        with pytest.raises(NotFound):
            await read(files, "unknown")

    @pytest.mark.parametrize("key", BAD_KEYS)
    async def test_a_key_never_becomes_a_path(self, files: Files, key: str) -> None:
        """A66, B64."""
        with pytest.raises(NotFound):
            await put(files, key, chunks(b"x"))
        with pytest.raises(NotFound):
            await read(files, key)
        with pytest.raises(NotFound):
            await files.delete(key)
