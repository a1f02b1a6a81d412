"""Formatted text: what of it is harmless, and what it says in plain text (S2-19, A37 to A39).

Theory. Whoever pastes from a word processor pastes a page of its own styles, comments and unknown
tags. A parser that reads as browsers do (nh3, extra ``html``) keeps the few tags and attributes
that carry meaning and writes them anew; nothing that it does not know passes. There is no second
way: without the parser nothing is taken. The plain text is made from what is left, so it says the
same.
"""

import re
from collections.abc import Collection
from functools import partial
from html.parser import HTMLParser
from urllib.parse import urlsplit

import attrs

from .errors import Invalid, LimitExceeded, Rejected
from .text import clean_body, clean_email

try:
    import nh3
except ImportError:  # the extra is not installed: formatted text is refused (`purified`)
    nh3 = None  # type: ignore[assignment, unused-ignore]

LONGEST = 60_000
"""Characters that are looked at: what is pasted brings much that is thrown away."""
KEPT = 20_000
"""Characters of markup that a line may have."""
DEEPEST = 100
"""Levels of tags that a browser needs not fear to draw."""

TAGS = frozenset(
    "a b blockquote br code em h3 h4 i img li ol p pre s span strong table tbody td th thead tr "
    "u ul".split()
)
DROPPED = frozenset(
    "applet audio canvas embed frame frameset head iframe math noembed noframes noscript object "
    "option script select style svg template textarea title video xml xmp".split()
)
"""Tags of which what is in them goes too; of all other tags the text stays."""
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src"},
    "span": {"style"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
APART = frozenset("blockquote h3 h4 ol p pre table ul".split())
"""Tags that an empty line sets off in plain text; a few others begin a new line."""

_COLOUR = re.compile(r"#[0-9a-f]{3,8}|[a-z]{3,20}|rgba?\([0-9 .,%/]{5,40}\)")
_STYLES = {
    "color": "color",
    "background-color": "background-color",
    "background": "background-color",
}
_WEB = re.compile(r"https?://[^\s\\<>\"'`\u200b-\u200f\u202a-\u202e\u2066-\u2069]+", re.IGNORECASE)
_NO_PICTURE = re.compile(r"<img>")


@attrs.frozen
class Rich:
    """A formatted text.

    Args:
        html: Harmless markup.
        text: What it says in plain text.
    """

    html: str
    text: str


def available() -> bool:
    """Tell whether formatted text can be taken."""
    return nh3 is not None


def purified(html: str, pictures: Collection[str] = ()) -> Rich:
    """Return what is harmless of a formatted text, and its plain text.

    Args:
        html: As a client sent it.
        pictures: What the source of a picture may be, word for word.

    Raises:
        Rejected: ``unavailable``: the parser is not installed.
        LimitExceeded: ``too_long``.
        Invalid: ``invalid_text``: nothing is left, or it is nested too deep.
    """
    if not available():
        raise Rejected("unavailable", why="the extra html is not installed")
    if len(html) > LONGEST:
        raise LimitExceeded("too_long", limit=LONGEST)
    clean = nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(DROPPED),
        attributes={"*": set[str](), **{tag: set(names) for tag, names in ATTRIBUTES.items()}},
        attribute_filter=partial(_attribute, pictures),
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    clean = _NO_PICTURE.sub("", clean).strip()
    if len(clean) > KEPT:
        raise LimitExceeded("too_long", limit=KEPT)
    _check_depth(clean)
    return Rich(clean, clean_body(plain(clean)))


def plain(html: str) -> str:
    """Return what harmless markup says, without tags."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text


def _check_depth(html: str) -> None:
    """Refuse what only a program nests."""
    depth = 0
    for slash in re.findall(r"<(/?)(?!br|img)[a-z]", html):
        depth += -1 if slash else 1
        if depth > DEEPEST:
            raise Invalid("invalid_text", why="nested too deep")


def _attribute(pictures: Collection[str], tag: str, name: str, value: str) -> str | None:
    match name:
        case "href":
            return _address(value.strip())
        case "src":
            return value if tag == "img" and value in pictures else None
        case "style":
            return _style(value) or None
        case "colspan" | "rowspan":
            return value if re.fullmatch(r"[1-9][0-9]?", value) else None
        case _:
            return value


def _address(value: str) -> str | None:
    """Return an address that shows where it leads: no user names, no blanks, no marks (A38)."""
    scheme, _, rest = value.partition(":")
    if scheme.lower() == "mailto":
        try:
            return f"mailto:{clean_email(rest.partition('?')[0])}"
        except Invalid:
            return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    known = _WEB.fullmatch(value) and parts.hostname and "@" not in parts.netloc
    return value if known else None


def _style(value: str) -> str:
    """Return the colours that a style sets; nothing else of it."""
    found = {}
    for declaration in value.split(";"):
        name, _, colour = declaration.partition(":")
        known, colour = _STYLES.get(name.strip().lower()), colour.strip().lower()
        if known and _COLOUR.fullmatch(colour):
            found[known] = colour
    return ";".join(f"{name}:{colour}" for name, colour in found.items())


class _Reader(HTMLParser):
    """Writes markup down as somebody would type it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._written = ""
        self._lists: list[int | None] = []
        self._link, self._label = "", 0
        self._as_is = False

    @property
    def text(self) -> str:
        """All that was read."""
        return self._written.replace("\xa0", " ").strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in APART and not (self._lists and tag in ("ul", "ol")):
            self._break(2)
        match tag:
            case "ul" | "ol":
                self._lists.append(0 if tag == "ol" else None)
            case "li":
                self._item()
            case "br":
                self._written = self._written.rstrip(" ") + "\n"
            case "tr":
                self._break(1)
            case "td" | "th" if not self._written.endswith("\n"):
                self._written = self._written.rstrip(" ") + "\t"
            case "a":
                self._link, self._label = dict(attrs).get("href") or "", len(self._written)
            case "img":
                self._say("[picture]")
            case "pre":
                self._as_is = True
            case "blockquote":
                self._written += "> "

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "ul" | "ol":
                self._lists.pop()
            case "pre":
                self._as_is = False
            case "a" if self._link:
                shown, link = self._written[self._label :].strip(), self._link
                if link.removeprefix("mailto:") != shown:
                    self._say(f" ({link})" if shown else link)
                self._link = ""
        if tag in APART and not self._lists:
            self._break(2)

    def handle_data(self, data: str) -> None:
        self._say(data)

    def _say(self, data: str) -> None:
        if not self._as_is:
            data = re.sub(r"[ \t\r\n\f]+", " ", data)
            if not self._written or self._written[-1] in " \t\n":
                data = data.lstrip(" ")
        self._written += data

    def _break(self, lines: int) -> None:
        """Begin a new line, or set off what comes by an empty one."""
        self._written = self._written.rstrip(" ")
        if self._written:
            had = len(self._written) - len(self._written.rstrip("\n"))
            self._written += "\n" * (lines - had)

    def _item(self) -> None:
        self._break(1)
        number = self._lists[-1] if self._lists else None
        if self._lists and number is not None:
            number = self._lists[-1] = number + 1
        deep = "  " * max(0, len(self._lists) - 1)
        self._written += deep + ("- " if number is None else f"{number}. ")
