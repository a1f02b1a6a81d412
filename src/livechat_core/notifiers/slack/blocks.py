"""What a notice looks like in Slack, as Block Kit values.

Text of visitors stands only in ``plain_text`` and ``rich_text`` elements, which Slack reads neither
for mentions nor for links (A40, A42), each fact in an element of its own (A41). The announcement is
there unchanged, so that it can be compared byte for byte with the journal and the ERM (S0-17).
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    LinkButtonElement,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextPreformattedElement,
    SectionBlock,
)

from livechat_core.errors import DeliveryError
from livechat_core.ports import Notice

from .buttons import CLAIM, OPEN

MOST_TEXT = 39_000
"""Bytes of the top-level text of a new message; Slack cuts at 40,000 characters."""
MOST_UPDATED_TEXT = 4_000
"""The same for an update; Slack counts bytes, after escaping."""
MOST_ANNOUNCED = 7_500
"""Bytes of the announcement in one message; what is longer goes on in the thread."""
MOST_BYTES = 12_000
"""All blocks as compact JSON; Slack refuses more than about 13,200 (slackapi/bolt-js#2509)."""

_PREFIXES = {"reminder": "Reminder: ", "escalation": "Nobody has claimed this: "}
_LABELS = {
    "name": ("Name", 220),
    "email": ("E-mail", 270),
    "location": ("Location", 220),
    "site": ("Site", 150),
    "page": ("Page", 300),
    "question": ("Question", 400),
}
"""The facts' labels and the most bytes of each; the announcement has them in full length."""


def split(text: str) -> list[str]:
    """Return the text in pieces that fit into one message each; together they are the text."""
    return list(_pieces(text, MOST_ANNOUNCED, _json_size)) or [""]


def message(notice: Notice, piece: str) -> list[dict[str, Any]]:
    """Return the blocks of a notice: kind, facts, announcement, reference and state, buttons."""
    return _checked(
        [
            HeaderBlock(text=_plain(_title(notice), 150)),
            *_facts(notice),
            *_announcement(piece),
            *_context(notice),
            *_buttons(notice),
        ]
    )


def continuation(piece: str) -> list[dict[str, Any]]:
    """Return the blocks of a further piece of a long announcement."""
    return _checked([*_announcement(piece)])


def fallback(notice: Notice, most: int) -> str:
    """Return what screen readers read instead of the blocks: the state, the announcement."""
    return escape(f"{notice.state}\n{notice.text}" if notice.state else notice.text, most)


def escape(text: str, most: int = MOST_TEXT) -> str:
    """Return text that Slack shows as it is, at most ``most`` bytes of it (A40)."""
    return "".join(map(_escaped, _cut(text, most, lambda letter: len(_escaped(letter).encode()))))


def check_message(blocks: list[dict[str, Any]]) -> None:
    """Refuse what Slack would refuse and the models of slack-sdk let through.

    Raises:
        DeliveryError: More than 50 blocks, a section field of more than 2,000 characters, two
            elements with one ``action_id`` or ``block_id``, or too much altogether.
    """
    actions = [
        element.get("action_id") for block in blocks for element in block.get("elements", ())
    ]
    names = [block.get("block_id") for block in blocks]
    fields = [field["text"] for block in blocks for field in block.get("fields", ())]
    if len(blocks) > 50:
        raise _invalid("blocks")
    if any(len(text) > 2000 for text in fields):
        raise _invalid("field")
    if _repeated(actions) or _repeated(names):
        raise _invalid("ids")
    if len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")).encode()) > MOST_BYTES:
        raise _invalid("size")


def _checked(models: list[Block]) -> list[dict[str, Any]]:
    blocks = [model.to_dict() for model in models]
    check_message(blocks)
    return blocks


def _title(notice: Notice) -> str:
    words = notice.facts.get("kind") or notice.kind.replace("_", " ").capitalize()
    return _PREFIXES.get(notice.kind, "") + words


def _facts(notice: Notice) -> Iterator[SectionBlock]:
    shown = [
        _plain(f"{label}: {value}", most)
        for name, (label, most) in _LABELS.items()
        if (value := notice.facts.get(name))
    ]
    if shown:
        yield SectionBlock(fields=shown)


def _announcement(piece: str) -> Iterator[RichTextBlock]:
    chunks = [piece[start : start + 3000] for start in range(0, len(piece), 3000)]
    texts = [RichTextElementParts.Text(text=chunk) for chunk in chunks]
    if texts:
        yield RichTextBlock(elements=[RichTextPreformattedElement(elements=texts)])


def _context(notice: Notice) -> Iterator[ContextBlock]:
    claimed = f"Claimed by {notice.claimed_by}" if notice.claimed_by else ""
    lines = dict.fromkeys((notice.facts.get("reference", ""), claimed, notice.state))
    shown = [_plain(line, 200) for line in lines if line]
    if shown:
        yield ContextBlock(elements=shown)


def _buttons(notice: Notice) -> Iterator[ActionsBlock]:
    buttons: list[ButtonElement] = []
    if notice.enquiry and not notice.claimed_by:
        buttons.append(
            ButtonElement(
                text=_plain("Claim", 75),
                action_id=CLAIM,
                value=f"{notice.enquiry}:{notice.version}",
                style="primary",
            )
        )
    if notice.link:
        buttons.append(LinkButtonElement(text=_plain("Open", 75), url=notice.link, action_id=OPEN))
    if buttons:
        yield ActionsBlock(elements=buttons)


def _plain(text: str, most: int) -> PlainTextObject:
    """Return an inert element of one line, cut with a mark to at most so many bytes."""
    return PlainTextObject(text=_cut(" ".join(text.split()), most, _json_size), emoji=False)


def _cut(text: str, most: int, weigh: Callable[[str], int]) -> str:
    if sum(map(weigh, text)) <= most:
        return text
    return next(_pieces(text, most - weigh("…"), weigh)) + "…"


def _pieces(text: str, most: int, weigh: Callable[[str], int]) -> Iterator[str]:
    start = weight = 0
    for place, letter in enumerate(text):
        size = weigh(letter)
        if weight + size > most:
            yield text[start:place]
            start, weight = place, 0
        weight += size
    if start < len(text):
        yield text[start:]


def _json_size(letter: str) -> int:
    return len(json.dumps(letter, ensure_ascii=False).encode()) - 2  # without its quotes


def _escaped(letter: str) -> str:
    return {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(letter, letter)


def _repeated(ids: list[str | None]) -> bool:
    given = [one for one in ids if one is not None]
    return len(given) > len(set(given))


def _invalid(part: str) -> DeliveryError:
    return DeliveryError("slack_message_invalid", permanent=True, part=part)
