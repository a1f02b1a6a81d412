"""What a visitor's words mean."""

import pytest

from livechat_core.flow.matching import (
    email_in,
    is_one_of,
    like,
    name_in,
    phone_in,
    same,
    says,
    words_of,
)


@pytest.mark.parametrize(
    ("text", "phrase", "said"),
    [
        ("What are the prices?", "prices", True),
        ("What are the prices?", "price", False),
        ("What are the prices?", "pric*", True),
        ("Preisänderung!", "*anderung", True),
        ("Straßenpreisliste", "*PREIS*", True),
        ("your opening-hours, please", "opening hours", True),
        ("hours of opening", "opening hours", False),
        ("opening", "opening hours", False),
        ("", "hours", False),
        ("\U0001f44d", "\U0001f44d", False),
        ("anything", "*", False),
        ("anything", "", False),
    ],
)
def test_words_are_found_whatever_case_and_accents(text: str, phrase: str, said: bool) -> None:  # noqa: FBT001
    assert says(text, ["none of it", phrase]) is said


@pytest.mark.parametrize(
    ("text", "only"),
    [("Real person!", True), ("a real person", False), ("person", False), ("", False)],
)
def test_a_phrase_may_have_to_stand_alone(text: str, only: bool) -> None:  # noqa: FBT001
    assert is_one_of(text, ["human", "real person"]) is only


def test_texts_are_the_same_whatever_case_accents_and_blanks() -> None:
    assert same(" Été  ", "ete")
    assert same("\U0001f44d", " \U0001f44d")
    assert not same("\U0001f44d", "\U0001f44e")
    assert words_of("C'est l'ÉTÉ\n2027!") == ("c", "est", "l", "ete", "2027")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("clara@example.org", "clara@example.org"),
        ("It is clara@Example.ORG, thanks", "clara@example.org"),
        ("<clara@example.org> (clara@example.org)", "clara@example.org"),
        ("clara@example.org or jonas@example.org", ""),
        ("clara@localhost", ""),
        ("clara (at) example.org", ""),
        ("", ""),
    ],
)
def test_an_address_is_taken_out_of_a_line_if_there_is_one(text: str, address: str) -> None:
    assert email_in(text) == address


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+45 33 00 00 00", "+45 33 00 00 00"),
        ("at 030/12 34-56, in the evening", "030/12 34-56"),
        ("(030) 123456", "(030) 123456"),
        ("0170\n1234567", "0170 1234567"),
        ("33 00 00 00 or 44 00 00 00", ""),
        ("1234", ""),
        ("1234567890123456", ""),
        ("no number", ""),
    ],
)
def test_a_number_is_taken_out_of_a_line_if_there_is_one(text: str, number: str) -> None:
    assert phone_in(text) == number


def test_a_number_is_no_longer_than_a_number_may_be() -> None:
    assert phone_in("0-" * 10 + " " * 5000 + "1") == "0-" * 10 + " 1"
    assert phone_in("1" + " - " * 17 + "23456") == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Clara   Holm ", "Clara Holm"),
        ("李", "李"),
        ("", ""),
        ("Support", ""),
        ("42", ""),
        ("x" * 101, ""),
    ],
)
def test_a_name_has_letters_and_is_not_the_desk_s_own(text: str, name: str) -> None:
    assert name_in(text) == name


@pytest.mark.parametrize(
    ("text", "patterns", "found"),
    [
        ("order A-12.", ["@-##"], "A-12"),
        ("order a-12", ["X-##", "A-##"], "a-12"),
        ("order A-123", ["@-##"], ""),
        ("order 1-12", ["@-##"], ""),
        ("order A-x2", ["@-##"], ""),
        (" any\nthing ", [], "any thing"),
    ],
)
def test_a_word_that_looks_as_it_must_is_found(text: str, patterns: list[str], found: str) -> None:
    assert like(text, patterns) == found
