"""What kind of file something is, by its content alone: what a client says counts for nothing.

Theory. A file is taken only if its first bytes are those of a type that the desk allows; a type of
which a browser would run something is not among them (A66). Of a picture the size in pixels is read
too, because a small file can be a picture that fills all memory. What begins like none of the
binary types is plain text, if all of it is UTF-8 without controls and does not begin like markup.
"""

import codecs
import re
from collections.abc import Callable, Mapping

import attrs

from .errors import Rejected
from .text import clean_file_name

HEAD = 256 * 1024
"""So much of a file is looked at to find its type and its pixels."""
MOST_PIXELS = 25_000_000

_MARKUP = re.compile(rb"(\xef\xbb\xbf)?\s*<[!?/a-zA-Z]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})


@attrs.frozen(kw_only=True)
class FileType:
    """A type of file that may be attached.

    Args:
        name: Media type.
        suffixes: What names of such files end with, the usual one first.
        inline: A browser may show it within a page.
        begins: How its content begins; none for plain text.
        pixels: Returns width and height, none if the beginning does not say so.
    """

    name: str
    suffixes: tuple[str, ...]
    inline: bool = False
    begins: re.Pattern[bytes] | None = None
    pixels: Callable[[bytes], tuple[int, int] | None] | None = None


def _png(head: bytes) -> tuple[int, int] | None:
    if head[12:16] != b"IHDR" or len(head) < 24:
        return None
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])


def _gif(head: bytes) -> tuple[int, int] | None:
    if len(head) < 10:
        return None
    return int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")


def _webp(head: bytes) -> tuple[int, int] | None:
    if len(head) < 30:
        return None
    kind = head[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if kind == b"VP8L":
        both = int.from_bytes(head[21:25], "little")
        return 1 + (both & 0x3FFF), 1 + (both >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = head[26:28], head[28:30]
        return int.from_bytes(width, "little") & 0x3FFF, int.from_bytes(height, "little") & 0x3FFF
    return None


def _jpeg(head: bytes) -> tuple[int, int] | None:
    """Walk from segment to segment up to the first frame, which has the size."""
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker in _FRAMES:
            return int.from_bytes(head[at + 7 : at + 9]), int.from_bytes(head[at + 5 : at + 7])
        if marker == 0xFF:
            at += 1
        elif marker in _BARE:
            at += 2
        else:
            at += 2 + int.from_bytes(head[at + 2 : at + 4])
    return None


TEXT = FileType(name="text/plain", suffixes=(".txt", ".csv", ".log", ".md"))
TYPES: Mapping[str, FileType] = {
    kind.name: kind
    for kind in (
        FileType(
            name="image/png",
            suffixes=(".png",),
            inline=True,
            begins=re.compile(rb"\x89PNG\r\n\x1a\n"),
            pixels=_png,
        ),
        FileType(
            name="image/jpeg",
            suffixes=(".jpg", ".jpeg"),
            inline=True,
            begins=re.compile(rb"\xff\xd8\xff"),
            pixels=_jpeg,
        ),
        FileType(
            name="image/gif",
            suffixes=(".gif",),
            inline=True,
            begins=re.compile(rb"GIF8[79]a"),
            pixels=_gif,
        ),
        FileType(
            name="image/webp",
            suffixes=(".webp",),
            inline=True,
            begins=re.compile(rb"RIFF....WEBP", re.DOTALL),
            pixels=_webp,
        ),
        FileType(name="application/pdf", suffixes=(".pdf",), begins=re.compile(rb"%PDF-\d")),
        TEXT,
    )
}
"""All types there are; the desk's rules say which of them it takes."""


class Inspector:
    """Looks at a file while it comes in.

    Args:
        allowed: Names of the types that are taken.
    """

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self._head = b""
        self._type: FileType | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def look(self, chunk: bytes, *, last: bool = False) -> None:
        """Look at the next part; an empty one may be the last.

        Raises:
            Rejected: ``unsupported_type``, or ``too_many_pixels``.
        """
        if self._type is None:
            self._head += chunk
            if len(self._head) < HEAD and not last:
                return
            self._type, chunk = self._recognised(self._head[:HEAD]), self._head
            self._head = b""
        if self._type is TEXT:
            self._read(chunk, last=last)

    @property
    def type(self) -> FileType:
        """What it is; known when the last part has been looked at."""
        if self._type is None:
            raise ValueError("the last part has not been looked at")
        return self._type

    def _recognised(self, head: bytes) -> FileType:
        for kind in TYPES.values():
            if kind.name in self._allowed and kind.begins and kind.begins.match(head):
                _check_pixels(kind, head)
                return kind
        binary = any(kind.begins and kind.begins.match(head) for kind in TYPES.values())
        if binary or not head or TEXT.name not in self._allowed or _MARKUP.match(head):
            raise Rejected("unsupported_type")
        return TEXT

    def _read(self, chunk: bytes, *, last: bool) -> None:
        try:
            text = self._decoder.decode(chunk, last)
        except UnicodeDecodeError as error:
            raise Rejected("unsupported_type") from error
        if _CONTROL.search(text):
            raise Rejected("unsupported_type")


def _check_pixels(kind: FileType, head: bytes) -> None:
    if kind.pixels is None:
        return
    size = kind.pixels(head)
    if size is None or not all(size):
        raise Rejected("unsupported_type")
    if size[0] * size[1] > MOST_PIXELS:
        raise Rejected("too_many_pixels", limit=MOST_PIXELS)


def named(name: str, kind: FileType) -> str:
    """Return a name for a file that ends as its type does (B9, B64)."""
    clean = clean_file_name(name)
    fits = clean.lower().endswith(kind.suffixes)
    return clean if fits else clean_file_name(f"{clean}{kind.suffixes[0]}")
