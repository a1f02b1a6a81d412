"""What input text must look like (security.md sections 10 and 11): one cleaner per kind of field.

A command's field says what it is by its type, `Body`, `Line`, `Email`, ...; the wire layer finds
the cleaner there and calls it before a command object exists.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeAlias
from urllib.parse import unquote_plus, urlsplit, urlunsplit

import attrs

from .errors import Invalid, LimitExceeded

Cleaner: TypeAlias = Callable[[Any], Any]

LONGEST = 8192
"""Of what is cut and not refused, no more is looked at."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_JOINED = re.compile(
    r"[\u0300-\u036f\u200d\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
)
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_BLANK = re.compile(r"[\s\u2800\u3164\u200c\u200d\ufe00-\ufe0f]*")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
_BREAK = re.compile(r"[\s\\]")
_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?\.?|[0-9a-f.]*:[0-9a-f:.]*")
_SECRET = frozenset(
    {
        *("token", "access_token", "id_token", "code", "key", "apikey", "api_key", "secret"),
        *("password", "passwd", "pwd", "session", "sessionid", "sid", "auth", "email"),
        *("signature", "sig"),
    }
)
_DOT = re.compile(r"(?<=[^\s.])\.(?=[^\W\d_]{2})")
MOST_VALUES = 20
_RESERVED = frozenset({"system", "support", "bot"})
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@attrs.frozen
class Text:
    """Mark of a text field: the cleaner that its values pass at the border."""

    clean: Cleaner


def clean_body(text: str) -> str:
    """Return a message text: any characters but controls, at most 5,000 and 20 KiB (B1 to B22)."""
    body = _newlines(text)
    _refuse_controls(body)
    return _checked(body, 5000, 20 * 1024)


def clean_note(text: str) -> str:
    """Return an optional longer text: like a message, but it may be empty."""
    return clean_body(text) if text else ""


def clean_line(text: str) -> str:
    """Return a name, topic or title: one line, NFC, invisible characters removed, at most 100."""
    if not text:
        return ""
    _refuse_controls(_newlines(text))
    line = _one_line(text)
    if _marks(line) > 50:
        raise Invalid("invalid_text", why="too many combining marks")
    return _checked(line, 100, 400)


def clean_name(text: str) -> str:
    """Return a visitor's name; empty means Guest (B53). The desk's own names are refused (B16)."""
    name = clean_line(text)
    if name.casefold() in _RESERVED:
        raise Invalid("invalid_text", why="reserved name")
    return name


def clean_title(text: str) -> str:
    """Return a page title or subject: one line of at most 300 characters, mended, never refused."""
    return shortened(_one_line(_CONTROLS.sub(" ", text[:LONGEST])), 300)


def clean_draft(text: str) -> str:
    """Return what a visitor has typed so far: mended and cut, never refused (A61)."""
    return shortened(_CONTROLS.sub("", _newlines(text[:LONGEST])), 5000)


def clean_file_name(text: str) -> str:
    """Return a file's name to show and to save under: its last part, mended, at most 100 (B64)."""
    last = re.split(r"[/\\]", text[:LONGEST])[-1]
    plain = _one_line(re.sub(r'[<>:"|?*]', "_", _CONTROLS.sub("", last))).strip(". ")
    stem, dot, suffix = plain.rpartition(".")
    if len(plain) > 100 and dot and len(suffix) <= 10:
        plain = f"{stem[: 99 - len(suffix)]}.{suffix}"
    name = shortened(plain, 100) if _marks(plain) <= 50 else ""
    return f"_{name}" if _DEVICE.match(name) else name or "file"


def clean_word(text: str) -> str:
    """Return an id as the outside names it: at most 100 of ``A-Za-z0-9_.:/-``, or none (B77)."""
    if not re.fullmatch(r"[A-Za-z0-9_.:/-]{0,100}", text):
        raise Invalid("invalid_type", why="not an id")
    return text


def clean_email(text: str) -> str:
    """Return one plain address, its domain lower-cased and as A-labels (B41 to B51, A45, A46)."""
    local, _, domain = text.strip(" ").rpartition("@")
    if len(text) > 1000 or len(local) > 64 or not _LOCAL.fullmatch(local):
        raise Invalid("invalid_email")
    try:
        labels = _a_labels(domain).split(".")
    except UnicodeError as error:
        raise Invalid("invalid_email", why="domain") from error
    plain = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    address = f"{local}@{'.'.join(labels)}"
    if not plain or labels[-1].isdigit() or len(address) > 254:
        raise Invalid("invalid_email")
    return address


def clean_optional_email(text: str) -> str:
    """Return an address, or an empty text if none was given."""
    return clean_email(text) if text.strip() else ""


def normal_email(address: str) -> str:
    """Return the form in which two addresses are compared: no blanks, case folded (S0-27)."""
    return "".join(address.split()).casefold()


def clean_url(text: str) -> str:
    """Return a page address without user name, fragment and secret parameters (A53, B55 to B63)."""
    if not text:
        return ""
    start = text[:LONGEST]
    web = re.match("https?://", start, re.IGNORECASE)
    if not web or any(sign.search(start) for sign in (_CONTROLS, _INVISIBLE, _BREAK)):
        raise Invalid("invalid_url")
    try:
        parts = urlsplit(start)
        host, port = _a_labels(parts.hostname or ""), parts.port
    except ValueError as error:
        raise Invalid("invalid_url") from error
    if port == 0 or not _HOST.fullmatch(host):
        raise Invalid("invalid_url")
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    query = "&".join(pair for pair in parts.query.split("&") if not _is_secret(pair))
    return shortened(urlunsplit((parts.scheme, netloc, parts.path or "/", query, "")), 2048)


def clean_tag(text: str) -> str:
    """Return a tag: one lower-case word, joined by hyphens, at most 50 characters (S3-24)."""
    tag = "-".join(clean_line(text).casefold().split())
    if not re.fullmatch(r"\w[\w./-]*", tag):
        raise Invalid("invalid_text", why="a tag is made of letters, digits and ./-_")
    if len(tag) > 50:
        raise LimitExceeded("too_long", limit=50)
    return tag


def clean_phone(text: str) -> str:
    """Return a phone number as it was typed, a claim of at most 40 characters (B54)."""
    line = clean_line(text)
    if len(line) > 40:
        raise LimitExceeded("too_long", limit=40)
    return line


def shortened(text: str, limit: int) -> str:
    """Return the text, or its beginning with a mark, never cut inside one sign (B11)."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end and (_JOINED.match(text, end) or text[end - 1] == "\u200d"):
        end -= 1
    return text[: end - _half_flag(text, end)] + "…"


def _half_flag(text: str, end: int) -> bool:
    """Tell whether a cut here divides a flag, which is a pair of letters of its own kind."""
    before = len(text[:end]) - len(text[:end].rstrip(_FLAG_LETTERS))
    return before % 2 == 1 and text[end] in _FLAG_LETTERS


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _one_line(text: str) -> str:
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def _refuse_controls(text: str) -> None:
    if _CONTROLS.search(text):
        raise Invalid("invalid_text", why="control character or surrogate")


def _checked(text: str, characters: int, octets: int) -> str:
    if _BLANK.fullmatch(_INVISIBLE.sub("", text)):
        raise Invalid("invalid_text", why="empty")
    if len(text) > characters or len(text.encode()) > octets:
        raise LimitExceeded("too_long", limit=characters)
    return text


def _marks(text: str) -> int:
    return sum(unicodedata.combining(letter) != 0 for letter in text)


def _a_labels(domain: str) -> str:
    """Return a domain in ASCII; one that only a look-alike mapping can write so is refused (B50).

    Raises:
        UnicodeError: It has no such form, or the form stands for another name.
    """
    ascii_form = domain.lower().encode("idna").decode("ascii")
    if not domain.isascii():
        meant = unicodedata.normalize("NFC", domain).lower()
        if ascii_form.encode().decode("idna") != meant:
            raise UnicodeError(domain)
    return ascii_form


def _is_secret(pair: str) -> bool:
    return unquote_plus(pair.partition("=")[0]).lower() in _SECRET


def clean_values(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values of custom fields by name: at most 20, each one line (S1-2)."""
    if len(values) > MOST_VALUES:
        raise LimitExceeded("too_long", limit=MOST_VALUES)
    return {clean_word(name): clean_line(value) for name, value in values.items()}


def unlinked(text: str) -> str:
    """Return text in which no mail program finds an address to click: ``https[:]//evil[.]example``.

    For what somebody whom nobody vouches for has written, in mail to an address he has typed: the
    link is what makes relayed mail worth sending (A23).
    """
    return _DOT.sub("[.]", text.replace("://", "[:]//"))


Body = Annotated[str, Text(clean_body)]
Note = Annotated[str, Text(clean_note)]
Line = Annotated[str, Text(clean_line)]
Name = Annotated[str, Text(clean_name)]
Title = Annotated[str, Text(clean_title)]
Word = Annotated[str, Text(clean_word)]
Tag = Annotated[str, Text(clean_tag)]
FileName = Annotated[str, Text(clean_file_name)]
Email = Annotated[str, Text(clean_email)]
OptionalEmail = Annotated[str, Text(clean_optional_email)]
Url = Annotated[str, Text(clean_url)]
Phone = Annotated[str, Text(clean_phone)]
Values = Annotated[Mapping[str, str], Text(clean_values)]
