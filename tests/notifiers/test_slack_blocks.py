"""What a notice looks like in Slack: inert, complete and short enough, whatever visitors write."""

import json
import re

import attrs
import pytest
from hypothesis import given, strategies as st

from livechat_core.errors import DeliveryError
from livechat_core.notifiers.slack import blocks
from livechat_core.ports import Notice
from livechat_core.testing import NOTICE

CONTROL = "".join(map(chr, range(32)))
NAMES = ("kind", "name", "email", "question", "page", "location", "site", "reference")
written = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=CONTROL)
    | st.sampled_from('\n\t"\\&<>*`_~@#|:🦄李'),
    max_size=300,
)
long = st.builds(lambda text, times: text * times, written, st.integers(1, 60))

CONTROL_SEQUENCES = [
    "<!channel>",
    "<!here>",
    "<!everyone>",
    "<@U0123ABCD>",
    "<#C0123ABCD>",
    "<!subteam^S0123>",
    "<!date^1392734382^{date}|x>",
    "<https://evil.example|https://bank.example>",
    "&lt;!channel&gt;",
]


def notices(text: st.SearchStrategy[str]) -> st.SearchStrategy[Notice]:
    return st.builds(
        Notice,
        key=st.just("k"),
        kind=st.sampled_from(["left_message", "enquiry", "reminder", "escalation", "new_visitor"]),
        text=text,
        enquiry=st.sampled_from(["", "enquiry/e1"]),
        facts=st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, text)),
        link=st.sampled_from(["", "https://desk.example/team/"]),
        claimed_by=written,
        state=written,
    )


def text_elements(made: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return every object of the blocks that holds a text, with its type."""
    found: list[dict[str, object]] = []

    def visit(node: object) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("text"), str):
                found.append(node)
            for value in node.values():
                visit(value)
        elif isinstance(node, list):
            for value in node:
                visit(value)

    visit(made)
    return found


@given(notices(long))
def test_any_notice_fits_and_no_text_is_lost(notice: Notice) -> None:
    """S0-17; every block passed the models of slack-sdk and `check_message`."""
    pieces = blocks.split(notice.text)
    assert "".join(pieces) == notice.text
    first = blocks.message(notice, pieces[0])
    quoted = [part for part in text_elements(first) if part["type"] == "text"]
    assert "".join(str(part["text"]) for part in quoted) == pieces[0]
    assert all(len(str(part["text"])) <= 3000 for part in quoted)
    for piece in pieces[1:]:
        (part,) = text_elements(blocks.continuation(piece))[:1]
        assert str(part["text"]) == piece[:3000]


@given(notices(written))
def test_visitors_text_stands_only_in_elements_without_markup(notice: Notice) -> None:
    """A40, A42: neither kind of element is read for mentions or links, nor for emoji."""
    made = blocks.message(notice, notice.text)
    for element in text_elements(made):
        assert element["type"] in ("plain_text", "text")
        assert element["type"] == "text" or element["emoji"] is False
        assert "style" not in element
    assert "mrkdwn" not in {element["type"] for element in text_elements(made)}


@given(notices(written))
def test_a_fact_cannot_begin_another_one(notice: Notice) -> None:
    """A41: each fact is one line in an element of its own."""
    lines = [str(one["text"]) for one in text_elements(blocks.message(notice, "")) if one]
    assert not any("\n" in line for line in lines)


@pytest.mark.parametrize("evil", CONTROL_SEQUENCES)
def test_the_fallback_text_has_no_control_sequence(evil: str) -> None:
    """A40: escaped last and once."""
    told = blocks.fallback(attrs.evolve(NOTICE, text=evil, state=evil), blocks.MOST_TEXT)
    assert not re.search(r"[<>]", told)
    assert not re.search(r"&(?!amp;|lt;|gt;)", told)
    plain = told.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert plain == f"{evil}\n{evil}"


@given(long, st.integers(min_value=10, max_value=500))
def test_an_escaped_text_is_never_too_long_nor_cut_inside_an_escape(text: str, most: int) -> None:
    """Slack counts the bytes after escaping, and refuses an update that is longer."""
    told = blocks.escape(text, most)
    assert len(told.encode()) <= most
    assert not re.search(r"&(?!amp;|lt;|gt;)", told)
    plain = told.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert plain == text or text.startswith(plain.removesuffix("…"))


def test_a_reminder_says_so() -> None:
    (header, *_) = blocks.message(attrs.evolve(NOTICE, kind="reminder"), "")
    assert header["text"]["text"] == f"Reminder: {NOTICE.facts['kind']}"


def test_a_notice_without_facts_still_says_its_kind() -> None:
    """S0-8."""
    (header, quoted) = blocks.message(Notice(key="k", kind="new_visitor", text="T"), "T")
    assert header["text"]["text"] == "New visitor"
    assert quoted["type"] == "rich_text"


def section(*lengths: int) -> dict[str, object]:
    fields = [{"type": "plain_text", "text": "x" * length} for length in lengths]
    return {"type": "section", "fields": fields}


def buttons(*ids: str) -> dict[str, object]:
    return {"type": "actions", "elements": [{"type": "button", "action_id": one} for one in ids]}


@pytest.mark.parametrize(
    ("made", "part"),
    [
        ([{"type": "divider"}] * 51, "blocks"),
        ([section(2001)], "field"),
        ([buttons("a", "a")], "ids"),
        ([buttons("a"), buttons("a")], "ids"),
        ([{"type": "divider", "block_id": "b"}] * 2, "ids"),
        ([section(2000, 2000, 2000), section(2000, 2000, 2000)], "size"),
        ([{"type": "section", "text": {"type": "plain_text", "text": "🦄" * 3000}}], "size"),
    ],
)
def test_what_the_models_let_through_is_refused(made: list[dict[str, object]], part: str) -> None:
    """The rules of Slack that slack-sdk does not know (ecosystem, section 1)."""
    with pytest.raises(DeliveryError) as caught:
        blocks.check_message(made)
    assert caught.value.permanent
    assert caught.value.facts == {"part": part}


@pytest.mark.parametrize(
    "made",
    [
        [{"type": "divider"}] * 50,
        [section(2000)],
        [buttons("a", "b"), buttons("c")],
        [section(2000, 2000, 2000), section(2000, 2000, 1000)],
    ],
)
def test_what_slack_takes_passes(made: list[dict[str, object]]) -> None:
    blocks.check_message(made)


def test_the_size_is_counted_on_compact_json() -> None:
    made = [section(2000, 2000, 2000), section(2000, 2000, 1000)]
    room = blocks.MOST_BYTES - len(json.dumps(made, separators=(",", ":")))
    assert room > 0
    blocks.check_message([section(2000, 2000, 2000), section(2000, 2000, 1000 + room)])
    with pytest.raises(DeliveryError):
        blocks.check_message([section(2000, 2000, 2000), section(2000, 2000, 1001 + room)])
