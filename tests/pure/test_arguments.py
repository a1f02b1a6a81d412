"""Every field of every command that may come over the wire, with every kind of bad value."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, strategies as st

from livechat_core import ban, conversation, text, visit
from livechat_core.access import COMMANDS
from livechat_core.codec import MAX_INTEGER, Field, arguments, schema
from livechat_core.errors import Invalid, LimitExceeded
from livechat_core.streams import GIVEN, Command

CLEAN: dict[Any, Any] = {
    text.clean_values: {"a": "b"},
    text.clean_email: "maria@customer.example",
    text.clean_optional_email: "maria@customer.example",
    text.clean_url: "https://shop.example/shoes",
}
PLAIN: dict[Any, Any] = {int: 3, int | None: 3, bool: True, tuple[str, ...]: ["ana"]}
FITS: dict[Any, tuple[Any, ...]] = {
    str: ("x", "1"),
    int: (1,),
    int | None: (None, 1),
    bool: (True,),
    Mapping[str, Any]: ({}, {"a": 1}, {"a": "b"}),
}
WRONG: tuple[Any, ...] = (None, 1, 1.0, True, "x", "1", [], [1], {}, {"a": 1}, {"a": "b"})
CLASSES: list[Any] = [entry.command for entry in COMMANDS.values()]
FIELDS = [(kind, field) for kind in CLASSES for field in schema(kind).values()]
TEXTS = [(kind, field) for kind, field in FIELDS if field.clean and field.type is str]
ids = {"ids": lambda one: one.name if isinstance(one, Field) else one.__qualname__}


def good(field: Field) -> Any:
    """Return a value the field takes."""
    if field.clean:
        return CLEAN.get(field.clean, "word")
    if field.type in PLAIN:
        return PLAIN[field.type]
    if field.name == "pages":
        return [{"site": "shop", "url": "https://shop.example/", "title": "x"}]
    return {"a": "b"}


def full(kind: type[Command]) -> dict[str, Any]:
    return {name: good(field) for name, field in schema(kind).items()}


def refused(kind: type[Command], params: dict[str, Any]) -> Invalid | LimitExceeded:
    with pytest.raises((Invalid, LimitExceeded)) as caught:
        arguments(kind, params)
    assert isinstance(caught.value, Invalid | LimitExceeded)
    return caught.value


@pytest.mark.parametrize("kind", CLASSES, ids=lambda one: one.__qualname__)
def test_good_values_make_a_command(kind: type[Command]) -> None:
    assert kind(**arguments(kind, full(kind)))


@pytest.mark.parametrize(("kind", "field"), FIELDS, **ids)
def test_a_missing_field_is_refused_if_it_is_required(kind: type[Command], field: Field) -> None:
    """B30."""
    params = full(kind)
    del params[field.name]
    if field.required:
        error = refused(kind, params)
        assert (error.code, error.facts["field"]) == ("invalid_type", field.name)
    else:
        assert field.name not in arguments(kind, params)


@pytest.mark.parametrize(("kind", "field"), FIELDS, **ids)
@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_a_value_of_another_type_is_refused(
    kind: type[Command], field: Field, wrong: object
) -> None:
    """B27, B29, B30, B33: the answer names the field."""
    right = FITS.get(field.type, ([], {}, {"a": "b"}))
    if any(type(one) is type(wrong) and one == wrong for one in right):
        return
    error = refused(kind, {**full(kind), field.name: wrong})
    assert (error.code, error.facts["field"]) == ("invalid_type", field.name)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda one: one.__qualname__)
@pytest.mark.parametrize(
    "extra", ["nonsense", "__proto__", "__class__", "constructor", "id", "kind", ""]
)
def test_an_extra_field_is_refused(kind: type[Command], extra: str) -> None:
    """B30, B34."""
    error = refused(kind, {**full(kind), extra: "x"})
    assert (error.code, error.facts["why"]) == ("invalid_type", "unknown field")


@pytest.mark.parametrize("kind", CLASSES, ids=lambda one: one.__qualname__)
def test_nobody_can_say_what_only_the_desk_knows(kind: type[Command]) -> None:
    """A6, A14: who acts, where from, which seat."""
    hints = __import__("typing").get_type_hints(kind, include_extras=True)
    given_fields = [
        name for name, hint in hints.items() if GIVEN in getattr(hint, "__metadata__", ())
    ]
    assert "by" in given_fields
    for name in given_fields:
        for smuggled in ({"role": "supervisor", "id": "sam"}, "x", None, 1):
            assert refused(kind, {**full(kind), name: smuggled}).facts["field"] == name


def test_given_fields_are_the_ones_we_know() -> None:
    assert "origin" not in schema(conversation.Start)
    assert "seat" not in schema(conversation.Pick)
    assert "token" not in schema(ban.Ask)
    page = {"site": "a", "url": "https://a.example/", "at": 5}
    with pytest.raises(Invalid):
        arguments(visit.View, {"pages": [page]})


LONG = {
    text.clean_body: (5001, "too_long"),
    text.clean_note: (5001, "too_long"),
    text.clean_line: (101, "too_long"),
    text.clean_name: (101, "too_long"),
    text.clean_phone: (41, "too_long"),
    text.clean_tag: (51, "too_long"),
    text.clean_word: (101, "invalid_type"),
    text.clean_email: (255, "invalid_email"),
    text.clean_optional_email: (255, "invalid_email"),
}


@pytest.mark.parametrize(("kind", "field"), TEXTS, **ids)
def test_a_text_that_is_too_long_is_refused_or_cut(kind: type[Command], field: Field) -> None:
    """B22, B52."""
    if field.clean in LONG:
        length, code = LONG[field.clean]
        error = refused(kind, {**full(kind), field.name: "x" * length})
        assert error.code == code
        return
    start = "https://shop.example/" if field.clean is text.clean_url else ""
    found = arguments(kind, {**full(kind), field.name: start + "x" * 10_000})[field.name]
    assert len(found) <= 2048


BAD = ("a\x1b[2Jb", "a\x00b", "a\ud800b", "a\ufffeb", "\u200b\u200b", "\u3000", "\r\nBcc: a@b.c")


@pytest.mark.parametrize(("kind", "field"), TEXTS, **ids)
@pytest.mark.parametrize("bad", BAD, ids=ascii)
def test_bad_characters_never_come_in(kind: type[Command], field: Field, bad: str) -> None:
    """B1 to B21, B41: refused, or mended where a text is only shown."""
    params = {**full(kind), field.name: bad}
    try:
        found = arguments(kind, params)[field.name]
    except (Invalid, LimitExceeded) as error:
        assert error.code in {"invalid_text", "invalid_type", "invalid_email", "invalid_url"}  # noqa: PT017 - it may be accepted
        assert field.name == error.facts["field"]  # noqa: PT017 - it may be accepted
    else:
        assert not set(found) & set("\x1b\x00\ud800\ufffe\r")


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**63, 10**400, -(10**30)])
def test_integers_stay_in_range(number: int) -> None:
    """B26, B27."""
    error = refused(conversation.Rate, {"value": number})
    assert error.code == "invalid_type"
    assert arguments(conversation.Rate, {"value": MAX_INTEGER}) == {"value": MAX_INTEGER}
    assert arguments(conversation.Rate, {"value": -0}) == {"value": 0}


def test_what_is_wrong_inside_a_value_is_named() -> None:
    pages = [{"site": "a", "url": "https://a.example/"}, {"site": "a", "url": "javascript:1"}]
    error = refused(visit.View, {"pages": pages})
    assert (error.code, error.facts["field"]) == ("invalid_url", "url")
    assert refused(visit.View, {"pages": "x"}).facts["field"] == "pages"
    assert refused(visit.View, {"pages": ["x"]}).facts["field"] == "pages"
    assert refused(conversation.Introduce, {"fields": {"a": 1}}).facts == {
        "field": "fields",
        "why": "Expected `str`, got `int` - at `$[...]`",
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(st.sampled_from(CLASSES), st.data())
def test_whatever_comes_is_a_command_or_a_refusal(kind: type[Command], data: Any) -> None:
    """A78."""
    names = st.sampled_from([*schema(kind), "by", "x"])
    params = {**full(kind), **data.draw(st.dictionaries(names, json_values))}
    try:
        assert kind(**arguments(kind, params))
    except (Invalid, LimitExceeded) as error:
        assert error.http_hint in (400, 429)  # noqa: PT017 - it may be accepted
