"""A flow is read from plain tables; what is wrong with their form is told by place and code."""

from typing import Any

import pytest

from livechat_core import flow
from livechat_core.errors import ConfigurationError
from livechat_core.flow.format import ESCAPE, WORDS, Text
from livechat_core.flow.problems import CODES, Problem
from tests.pure.flows import BYE, codes, small, tables

SAY = {"say": "Hm?"}
CHOICES = [{"text": "A", "to": "person"}]


def test_what_is_not_said_has_a_default() -> None:
    read = small(BYE)
    assert (read.languages, read.tries, read.escape, read.nobody) == (("en",), 2, ESCAPE, "")
    assert {name: read.word(name).by["en"] for name in WORDS} == WORDS


def test_texts_may_be_one_or_many_and_in_languages() -> None:
    read = small({"say": [{"en": "Hello."}, "Bye."], "end": "close"})
    assert read.steps["first"].say == (Text({"en": "Hello."}), Text({"": "Bye."}))


@pytest.mark.parametrize(
    ("top", "problem"),
    [
        ({"start": ""}, ("start", "wrong_type")),
        ({"person": 3}, ("person", "wrong_type")),
        ({"tries": 0}, ("tries", "wrong_type")),
        ({"tries": True}, ("tries", "wrong_type")),
        ({"languages": [1]}, ("languages", "wrong_type")),
        ({"escape": ""}, ("escape", "wrong_type")),
        ({"words": {"sory": "x"}}, ("words.sory", "unknown_key")),
        ({"words": {"sorry": {}}}, ("words.sorry", "wrong_type")),
        ({"words": "sorry"}, ("words", "wrong_type")),
        ({"stpes": {}}, ("stpes", "unknown_key")),
    ],
)
def test_what_is_wrong_at_the_top_is_named(top: dict[str, Any], problem: tuple[str, str]) -> None:
    assert codes({**tables(BYE), **top}) == [problem]


def test_what_is_missing_at_the_top_is_named() -> None:
    assert codes({}) == [("start", "missing_key"), ("person", "missing_key")]
    assert codes({"start": "a", "person": "a", "steps": 3})[0] == ("steps", "wrong_type")


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        (3, ("", "wrong_type")),
        ({}, ("", "no_way_on")),
        ({"say": 3, "end": "close"}, (".say", "wrong_type")),
        ({"say": ["x", 3], "end": "close"}, (".say.2", "wrong_type")),
        ({"say": {"en": 3}, "end": "close"}, (".say", "wrong_type")),
        ({"say": "x", "end": "cloze"}, (".end", "not_one_of")),
        ({"say": "x", "end": ["close", "hand_off"]}, (".end", "two_ways_on")),
        ({"say": "x", "end": "close", "to": "person"}, (".to", "two_ways_on")),
        ({"say": "x", "end": "close", "queue": "tax"}, (".queue", "unknown_key")),
        ({"say": "x", "end": "close", "note": 1}, (".note", "wrong_type")),
        ({"to": ""}, (".to", "wrong_type")),
        ({"to": "person", "ends": "close"}, (".ends", "unknown_key")),
        ({**SAY, "ask": "name"}, (".to", "missing_key")),
        ({**SAY, "ask": "Shoe size", "to": "person"}, (".ask", "bad_name")),
        ({**SAY, "ask": "shoe", "pattern": [""], "to": "person"}, (".pattern", "wrong_type")),
        ({**SAY, "choices": []}, (".choices", "wrong_type")),
        ({**SAY, "choices": "A"}, (".choices", "wrong_type")),
        ({**SAY, "choices": [3]}, (".choices.1", "wrong_type")),
        ({**SAY, "choices": [{"to": "person"}]}, (".choices.1.text", "missing_key")),
        ({**SAY, "choices": [{"text": "A"}]}, (".choices.1.to", "missing_key")),
        ({**SAY, "choices": CHOICES, "unsolved": "person"}, (".choices", "two_ways_on")),
        ({**SAY, "solved": "person", "to": "person"}, (".solved", "unknown_key")),
        ({**SAY, "unsolved": 3}, (".unsolved", "wrong_type")),
        ({"links": [{"text": "A"}], "end": "close"}, (".links.1.url", "missing_key")),
        ({"cases": [{"site": "a"}], "to": "person"}, (".cases.1.to", "missing_key")),
        ({"cases": [{"site": "a", "to": "person"}]}, (".to", "missing_key")),
    ],
)
def test_what_is_wrong_with_a_step_is_named(step: Any, problem: tuple[str, str]) -> None:
    found = codes(tables(step))
    assert (f"steps.first{problem[0]}", problem[1]) in found
    assert [code for _, code in found if code in ("unreachable", "no_way_out")] == []


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        ({"available": "there"}, ("available", "not_one_of")),
        ({"signed_in": "yes"}, ("signed_in", "wrong_type")),
        ({"answers": {"topic": 3}}, ("answers.topic", "wrong_type")),
        ({"answers": []}, ("answers", "wrong_type")),
        ({"skill": "tax"}, ("skill", "unknown_key")),
    ],
)
def test_what_is_wrong_with_a_case_is_named(case: Any, problem: tuple[str, str]) -> None:
    step = {"cases": [{"site": "a", "to": "person", **case}], "to": "person"}
    assert (f"steps.first.cases.1.{problem[0]}", problem[1]) in codes(tables(step))


def test_a_step_s_name_is_a_word() -> None:
    assert codes(tables({"to": "Last-Step"}, **{"Last-Step": BYE})) == [
        ("steps.Last-Step", "bad_name")
    ]


def test_an_error_has_all_problems_with_place_code_and_detail() -> None:
    wrong = {**tables({"too": "person"}), "tries": "x"}
    with pytest.raises(ConfigurationError) as caught:
        flow.load(wrong, name="helper")
    assert caught.value.code == "bad_flow"
    assert caught.value.facts == {
        "flow": "helper",
        "problems": (
            "tries: wrong_type (not a number from 1 to 10)",
            "steps.first: no_way_on (none of end, cases, unsolved, choices, ask, to)",
            "steps.first.too: unknown_key (here are say, sorry, links)",
        ),
    }
    assert str(Problem("no_way_on", "steps.a")) == "steps.a: no_way_on"


def test_every_code_is_explained_by_a_sentence() -> None:
    assert all(told.endswith(".") and told[0].isupper() for told in CODES.values())
