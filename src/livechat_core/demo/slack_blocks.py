"""Block Kit as a schema: which blocks a message may hold and how large each part may be.

A check takes a value and its JSON pointer and yields a line for each broken rule, in the form
in which Slack reports them. Limits are those of Slack's reference for Block Kit. Blocks and
elements that nothing here sends are left out, and so refused.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping

Check = Callable[[object, str], Iterable[str]]

MOST_BLOCKS = 50
MOST_CHARACTERS = 13_000
"""Slack does not document this ceiling; it was found near here (slackapi/bolt-js issue 2509)."""


def size(blocks: object) -> int:
    """The characters of the blocks as compact JSON, which is what the ceiling is measured on."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def problems(blocks: object) -> list[str]:
    """One line for each rule that a message's blocks break."""
    found = list(_MESSAGE(blocks, "/blocks"))
    if not found and isinstance(blocks, list):
        found.extend(_repeated(blocks, "block_id", "/blocks"))
        for place, block in enumerate(blocks):
            elements = [*block.get("elements", ()), block.get("accessory", {})]
            found.extend(_repeated(elements, "action_id", f"/blocks/{place}"))
    return found


def _repeated(parts: Iterable[Mapping[str, object]], key: str, at: str) -> Iterator[str]:
    seen = set()
    for part in parts:
        if key in part and part[key] in seen:
            yield _error(f"`{key}` {part[key]} already exists", at)
        seen.add(part.get(key))


def _error(sentence: str, at: str) -> str:
    return f"[ERROR] {sentence} [json-pointer:{at}]"


def _string(most: int, least: int = 0) -> Check:
    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield _error("must be a string", at)
        elif len(value) > most:
            yield _error(f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            yield _error(f"must be more than {least - 1} characters", at)

    return check


def _kind(kind: type, name: str) -> Check:
    def check(value: object, at: str) -> Iterator[str]:
        if type(value) is not kind:
            yield _error(f"must be {name}", at)

    return check


def _choice(*values: str) -> Check:
    def check(value: object, at: str) -> Iterator[str]:
        if value not in values:
            yield _error(f"must be one of {', '.join(values)}", at)

    return check


def _items(item: Check, most: int, least: int = 1) -> Check:
    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield _error("must be an array", at)
        elif len(value) > most:
            yield _error(f"no more than {most} items allowed", at)
        elif len(value) < least:
            yield _error(f"no fewer than {least} items allowed", at)
        else:
            for place, entry in enumerate(value):
                yield from item(entry, f"{at}/{place}")

    return check


def _record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    known = {**required, **(optional or {})}

    def check(value: object, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield _error("must be an object", at)
            return
        for name in sorted(required.keys() - value.keys()):
            yield _error(f"missing required field: {name}", at)
        for name in sorted(value.keys() - known.keys() - {"type"}):
            yield _error(f"invalid additional property: {name}", at)
        for name in sorted(value.keys() & known.keys()):
            yield from known[name](value[name], f"{at}/{name}")

    return check


def _by_type(checks: Mapping[str, Check]) -> Check:
    def check(value: object, at: str) -> Iterable[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in checks:
            return [_error(f"unsupported type: {kind}", f"{at}/type")]
        return checks[kind](value, at)

    return check


def _section(value: object, at: str) -> Iterator[str]:
    yield from _SECTION(value, at)
    if isinstance(value, dict) and not value.keys() & {"text", "fields"}:
        yield _error("missing required field: text", at)


def _plain(most: int) -> Check:
    fields = {"text": _string(most, 1)}
    return _by_type({"plain_text": _record(fields, {"emoji": _FLAG})})


def _text(most: int) -> Check:
    return _by_type(
        {
            "plain_text": _record({"text": _string(most, 1)}, {"emoji": _FLAG}),
            "mrkdwn": _record({"text": _string(most, 1)}, {"verbatim": _FLAG}),
        }
    )


_FLAG = _kind(bool, "a boolean")
_NUMBER = _kind(int, "an integer")
_ID = _string(255, 1)
_URL = _string(3000, 1)

_CONFIRM = _record(
    {"title": _plain(100), "text": _text(300), "confirm": _plain(30), "deny": _plain(30)},
    {"style": _choice("primary", "danger")},
)
_BUTTON = _record(
    {"text": _plain(75)},
    {
        "action_id": _ID,
        "value": _string(2000),
        "url": _URL,
        "style": _choice("primary", "danger"),
        "confirm": _CONFIRM,
        "accessibility_label": _string(75, 1),
    },
)
_STYLE = {"style": _record({}, dict.fromkeys(("bold", "italic", "strike", "code"), _FLAG))}
_INLINE = _items(
    _by_type(
        {
            "text": _record({"text": _string(MOST_CHARACTERS, 1)}, _STYLE),
            "link": _record({"url": _URL}, {"text": _string(3000), **_STYLE}),
            "user": _record({"user_id": _ID}, _STYLE),
            "channel": _record({"channel_id": _ID}, _STYLE),
            "emoji": _record({"name": _ID}, {"unicode": _ID}),
            "broadcast": _record({"range": _choice("here", "channel", "everyone")}),
        }
    ),
    most=1000,
)
_RICH_SECTION = _record({"elements": _INLINE})
_RICH_LIST = _record(
    {
        "elements": _items(_by_type({"rich_text_section": _RICH_SECTION}), most=1000),
        "style": _choice("bullet", "ordered"),
    },
    {"indent": _NUMBER, "offset": _NUMBER, "border": _NUMBER},
)
_RICH_BORDERED = _record({"elements": _INLINE}, {"border": _NUMBER})
_RICH = _by_type(
    {
        "rich_text_section": _RICH_SECTION,
        "rich_text_list": _RICH_LIST,
        "rich_text_quote": _RICH_BORDERED,
        "rich_text_preformatted": _RICH_BORDERED,
    }
)

_BLOCK_ID = {"block_id": _ID}
_SECTION = _record(
    {},
    {
        "text": _text(3000),
        "fields": _items(_text(2000), most=10),
        "accessory": _by_type({"button": _BUTTON}),
        "expand": _FLAG,
        **_BLOCK_ID,
    },
)
_MESSAGE = _items(
    _by_type(
        {
            "header": _record({"text": _plain(150)}, _BLOCK_ID),
            "section": _section,
            "divider": _record({}, _BLOCK_ID),
            "context": _record({"elements": _items(_text(3000), most=10)}, _BLOCK_ID),
            "actions": _record(
                {"elements": _items(_by_type({"button": _BUTTON}), most=25)}, _BLOCK_ID
            ),
            "rich_text": _record({"elements": _items(_RICH, most=1000)}, _BLOCK_ID),
        }
    ),
    most=MOST_BLOCKS,
    least=0,
)
