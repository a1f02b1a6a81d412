"""What a file is, by its content alone (A66)."""

import struct
import zlib
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from livechat_core.errors import Rejected
from livechat_core.filetypes import HEAD, MOST_PIXELS, TYPES, FileType, Inspector, named
from livechat_core.text import clean_file_name

ALL = frozenset(TYPES)


def png(width: int = 3, height: int = 2) -> bytes:
    size = struct.pack(">II", width, height)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + size + b"\x08\x06\0\0\0"


def gif(width: int = 3, height: int = 2) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0"


def jpeg(width: int = 3, height: int = 2, before: bytes = b"") -> bytes:
    frame = b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03"
    return b"\xff\xd8" + before + frame


def exif(length: int) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", length) + b"x" * (length - 2)


def webp(kind: bytes, rest: bytes) -> bytes:
    return b"RIFF\x20\0\0\0WEBP" + kind + b"\x10\0\0\0" + rest.ljust(14, b"\0")


def lossy(width: int = 3, height: int = 2) -> bytes:
    return webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height))


def lossless(width: int = 3, height: int = 2) -> bytes:
    return webp(b"VP8L", b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14))


def extended(width: int = 3, height: int = 2) -> bytes:
    size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return webp(b"VP8X", b"\0\0\0\0" + size)


def looked_at(*chunks: bytes, allowed: frozenset[str] = ALL) -> str:
    inspector = Inspector(allowed)
    for chunk in chunks:
        inspector.look(chunk)
    inspector.look(b"", last=True)
    return inspector.type.name


def code(*chunks: bytes, allowed: frozenset[str] = ALL) -> str:
    with pytest.raises(Rejected) as refused:
        looked_at(*chunks, allowed=allowed)
    return refused.value.code


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (png(), "image/png"),
        (gif(), "image/gif"),
        (jpeg(), "image/jpeg"),
        (jpeg(before=b"\xff\xff" + exif(300) + b"\xff\x01" + exif(70)), "image/jpeg"),
        (lossy(), "image/webp"),
        (lossless(), "image/webp"),
        (extended(), "image/webp"),
        (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
        (b"name,price\r\nviolin,5\n", "text/plain"),
        ("Zoë 李 \U0001f984\f\t".encode(), "text/plain"),
        (b"\xef\xbb\xbfwith a mark", "text/plain"),
        (b"1 < 2", "text/plain"),
        (b" %PDF-1.7", "text/plain"),
    ],
)
def test_the_content_says_what_it_is_F44(content: bytes, name: str) -> None:
    assert looked_at(content) == name
    assert looked_at(*[content[at : at + 1] for at in range(len(content))]) == name


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xef\xbb\xbf \n<!DOCTYPE html><script>alert(1)</script>",
        b"<?xml version='1.0'?><x/>",
        b"</b>",
        b"MZ\x90\0\x03",
        b"\x7fELF\x02\x01",
        b"PK\x03\x04\x14\0",
        b"\x1f\x8b\x08\0",
        b"Rar!\x1a\x07",
        b"\0\0\0\x18ftypmp42",
        b"text\0with a nought",
        b"text \x1b[31m",
        b"\xff\xfet\0e\0x\0t\0",
        b"latin \xe9",
        b"cut off \xe6\x9d",
        b"\n\x89PNG\r\n\x1a\n",
        b"x" * HEAD + b"\xff",
        b"x" * HEAD + b"\0",
    ],
    ids=lambda content: repr(content[:14]),
)
def test_what_is_not_allowed_is_refused_A66(content: bytes) -> None:
    assert code(content) == "unsupported_type"


@pytest.mark.parametrize("make", [png, gif, jpeg, lossy, lossless, extended])
def test_a_picture_that_would_fill_all_memory_is_refused_A66(make: object) -> None:
    side = 16_383
    assert code(make(side, side)) == "too_many_pixels"  # type: ignore[operator]
    assert looked_at(make(5000, MOST_PIXELS // 5000))  # type: ignore[operator]
    if make is not png:
        return
    assert code(png(50_000, 50_000)) == "too_many_pixels"


@pytest.mark.parametrize(
    "content",
    [
        png()[:20],
        png().replace(b"IHDR", b"IDAT"),
        png(0, 5),
        gif()[:9],
        gif(5, 0),
        jpeg()[:8],
        jpeg().replace(b"\xff\xc2", b"\xff\xda"),
        jpeg(before=b"\xff\xe1\xff\xff"),
        jpeg(before=b"xx"),
        jpeg(0, 0),
        lossy()[:29],
        lossy(0, 0),
        webp(b"ALPH", b""),
    ],
    ids=range(13),
)
def test_a_picture_that_does_not_tell_its_size_is_refused_A66(content: bytes) -> None:
    assert code(content) == "unsupported_type"


def test_a_real_picture_is_known() -> None:
    raw = zlib.compress(b"\0\xff\0\0" * 2)
    chunks = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in (
            (b"IHDR", struct.pack(">II", 1, 2) + b"\x08\x02\0\0\0"),
            (b"IDAT", raw),
            (b"IEND", b""),
        )
    )
    assert looked_at(b"\x89PNG\r\n\x1a\n" + chunks) == "image/png"


def test_the_first_frame_may_lie_far_behind_A66() -> None:
    """Cameras put a small picture and much more before it."""
    before = exif(65_000) * 3

    assert looked_at(jpeg(before=before)) == "image/jpeg"
    assert code(jpeg(30_000, 30_000, before=before)) == "too_many_pixels"
    assert code(jpeg(before=exif(65_000) * 5)) == "unsupported_type"


def test_what_follows_the_beginning_is_looked_at_too() -> None:
    assert looked_at(b"x" * HEAD, b"Zo\xc3", b"\xab") == "text/plain"
    assert looked_at(png() + b"x" * HEAD, b"\0\xff") == "image/png"
    assert code(b"x" * HEAD, b"Zo\xc3") == "unsupported_type"
    assert code(b"x" * HEAD, b"\x1b") == "unsupported_type"


def test_a_type_that_is_not_allowed_here_is_refused() -> None:
    text = frozenset({"text/plain"})

    assert looked_at(b"plain", allowed=text) == "text/plain"
    assert code(png(), allowed=text) == "unsupported_type"
    assert code(b"%PDF-1.4 looks like text", allowed=text) == "unsupported_type"
    assert code(b"plain", allowed=frozenset({"image/png"})) == "unsupported_type"


def test_it_is_unknown_before_the_end() -> None:
    inspector = Inspector(ALL)
    inspector.look(b"some")

    with pytest.raises(ValueError, match="last part"):
        _ = inspector.type


@given(st.binary(max_size=3000), st.lists(st.integers(0, 3000), max_size=5))
def test_however_it_is_cut_it_is_the_same(content: bytes, cuts: list[int]) -> None:
    def outcome(*chunks: bytes) -> str:
        try:
            return looked_at(*chunks)
        except Rejected as refused:
            return refused.code

    places = sorted({0, len(content), *(min(cut, len(content)) for cut in cuts)})
    parts = [content[a:b] for a, b in pairwise(places)]
    assert outcome(*parts) == outcome(content)


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\maria\\plan.pdf", "plan.pdf"),
        ("a/b\\c.pdf", "c.pdf"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("a\r\nContent-Type: text/html", "aContent-Type_ text/html".rpartition("/")[2]),
        ("a\0b\x1b.txt", "ab.txt"),
        ("  .htaccess ", "htaccess"),
        ("CON", "_CON"),
        ("com1.txt", "_com1.txt"),
        ("console.txt", "console.txt"),
        ('say "hi"?.txt', "say _hi__.txt"),
        ("...", "file"),
        ("", "file"),
        ("/", "file"),
        ("e\u0301" + "\u0301" * 60, "file"),
        ("Zoë 李.png", "Zoë 李.png"),
    ],
)
def test_a_name_is_only_shown_B64(name: str, shown: str) -> None:
    """B9."""
    assert clean_file_name(name) == shown


def test_a_long_name_keeps_its_ending_B64() -> None:
    shown = clean_file_name("x" * 300 + ".pdf")

    assert (len(shown), shown[-5:]) == (100, "x.pdf")
    assert len(clean_file_name("x" * 300)) == 100
    assert len(clean_file_name("." + "x" * 300)) == 100
    assert len(clean_file_name("x." + "y" * 300)) == 100


@given(st.text(max_size=300))
def test_a_clean_name_stays_as_it_is(name: str) -> None:
    shown = clean_file_name(name)

    assert 1 <= len(shown) <= 101
    assert not set(shown) & set('/\\<>:"|?*\0\r\n')
    assert clean_file_name(shown) == shown


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("photo.JPEG", "image/jpeg", "photo.JPEG"),
        ("photo.png", "image/jpeg", "photo.png.jpg"),
        ("invoice.pdf.exe", "application/pdf", "invoice.pdf.exe.pdf"),
        ("page.html", "text/plain", "page.html.txt"),
        ("data.csv", "text/plain", "data.csv"),
        ("", "image/gif", "file.gif"),
    ],
)
def test_a_name_ends_as_the_content_is_B9(name: str, kind: str, shown: str) -> None:
    assert named(name, TYPES[kind]) == shown


def test_no_type_is_one_that_a_browser_would_run_A66() -> None:
    def runs(kind: FileType) -> bool:
        return any(word in kind.name for word in ("html", "xml", "svg", "script"))

    assert not any(map(runs, TYPES.values()))
    assert {kind.name for kind in TYPES.values() if kind.inline} == {
        f"image/{one}" for one in ("png", "jpeg", "gif", "webp")
    }
