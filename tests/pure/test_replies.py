"""Saved replies: placeholders are filled once and never evaluated; a few letters find them."""

import pytest
from hypothesis import given, strategies as st

from livechat_core.errors import Rejected
from livechat_core.record import Fault
from livechat_core.replies import KNOWN, Placeholder, Reply, fault, filled, found, parts

VALUES = {"visitor.name": "Maria", "agent.name": "Ana", "number": "17", "site.name": ""}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello {visitor.name}, I am {agent.name}.", "Hello Maria, I am Ana."),
        ("Hello {visitor.name|there}!", "Hello Maria!"),
        ("Welcome to {site.name|our shop}!", "Welcome to our shop!"),
        ("Welcome to {site.name}!", "Welcome to !"),
        ("Number {number}{number|}", "Number 1717"),
        ("{{visitor.name}} is written so: {{{{}}", "{visitor.name} is written so: {{}"),
        ("{visitor.name|a: b, {c}", None),
        ("no braces | at all", "no braces | at all"),
        ("", ""),
    ],
)
def test_placeholders_are_filled_F39(text: str, said: str | None) -> None:
    """F39, S3-29."""
    if said is None:
        with pytest.raises(Rejected):
            filled(text, VALUES)
    else:
        assert filled(text, VALUES) == said


@pytest.mark.parametrize(
    "text",
    ["{", "}", "a } b", "{}", "{ visitor.name }", "{visitor.name", "{a.b.c}", "{Visitor}", "{a!r}",
     "{visitor.name:>10}", "{visitor[name]}", "{0}", "{|there}"],
)  # fmt: skip
def test_a_brace_that_belongs_to_nothing_is_refused(text: str) -> None:
    """A49: there are no expressions and no formats."""
    told = fault(text)

    assert told is not None
    assert (told.code, told.key) == ("bad_placeholder", "body")
    assert told.why in text


def test_an_unknown_placeholder_is_named() -> None:
    """A49: refused when it is saved, not seen by a customer."""
    text = "Hello {visitor.name}, call {phone|us} or {fax}"

    assert fault(text) == Fault(code="unknown_placeholder", key="body", why="phone")
    assert fault(text, ("phone", "fax")) is None
    assert fault("".join(f"{{{name}}}" for name in KNOWN)) is None


def test_a_value_that_looks_like_a_placeholder_is_not_filled_again() -> None:
    """A49: whatever a visitor calls himself."""
    values = {**VALUES, "visitor.name": "{agent.name}{{x|}"}

    assert (
        filled("{visitor.name} {visitor.name|x}", values) == "{agent.name}{{x|} {agent.name}{{x|}"
    )


@given(st.text(alphabet="{}|ab.", max_size=12), st.text(max_size=8))
def test_whatever_is_accepted_can_be_filled(text: str, value: str) -> None:
    """A49: and nothing that is put in is looked at."""
    if fault(text, ("a", "b", "a.b", "b.a", "a.a", "b.b", "ab")) is None:
        pieces = list(parts(text))
        values = {one.name: value for one in pieces if isinstance(one, Placeholder)}
        expected = [
            value or one.otherwise if isinstance(one, Placeholder) else one for one in pieces
        ]
        assert filled(text, values) == "".join(expected)


REPLIES = (
    Reply(stream="1", title="Refund rules", trigger="money"),
    Reply(stream="2", title="How to refund", trigger="refund"),
    Reply(stream="3", title="Référence", trigger="r", own=True),
    Reply(stream="4", title="Opening hours", trigger="refunds", site="shop"),
    Reply(stream="5", title="refund rules", own=True),
)


@pytest.mark.parametrize(
    ("typed", "streams"),
    [
        ("#refund", "2451"),
        ("REF", "24351"),
        (" ref", "24351"),
        ("r", "32451"),
        ("rul", "51"),
        ("ref r", ""),
        ("efund", ""),
    ],
)
def test_a_few_letters_find_a_reply_S3_30(typed: str, streams: str) -> None:
    """S3-30: first the trigger, then the title's beginning, then one of its words."""
    assert "".join(one.stream for one in found(REPLIES, typed)) == streams


def test_without_a_letter_all_are_listed_by_title() -> None:
    assert "".join(one.stream for one in found(REPLIES, " ")) == "35241"


@pytest.mark.parametrize(
    ("scope", "suits"),
    [
        ({}, True),
        ({"queue": "sales"}, True),
        ({"queue": "support"}, False),
        ({"site": "shop"}, True),
        ({"site": "other"}, False),
        ({"language": "fr"}, True),
        ({"language": "FR-CA"}, True),
        ({"language": "de"}, False),
    ],
)
def test_a_reply_may_be_for_some_chats_only(scope: dict[str, str], suits: bool) -> None:  # noqa: FBT001
    """F38."""
    reply = Reply(stream="1", title="Hello", **scope)  # type: ignore[arg-type]

    assert reply.suits(queue="sales", site="shop", language="fr") is suits


def test_a_visitor_whose_language_nobody_knows_may_get_any_reply() -> None:
    reply = Reply(stream="1", title="Bonjour", language="fr")

    assert reply.suits(queue="", site="", language="")
