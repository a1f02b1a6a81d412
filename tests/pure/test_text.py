"""What input text must look like; the cases are named by their number in the list of bad input."""

import unicodedata

import hypothesis
import pytest
from hypothesis import strategies as st

from livechat_core.errors import Invalid, LimitExceeded, LivechatError
from livechat_core.text import (
    Cleaner,
    clean_body,
    clean_email,
    clean_line,
    clean_name,
    clean_note,
    clean_optional_email,
    clean_phone,
    clean_title,
    clean_url,
    clean_values,
    clean_word,
    normal_email,
    shortened,
    unlinked,
)

CLEANERS = [
    *(clean_body, clean_note, clean_line, clean_name, clean_title, clean_word, clean_email),
    *(clean_optional_email, clean_url, clean_phone),
]


def refusal(clean: Cleaner, text: object) -> str:
    with pytest.raises(LivechatError) as caught:
        clean(text)
    assert isinstance(caught.value, Invalid | LimitExceeded)
    return caught.value.code


# --- messages ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["\ud800", "\udc00\ud800", "a\x00b", "\x1b[2J", "\x07", "a\bb", "\x85", "\ufffe", "\uffff"],
    ids=["B1", "B2", "B4", "B18-esc", "B18-bel", "B18-bs", "C1", "B17", "B17-ffff"],
)
def test_surrogates_and_controls_are_refused_B1_B2_B4_B17_B18(text: str) -> None:
    for clean in (clean_body, clean_note, clean_name, clean_phone):
        assert refusal(clean, text) == "invalid_text"


@pytest.mark.parametrize(
    "text",
    ["\U0001f600", "a\u202eb", "\u2066" * 1000, "e" + "\u0301" * 2000, "\ufdfa" * 1000, "a\u2028b"],
    ids=["B3", "B8", "B10", "B14", "B15", "B19"],
)
def test_other_texts_are_kept_as_they_are_B3_B8_B14_B15_B19(text: str) -> None:
    if text.startswith("\u2066"):
        text += "a"
    assert clean_body(text) == text


@pytest.mark.parametrize(
    "text",
    ["\u200b\u200d", "\ufeff", " \t\n", "\u00a0", "\u3000", "\u2800", "\u3164", "\ufe0f"],
)
def test_what_shows_nothing_is_empty_B12_B13(text: str) -> None:
    for clean in (clean_body, clean_note, clean_name):
        assert refusal(clean, text) == "invalid_text"


def test_line_breaks_become_one_kind() -> None:
    assert clean_body("a\r\nb\rc\n\td") == "a\nb\nc\n\td"


def test_a_message_has_5000_characters_and_20_KiB_B22() -> None:
    assert len(clean_body("\U0001f600" * 5000)) == 5000
    assert refusal(clean_body, "a" * 5001) == "too_long"
    assert refusal(clean_body, "\U0001f600" * 5001) == "too_long"


def test_an_optional_text_may_be_empty() -> None:
    assert (clean_note(""), clean_note("Hello")) == ("", "Hello")
    assert refusal(clean_body, "") == "invalid_text"


# --- names and lines ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["'", "Robert'); --", "<b>", "null", "undefined", "NaN", "\U0001f600"]
)
def test_odd_names_are_literal_text_B52(name: str) -> None:
    assert clean_name(name) == name


def test_an_empty_name_is_a_guests_B53() -> None:
    assert clean_name("") == ""


def test_a_name_is_one_short_line_B52() -> None:
    assert clean_name(" Maria\r\n  Berg\t") == "Maria Berg"
    assert clean_line("x" * 100) == "x" * 100
    assert refusal(clean_name, "x" * 101) == "too_long"
    assert refusal(clean_name, "x" * 10_000) == "too_long"


def test_bidi_signs_tags_and_zero_width_leave_a_name_B9_B21() -> None:
    assert clean_name("Ma\u202eria\u200b\U000e0041") == "Maria"
    assert clean_name("\U0001f469\u200d\U0001f680") == "\U0001f469\u200d\U0001f680"


def test_a_pile_of_marks_is_no_name_B14() -> None:
    assert refusal(clean_name, "e" + "\u0301" * 2000) == "invalid_text"
    assert clean_name("Zoe\u0308") == "Zo\u00eb"


def test_the_same_name_is_stored_once_as_NFC_B20() -> None:
    assert clean_name("Jo\u0308rg") == clean_name("J\u00f6rg")


@pytest.mark.parametrize("name", ["System", "SUPPORT", " bot "])
def test_nobody_poses_as_the_desk_B16(name: str) -> None:
    assert refusal(clean_name, name) == "invalid_text"
    assert clean_name("Supp\u043ert") == "Supp\u043ert"  # a look-alike; the role mark tells


def test_a_title_is_mended_and_cut_and_never_refused() -> None:
    assert clean_title(" Drums\n &\x00 more\ud800 ") == "Drums & more"
    assert clean_title("x" * 301) == "x" * 299 + "\u2026"
    assert clean_title("x" * 1_000_000)[-1] == "\u2026"
    assert clean_title(" \u200b ") == ""


@pytest.mark.parametrize("word", ["", "performances", "presence/ana.1", "a_b-c:d"])
def test_an_id_is_a_plain_word(word: str) -> None:
    assert clean_word(word) == word


@pytest.mark.parametrize("word", ["a b", "a'b", "a\n", "\x00", "\u00e9", "x" * 101])
def test_anything_else_is_no_id_B77(word: str) -> None:
    assert refusal(clean_word, word) == "invalid_type"


def test_a_phone_number_is_kept_as_it_was_typed_B54() -> None:
    for text in ("call me", "\u0661\u0662\u0663", "+47 12 34 ext. 5", ""):
        assert clean_phone(text) == text
    assert refusal(clean_phone, "+" * 100) == "too_long"
    assert refusal(clean_phone, "+" * 41) == "too_long"


# --- e-mail ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("maria@example.org", "maria@example.org"),
        ("  maria@example.org ", "maria@example.org"),
        ("A.User+tag@Example.ORG", "A.User+tag@example.org"),
        ("a@b\u00fccher.example", "a@xn--bcher-kva.example"),
        ("a@B\u00dcCHER.example", "a@xn--bcher-kva.example"),
        ("a@bu\u0308cher.example", "a@xn--bcher-kva.example"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ("x" * 64 + "@example.org", "x" * 64 + "@example.org"),
        (f"ab@{'x.' * 124}org", f"ab@{'x.' * 124}org"),
    ],
)
def test_a_plain_address_is_kept_with_its_domain_in_small_ASCII_B44_B46(
    text: str, address: str
) -> None:
    assert clean_email(text) == address


@pytest.mark.parametrize(
    "text",
    [
        *("", "maria", "a@b.c\r\nBcc: x@y.z", "a@b.c\n", "a@b.c\rd", "\na@b.c"),
        *('"quoted local"@example.org', '"a@b"@example.org'),
        *("a@[127.0.0.1]", "a@localhost", "a@intranet", "a@127.0.0.1"),
        "j\u00f6rg@example.org",
        *("x" * 65 + "@example.org", f"abc@{'x.' * 124}org", "a@" + "x" * 64 + ".org"),
        *("a@b@c.org", "a@.org", ".a@b.org", "a..b@c.org", "a.@c.org", "a@b.org.", "a b@c.org"),
        *("a@b c.org", "a@-b.org", "a@b-.org", "a@b_c.org", "a@" + "x." * 600_000 + "org"),
        *("x@y.org, z@y.org", "x@y.org;z@y.org", "Me <x@y.org>"),
        *("a\uff20b.org", "a@b\uff0eorg", "a@b\u3002org", "a@\uff42.org", "a@b\uff61org"),
        *("mailto:a@b.org", "<a@b.org>"),
        *("a@fa\u00df.de", "a@b\u200d.org", "a@\ud800.org"),
    ],
)
def test_everything_else_is_no_address_B41_to_B51(text: str) -> None:
    assert refusal(clean_email, text) == "invalid_email"


def test_an_address_may_be_left_out() -> None:
    assert clean_optional_email(" ") == ""
    assert clean_optional_email("maria@example.org") == "maria@example.org"
    assert refusal(clean_optional_email, "maria") == "invalid_email"


def test_addresses_are_compared_without_case_and_blanks_S0_27() -> None:
    assert normal_email(" Maria@Example.org\t") == normal_email("maria@example.org")


# --- page addresses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("", ""),
        ("https://shop.example", "https://shop.example/"),
        ("HTTPS://Shop.Example/A?b=C", "https://shop.example/A?b=C"),
        ("http://127.0.0.1:8765/sites/drumstory/", "http://127.0.0.1:8765/sites/drumstory/"),
        ("http://[::1]:8765/", "http://[::1]:8765/"),
        ("https://user:pass@shop.example/", "https://shop.example/"),
        ("https://user@b\u00fccher.example/", "https://xn--bcher-kva.example/"),
        ("https://shop.example/?q=a%20b+c&flag&x=", "https://shop.example/?q=a%20b+c&flag&x="),
        (
            "https://shop.example/?a=1&token=T&CODE=C&e%6Dail=m&b=2#frag",
            "https://shop.example/?a=1&b=2",
        ),
        ("https://shop.example/?email=m", "https://shop.example/"),
    ],
)
def test_a_page_address_is_kept_without_user_secrets_and_fragment_B57_B62_B63(
    text: str, url: str
) -> None:
    assert clean_url(text) == url


@pytest.mark.parametrize(
    "text",
    [
        *("javascript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", " https://x.org"),
        *("data:text/html,x", "blob:https://x", "file:///etc", "intent:x", "chrome://x", "ftp://x"),
        "https://shop.example\\@evil.example/",
        *("//evil.example", "http:evil.example", "https:///x", "https://a b/", "https://@/"),
        *("https://x.org:0/", "https://x.org:99999/", "https://x.org:\u0661/", "https://x.org:a/"),
        *("https://[::1/", "https://[zz]/", "https://a<b/", 'https://a"b/', "https://\u2100.org/"),
        *("https://fa\u00df.de/", "https://a..b/", "https://x.org/\ud800", "https://x.org/\u202e"),
    ],
)
def test_everything_else_is_no_page_address_B55_to_B60(text: str) -> None:
    assert refusal(clean_url, text) == "invalid_url"


def test_a_long_page_address_is_cut_with_a_mark_B61() -> None:
    long = clean_url("https://shop.example/?" + "&".join(f"p{n}={n}" for n in range(1000)))
    huge = clean_url("https://shop.example/" + "x" * 100_000)

    for url in (long, huge):
        assert len(url) == 2048
        assert url[-1] == "\u2026"


# --- cutting -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long\u2026"),
        ("abe\u0301fg", 4, "ab\u2026"),
        ("a\U0001f469\u200d\U0001f680bc", 4, "a\u2026"),
        ("a\U0001f469\u200d\U0001f680bc", 3, "a\u2026"),
        ("a\U0001f44d\U0001f3fdbcd", 3, "a\u2026"),
        ("a\U0001f1e9\U0001f1eabc", 3, "a\u2026"),
        ("\U0001f1e9\U0001f1ea\U0001f1f3\U0001f1f4", 3, "\U0001f1e9\U0001f1ea\u2026"),
        ("a\U0001f1e9bcd", 3, "a\U0001f1e9\u2026"),
        ("\u0301" * 9, 3, "\u2026"),
    ],
)
def test_a_text_is_never_cut_inside_one_sign_B11(text: str, limit: int, short: str) -> None:
    assert shortened(text, limit) == short


# --- all cleaners ------------------------------------------------------------------------------


@pytest.mark.parametrize("clean", CLEANERS, ids=lambda clean: clean.__name__)
@hypothesis.given(
    text=st.text(st.characters(), max_size=80) | st.text("ae@.:/?&=-\u0301\u200d\x00 ", max_size=60)
)
@hypothesis.settings(max_examples=60)
def test_a_cleaner_refuses_or_returns_what_it_would_return_again(clean: Cleaner, text: str) -> None:
    try:
        cleaned = clean(text)
    except (Invalid, LimitExceeded):
        return
    assert clean(cleaned) == cleaned
    assert not any(unicodedata.category(letter) == "Cs" or letter == "\x00" for letter in cleaned)


# --- what nobody vouches for ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Buy at https://evil.example/x now.", "Buy at https[:]//evil[.]example/x now."),
        ("www.evil.co.uk", "www[.]evil[.]co[.]uk"),
        ("It costs 1.25. Fine... Is it?", "It costs 1.25. Fine... Is it?"),
        ("\u0435vil.\u0440\u0444", "\u0435vil[.]\u0440\u0444"),
    ],
)
def test_no_mail_program_finds_a_link_in_it_A23(text: str, safe: str) -> None:
    assert unlinked(text) == safe


def test_values_of_custom_fields_are_single_lines_with_plain_names_S1_2() -> None:
    assert clean_values({"order": " 7\n8 "}) == {"order": "7 8"}
    assert refusal(clean_values, {"or der": "7"}) == "invalid_type"
    assert refusal(clean_values, {"order": "\x00"}) == "invalid_text"
    assert refusal(clean_values, {f"f{number}": "" for number in range(21)}) == "too_long"
