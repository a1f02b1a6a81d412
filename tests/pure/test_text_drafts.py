"""What a visitor has typed so far: mended, never refused."""

import pytest
from hypothesis import given, strategies as st

from livechat_core.text import clean_draft


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", ""),
        ("  half a wo", "  half a wo"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("bell\x07 and\x00 \ud800", "bell and "),
        ("\u202eabc", "\u202eabc"),
    ],
)
def test_it_is_mended_S1_28(typed: str, shown: str) -> None:
    assert clean_draft(typed) == shown


@given(st.text(max_size=200), st.integers(0, 200))
def test_it_is_cut_A61(typed: str, times: int) -> None:
    shown = clean_draft(typed * times)

    assert len(shown) <= 5000
    shown.encode()
