"""Emoji by name."""

import re
import unicodedata

import pytest
from hypothesis import given, strategies as st

from livechat_core.emoji import EMOJI, named, replaced


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (":thumbsup:", "👍"),
        ("Great :tada: and thanks :pray:!", "Great 🎉 and thanks 🙏!"),
        (":smile::smile:", "😄😄"),
        (":nobody:smile:", ":nobody😄"),
        ("at 10:30:45, or :nothing:", "at 10:30:45, or :nothing:"),
        ("https://shop.example:80:/x", "https://shop.example:80:/x"),
        ("::", "::"),
        ("", ""),
    ],
)
def test_names_become_signs_S3_31(text: str, said: str) -> None:
    """S3-31, S1-8."""
    assert replaced(text) == said


@given(st.text(alphabet=":abx \n", max_size=30).filter(lambda text: ":x:" not in text))
def test_a_text_without_a_name_stays_as_it_is(text: str) -> None:
    assert replaced(text) == text


def test_a_beginning_lists_names_S3_31() -> None:
    assert named(":thumb") == named("Thumb") == {"thumbsup": "👍", "thumbsdown": "👎"}
    assert named("") == EMOJI
    assert named("nobody") == {}


def test_the_table_is_of_signs_with_plain_names() -> None:
    assert 150 <= len(EMOJI) <= 300
    assert len(set(EMOJI.values())) == len(EMOJI)
    for name, sign in EMOJI.items():
        assert re.fullmatch(r"[a-z0-9_-]+", name)
        assert not sign.isascii()
        assert any(unicodedata.category(letter) in ("So", "Sm", "Po") for letter in sign), name
