"""What the desk itself says to visitors, and in which language (F62, S4-20)."""

import pytest

from livechat_core import texts
from livechat_core.rules import Site

SHOP = Site(name="Shop")


@pytest.mark.parametrize("language", texts.TEXTS)
def test_every_language_says_everything_with_the_same_places_F62(language: str) -> None:
    english, other = texts.TEXTS["en"], texts.TEXTS[language]

    assert other.keys() == english.keys()
    assert texts.faulty(other) == ""
    for key, text in english.items():
        assert set(texts._PLACE.findall(other[key])) == set(texts._PLACE.findall(text)), key


@pytest.mark.parametrize(
    ("language", "spoken", "found"),
    [
        ("de", "fr", "de"),
        ("auto", "fr-CA", "fr"),
        ("auto", "PL", "pl"),
        ("auto", "ja", "en"),
        ("auto", "", "en"),
    ],
)
def test_a_site_speaks_one_language_or_each_visitors_own_S4_20(
    language: str, spoken: str, found: str
) -> None:
    site = Site(name="Shop", language=language)

    assert texts.language_of(site, spoken) == found
    assert texts.texts_of(site, spoken)["you"] == texts.TEXTS[found]["you"]


def test_a_sites_own_words_come_first_and_the_english_ones_last_F62() -> None:
    site = Site(name="Shop", language="auto", texts={"ja": {"you": "あなた"}})

    assert texts.language_of(site, "ja-JP") == "ja"
    assert texts.texts_of(site, "ja")["you"] == "あなた"
    assert texts.texts_of(site, "ja")["send"] == "Send"
    assert texts.texts_of(SHOP)["you"] == "You"


def test_what_is_put_into_a_text_is_not_read_again() -> None:
    """A49."""
    told = texts.filled("{number} at {site}, {other}", number=7, site="{number}")

    assert told == "7 at {number}, {other}"


@pytest.mark.parametrize(
    ("own", "key"),
    [
        ({"you": "Me"}, ""),
        ({"yuo": "Me"}, "yuo"),
        ({"you": "{name}"}, "you"),
        ({"history_subject": "A\nBcc: b@c.example"}, "history_subject"),
    ],
)
def test_a_text_that_could_never_be_said_is_found(own: dict[str, str], key: str) -> None:
    assert texts.faulty(own) == key
