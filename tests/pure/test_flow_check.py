"""A flow that could fail a visitor is refused, and everything that is wrong is told in one go."""

from typing import Any

import pytest

from livechat_core import flow
from livechat_core.flow import CODES, Flow
from livechat_core.flow.format import Go, Step
from tests.pure.flows import BYE, PERSON, codes, small, tables

SAY = {"say": "Hm?"}


def choices(*texts: Any, to: str = "person") -> list[dict[str, Any]]:
    return [{"text": text, "to": to} for text in texts]


def at(problems: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(place.removeprefix("steps.first").removeprefix("."), code) for place, code in problems]


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ({"say": " ", "end": "close"}, ("say", "empty_text")),
        ({"say": ["a", ""], "end": "close"}, ("say.2", "empty_text")),
        ({"say": "a\0b", "end": "close"}, ("say", "bad_text")),
        ({"say": "a" * 4001, "end": "close"}, ("say", "bad_text")),
        ({"say": {}, "end": "close"}, ("say", "wrong_type")),
        ({"say": {"en": "Y", "fr": "O"}, "end": "close"}, ("say.fr", "unknown_language")),
        ({**SAY, "sorry": "", "ask": "shoe", "to": "person"}, ("sorry", "empty_text")),
        ({**SAY, "choices": choices("A" * 101)}, ("choices.1.text", "bad_text")),
        ({"say": "a", "end": "close", "note": "x" * 501}, ("note", "bad_text")),
        ({"ask": "shoe", "to": "person"}, ("", "silent_question")),
        ({"choices": choices("A")}, ("", "silent_question")),
        ({"unsolved": "person"}, ("", "silent_question")),
    ],
)
def test_what_cannot_be_read_is_found(step: dict[str, Any], problem: tuple[str, str]) -> None:
    assert at(codes(tables(step))) == [problem]


def test_pages_alone_may_be_asked_about() -> None:
    page = {"text": "Prices", "url": "https://shop.example/"}
    assert codes(tables({"links": [page], "unsolved": "person"})) == []


@pytest.mark.parametrize(
    "url",
    [
        "shop.example",
        "ftp://shop.example/a",
        "javascript:alert(1)",
        "https://",
        " https://shop.example/",
        "https://me:secret@shop.example/",
    ],
)
def test_a_link_is_a_whole_web_address(url: str) -> None:
    page = {"text": "Prices", "url": url}
    assert at(codes(tables({"links": [page], "end": "close"}))) == [("links.1.url", "bad_link")]


def test_a_link_is_not_empty_nor_endless() -> None:
    for url, code in (("", "empty_text"), ("https://a.example/" + "a" * 2000, "bad_text")):
        page = {"text": "Prices", "url": url}
        assert ("links.1.url", code) in at(codes(tables({"links": [page], "end": "close"})))


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({"text": "Yes"}, {"text": " yes "}, True),
        ({"text": "Yes"}, {"text": "Oui", "words": ["YES"]}, True),
        ({"text": "Yes", "words": ["ok"]}, {"text": "No", "words": "ok"}, True),
        ({"text": {"en": "Yes"}}, {"text": {"en": "No"}}, False),
        ({"text": "\U0001f44d"}, {"text": "\U0001f44e"}, False),
    ],
)
def test_choices_must_differ(first: dict[str, Any], second: dict[str, Any], same: bool) -> None:  # noqa: FBT001
    rows = [{**one, "to": "person"} for one in (first, second)]
    wanted = [("choices.2", "same_choice")] if same else []
    assert at(codes(tables({**SAY, "choices": rows}))) == wanted


def test_choices_must_differ_in_each_language() -> None:
    rows = choices({"en": "Yes", "fr": "Si"}, {"en": "Sure", "fr": "Si"})
    top = {"languages": ["en", "fr"], "words": {"sorry": "?", "nobody": "?"}}
    found = codes({**tables({**SAY, "choices": rows}), **top})
    assert at(found) == [("choices.2", "same_choice")]


@pytest.mark.parametrize("word", ["*", "?!", "pr*ce", "opening h*rs"])
def test_a_word_that_nobody_can_say_is_found(word: str) -> None:
    rows = [{"text": "A", "to": "person", "words": [word]}]
    case = {"cases": [{"words": word, "to": "person"}], "to": "person"}
    assert at(codes(tables({**SAY, "choices": rows}))) == [("choices.1.words", "bad_word")]
    assert at(codes(tables(case))) == [("cases.1.words", "bad_word")]
    assert codes({**tables(BYE), "escape": [word]}) == [("escape", "bad_word")]


def test_there_are_not_too_many_choices_or_fields() -> None:
    assert at(codes(tables({**SAY, "choices": choices(*"ABCDEFGHIJKLM")}))) == [
        ("choices", "too_many")
    ]
    fields = {f"s{n}": {**SAY, "ask": f"a{n}", "to": f"s{n + 1}"} for n in range(20)}
    found = codes(tables({**SAY, "ask": "first", "to": "s0"}, **fields, s20=BYE))
    assert found == [("steps", "too_many")]


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        ({}, ("cases.1", "empty_case")),
        ({"language": "fr"}, ("cases.1.language", "unknown_language")),
        ({"answers": {"size": "9"}}, ("cases.1.answers.size", "unknown_field")),
        ({"answers": {"topic": "Price"}}, ("cases.1.answers.topic", "unknown_answer")),
    ],
)
def test_a_case_that_never_holds_is_found(case: dict[str, Any], problem: tuple[str, str]) -> None:
    menu = {**SAY, "ask": "topic", "choices": choices("Prices", to="first")}
    decide = {"cases": [{**case, "to": "person"}], "to": "person"}
    top = {"start": "menu"}
    assert at(codes({**tables(decide, menu=menu), **top})) == [problem]


def test_a_case_may_ask_for_an_answer_in_free_words() -> None:
    menu = {**SAY, "ask": "topic", "choices": choices("Prices", to="free")}
    free = {**SAY, "ask": "topic", "to": "first"}
    decide = {"cases": [{"answers": {"topic": "Tax"}, "to": "person"}], "to": "person"}
    assert codes({**tables(decide, menu=menu, free=free), "start": "menu"}) == []


def test_queues_and_sites_are_those_of_the_desk() -> None:
    cases = [{"queue": ["tax", "art"], "to": "person"}, {"site": "shop", "to": "person"}]
    person = {**PERSON, "queue": "art"}
    found = tables({"cases": cases, "to": "person"}, person=person)
    assert codes(found) == []
    assert codes(found, queues={"art", "tax"}, sites={"shop"}) == []
    assert codes(found, queues={"tax"}, sites=()) == [
        ("steps.first.cases.1.queue", "unknown_queue"),
        ("steps.first.cases.2.site", "unknown_site"),
        ("steps.person.queue", "unknown_queue"),
    ]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({**SAY, "ask": "shoe", "to": "person"}, ["sorry", "nobody"]),
        ({**SAY, "ask": "phone", "to": "person"}, ["sorry", "bad_phone", "nobody"]),
        ({**SAY, "unsolved": "person"}, ["sorry", "helped", "yes", "no", "solved", "nobody"]),
    ],
)
def test_what_the_bot_says_by_itself_is_translated_too(
    step: dict[str, Any], words: list[str]
) -> None:
    found = codes({**tables(step), "languages": ["en", "fr"]})
    assert found == [(f"words.{word}", "missing_translation") for word in words]


def test_what_the_bot_never_says_needs_no_translation() -> None:
    step = {"say": "So.", "solved": "late", "unsolved": "person"}
    late = {"say": "Late.", "end": "leave_message"}
    top = {"languages": ["de"], "nobody": "late", "words": {"sorry": "Wie?", "helped": "Gut?"}}
    found = codes({**tables(step, late=late), **top})
    assert [place for place, _ in found] == ["words.yes", "words.no", "words.nobody"]


def test_unknown_steps_are_told_and_nothing_that_follows_from_them() -> None:
    step = {"cases": [{"site": "a", "to": "b"}], "to": "c"}
    menu = {**SAY, "choices": choices("A", to="d"), "to": "e"}
    helped = {**SAY, "unsolved": "f", "solved": "g"}
    found = codes({**tables(step, menu=menu, helped=helped), "start": "x", "nobody": "y"})
    assert found == [
        ("start", "unknown_step"),
        ("nobody", "unknown_step"),
        ("steps.first.cases.1.to", "unknown_step"),
        ("steps.first.to", "unknown_step"),
        ("steps.menu.choices.1.to", "unknown_step"),
        ("steps.menu.to", "unknown_step"),
        ("steps.helped.solved", "unknown_step"),
        ("steps.helped.unsolved", "unknown_step"),
    ]


def test_steps_that_nothing_leads_to_are_found() -> None:
    assert codes(tables(BYE, lost={"to": "bye"}, bye=BYE)) == [
        ("steps.lost", "unreachable"),
        ("steps.bye", "unreachable"),
    ]


def test_a_step_without_a_way_out_is_found() -> None:
    asks = {"say": "And?", "ask": "more", "to": "first"}
    assert codes(tables({"say": "Hm.", "ask": "some", "to": "second"}, second=asks)) == [
        ("steps.first", "no_way_out"),
        ("steps.second", "no_way_out"),
    ]


def test_circles_without_a_question_are_all_found_with_their_way() -> None:
    menu = {**SAY, "choices": [{"text": "A", "to": "a"}, {"text": "B", "to": "b"}]}
    a = {"cases": [{"site": "x", "to": "person"}], "to": "a2"}
    b = {"cases": [{"site": "x", "to": "person"}], "to": "b"}
    _, found = flow.examine(tables(menu, a=a, a2={"to": "a3"}, a3={"to": "a"}, b=b))
    assert sorted(map(str, found)) == [
        "steps.a: endless_loop (a -> a2 -> a3 -> a)",
        "steps.b: endless_loop (b -> b)",
    ]


def test_a_claim_that_is_known_already_does_not_stop_a_circle() -> None:
    asks = {"say": "Mail?", "ask": "email", "to": "first"}
    decide = {"cases": [{"site": "x", "to": "person"}], "to": "mail"}
    assert codes(tables(decide, mail=asks)) == [("steps.first", "endless_loop")]
    shoe = {"say": "Size?", "ask": "shoe", "to": "first"}
    assert codes(tables(decide, mail=shoe)) == []


def test_a_turn_is_not_too_long() -> None:
    steps = {f"s{n}": {"to": f"s{n + 1}"} for n in range(19)}
    assert codes(tables({"to": "s0"}, **steps, s19=BYE)) == [("steps.first", "long_turn")]
    talks = {"say": ["Hm."] * 5, "to": "second"}
    second = {"say": ["Hm."] * 5, "unsolved": "person"}
    assert codes(tables(talks, second=second)) == [("steps.first", "long_turn")]
    assert codes(tables(talks, second={**second, "say": ["Hm."] * 4})) == []
    ends = {"say": ["Hm."] * 5, "end": "hand_off"}
    assert codes(tables(talks, second=ends)) == []
    third = {"end": "hand_off"}  # where nobody is, a line is said all the same
    assert codes(tables(talks, second={"say": ["Hm."] * 5, "to": "third"}, third=third)) == [
        ("steps.first", "long_turn")
    ]


def test_who_finds_nobody_is_not_handed_over_at_once() -> None:
    late = {"cases": [{"site": "a", "to": "person"}, {"site": "b", "to": "late2"}], "to": "late2"}
    top = {"nobody": "late"}
    found = codes({**tables({"to": "person"}, late=late, late2={"to": "person"}), **top})
    assert found == [("steps.person", "nobody_hands_off")]
    asks = {**SAY, "ask": "patience", "choices": choices("Wait"), "to": "bye"}
    assert codes({**tables({"to": "person"}, late=asks, bye=BYE), **top}) == []


def test_all_kinds_of_problems_come_in_one_go() -> None:
    wrong = {
        "first": {"say": "", "choices": choices("A", "A"), "too": 1},
        "person": {**PERSON, "links": [{"text": "x", "url": "y"}]},
    }
    found = [code for _, code in codes({"start": "first", "person": "persn", "steps": wrong})]
    assert found == ["unknown_key", "empty_text", "bad_link", "same_choice", "unknown_step"]


def test_every_problem_has_a_code_that_is_explained() -> None:
    bare = Flow(steps={"a": Step(then=Go(to="b"))}, start="a", person="a")
    assert {problem.code for problem in flow.check(bare)} <= set(CODES)
    assert flow.check(small(BYE)) == ()
