"""Between events and bytes: unknown ones, what visitors are told, what is searched and erased."""

import json
from typing import Any

import attrs
import msgspec
import pytest

from livechat_core import contact, conversation, job, visit
from livechat_core.codec import Codec, blanked, dumps, loads, plain, searchable, told
from livechat_core.errors import Invalid
from livechat_core.streams import (
    INTERNAL,
    PERSONAL,
    Audience,
    Decider,
    Event,
    Personal,
    Unknown,
)
from tests.pure.samples import recorded, sample

CODEC = Codec()
EVENTS = sorted(CODEC.classes.values(), key=lambda one: one.__qualname__ + one.__module__)
CANARY = "canary"


def _marks(kind: type[Any], mark: str) -> set[str]:
    hints = __import__("typing").get_type_hints(kind, include_extras=True)
    return {name for name, hint in hints.items() if mark in getattr(hint, "__metadata__", ())}


def test_an_unknown_event_loads_as_unknown() -> None:
    """B88."""
    event = CODEC.decode(recorded("conversation.Teleported", b'{"to":"mars"}'))

    assert event == Unknown(type="conversation.Teleported", data=b'{"to":"mars"}')
    assert CODEC.audience("conversation.Teleported") is Audience.SYSTEM
    assert CODEC.audience("conversation.Posted") is Audience.PUBLIC


def test_a_plugin_brings_events_of_its_own() -> None:
    @attrs.frozen(kw_only=True)
    class Rung(Event):
        bell: Personal[str]

    decider: Any = attrs.evolve(_bare(), kind="bell", events=(Rung,))
    codec = Codec((decider,))
    assert codec.encode(Rung(bell="x")).type == "bell.Rung"


def _bare() -> Decider[Any, Any, Any]:
    return visit.DECIDER


@pytest.mark.parametrize("kind", EVENTS, ids=lambda one: one.__name__)
def test_a_visitor_is_told_no_internal_field(kind: type[Event]) -> None:
    """A16: a canary in every internal field."""
    hidden = _marks(kind, INTERNAL)
    event = _with_canaries(sample(kind), hidden)

    public = told(event, public=True)
    assert not public.keys() & hidden
    assert CANARY not in json.dumps(public)
    staff = told(event, public=False)
    assert staff.keys() == {field.name for field in attrs.fields(kind)}
    assert (CANARY in json.dumps(staff)) == bool(hidden)


def _with_canaries(value: Any, names: set[str] | None = None) -> Any:
    """Put a canary into every text of these fields, however deep."""
    if isinstance(value, str):
        return CANARY
    if isinstance(value, tuple | frozenset):
        return type(value)(map(_with_canaries, value))
    if isinstance(value, int):
        return CANARY
    if attrs.has(type(value)):
        fields = names if names is not None else {field.name for field in attrs.fields(type(value))}
        return attrs.evolve(
            value, **{name: _with_canaries(getattr(value, name)) for name in fields}
        )
    return value


@pytest.mark.parametrize("kind", EVENTS, ids=lambda one: one.__name__)
def test_erasure_blanks_what_is_personal_and_keeps_the_rest(kind: type[Event]) -> None:
    """A79."""
    personal = _marks(kind, PERSONAL)
    event = sample(kind)
    empty = blanked(_with_canaries_in_texts(event, personal))

    assert CANARY not in CODEC.encode(empty).data.decode()
    assert CODEC.decode(recorded(CODEC.encode(empty).type, CODEC.encode(empty).data)) == empty
    for field in attrs.fields(kind):
        if field.name not in personal:
            assert getattr(empty, field.name) == getattr(event, field.name)


def _with_canaries_in_texts(value: Any, names: set[str] | None = None) -> Any:
    if isinstance(value, str):
        return CANARY
    if isinstance(value, tuple):
        return tuple(map(_with_canaries_in_texts, value))
    if isinstance(value, dict):
        return dict.fromkeys(value, CANARY)
    if attrs.has(type(value)):
        fields = names if names is not None else {field.name for field in attrs.fields(type(value))}
        return attrs.evolve(
            value, **{name: _with_canaries_in_texts(getattr(value, name)) for name in fields}
        )
    return value


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (sample(conversation.Posted, text="Hello"), "Hello"),
        (sample(conversation.Noted, text="Psst"), "Psst"),
        (sample(conversation.Whispered, text="Ask him"), "Ask him"),
        (sample(conversation.Attached, filename="plan.pdf"), "plan.pdf"),
        (sample(conversation.Started, name="M", email="", question="When?"), "M  When?"),
        (sample(conversation.MessageLeft, name="", email="e", question=""), "e"),
        (sample(contact.Claimed, claims=(sample(contact.Claim, value="M"),)), "M"),
        (sample(contact.Verified, value="Maria"), "Maria"),
        (sample(job.Owed), ""),
    ],
)
def test_what_the_text_index_keeps(event: Event, words: str) -> None:
    assert searchable(event) == words


def test_values_as_plain_json() -> None:
    seat = conversation.Seat(agent="ana", name="Ana", presence="p")

    assert plain(seat) == {"agent": "ana", "name": "Ana", "presence": "p"}
    assert msgspec.json.decode(dumps({"seat": seat})) == {"seat": plain(seat)}


# --- what comes in -------------------------------------------------------------------------------

DEEP = "[" * 16 + "]" * 16


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[1,2]",
        '"x"',
        "null",
        '{"a":{"b":[{"c":"d:e"}]},"f:g":":"}',
        r'{"a":"\u003a\u003A", "\u003a":"\\u003a", "c":"\\\u003a:"}',
        '{"url":"https://shop.example:80/?a=b:c"}',
        '{"text":"\\"a\\":1, \\"a\\":2"}',
        DEEP,
        json.dumps({str(number): number for number in range(64)}),
        json.dumps(list(range(256))),
        '"\\ud83e\\udd84"',
    ],
)
def test_good_json_is_read(text: str) -> None:
    assert loads(text) == loads(text.encode()) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "{", "{} {}", "[1]x", "{'a':1}", '{"a":1,}', "// x\n1", "undefined"),
        *("NaN", "[Infinity]", '{"a":-Infinity}', "1e999", "-1e999"),
        *('{"a":1,"a":1}', '{"a":1,"a":2}', '{"x":{"a":[],"b":1,"a":[]}}', '[{"":1,"":1}]'),
        '{"a":":","a":""}',
        r'{"a":1,"a":"\u003a"}',
        r'{"a":"x","\u0061":"y"}',
        f"[{DEEP}]",
        '{"a":' * 17 + "1" + "}" * 17,
        "[" * 1000 + "]" * 1000,
        "[" * 100_000 + "]" * 100_000,
        json.dumps({str(number): number for number in range(65)}),
        json.dumps(list(range(257))),
        '"\ud800"',
        '"\\ud800"',
        '"\x01"',
        "\ufeff{}",
        "1" * 5000,
    ],
    ids=lambda text: ascii(text)[:30],
)
def test_bad_json_is_refused(text: str) -> None:
    """B5 to B7, B24, B25, B28, B31, B32, A65."""
    with pytest.raises(Invalid) as refused:
        loads(text)
    assert refused.value.code == "invalid_json"


@pytest.mark.parametrize("octets", [b'"\xff"', b'"\xed\xa0\x80"', "{}".encode("utf-16"), b"\x00"])
def test_other_encodings_are_refused(octets: bytes) -> None:
    """B5, B6."""
    with pytest.raises(Invalid):
        loads(octets)
