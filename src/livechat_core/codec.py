"""Between events and bytes: what the journal holds, what goes over the wire, and what comes in.

Names and fields of events are for ever: `tests/golden/events.jsonl` keeps a sample of every event
ever written, and all of them must load for ever. An unknown event loads as `Unknown`.
"""

import re
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

import attrs
import msgspec

from . import ban, contact, conversation, enquiry, erasure, job, presence, process, record, visit
from .errors import Invalid
from .streams import (
    GIVEN,
    INTERNAL,
    PERSONAL,
    Audience,
    Command,
    Decider,
    Erased,
    Event,
    Recorded,
    Stored,
    Unknown,
)
from .text import Text

DECIDERS: tuple[Decider[Any, Any, Any], ...] = (
    visit.DECIDER,
    conversation.DECIDER,
    presence.DECIDER,
    enquiry.DECIDER,
    contact.DECIDER,
    job.DECIDER,
    ban.DECIDER,
    record.DECIDER,
    process.DECIDER,
    erasure.DECIDER,
)

T = TypeVar("T")

_encode = msgspec.json.Encoder().encode
MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 16
MAX_KEYS = 64
MAX_ITEMS = 256
_ESCAPED_COLON = re.compile(rb"(?<!\\)(?:\\\\)*\\u003a", re.IGNORECASE)


class Codec:
    """Knows the event classes of a desk's deciders by name."""

    def __init__(self, deciders: Iterable[Decider[Any, Any, Any]] = DECIDERS) -> None:
        self._names: dict[type[Event], str] = {}
        self._decoders: dict[str, msgspec.json.Decoder[Any]] = {}
        self._classes: dict[str, type[Event]] = {}
        self._add("stream", Erased)
        for decider in deciders:
            for event in decider.events:
                self._add(decider.kind, event)

    def _add(self, kind: str, event: type[Event]) -> None:
        name = f"{kind}.{event.__name__}"
        self._names[event] = name
        self._classes[name] = event
        self._decoders[name] = msgspec.json.Decoder(event)

    @property
    def classes(self) -> Mapping[str, type[Event]]:
        """All event classes by the name under which they are recorded."""
        return self._classes

    def encode(self, event: Event) -> Stored:
        """Return the event as the journal holds it."""
        return Stored(type=self._names[type(event)], data=_encode(event))

    def decode(self, recorded: Recorded) -> Event:
        """Return the event that was recorded, or `Unknown` (B88)."""
        decoder = self._decoders.get(recorded.type)
        if decoder is None:
            return Unknown(type=recorded.type, data=recorded.data)
        event: Event = decoder.decode(recorded.data)
        return event

    def audience(self, type_name: str) -> Audience:
        """Return who may see events of this name; unknown ones nobody."""
        found = self._classes.get(type_name)
        return found.audience if found else Audience.SYSTEM


def plain(value: object) -> Any:  # noqa: ANN401 - JSON has no closer type
    """Return a value as plain JSON types."""
    return msgspec.to_builtins(value)


def dumps(value: object) -> bytes:
    """Return a value as JSON."""
    return _encode(value)


def told(event: Event, *, public: bool) -> dict[str, Any]:
    """Return an event's fields for staff, or for a visitor without the internal ones (A16)."""
    shown = _PUBLIC[type(event)] if public else _ALL[type(event)]
    return {name: msgspec.to_builtins(getattr(event, name)) for name in shown}


def searchable(event: Event) -> str:
    """Return the words of an event that the text index keeps."""
    match event:
        case conversation.Posted() | conversation.Noted() | conversation.Whispered():
            return event.text
        case conversation.Attached():
            return event.filename
        case conversation.Started() | conversation.MessageLeft():
            return f"{event.name} {event.email} {event.question}".strip()
        case contact.Claimed():
            return " ".join(claim.value for claim in event.claims)
        case contact.Verified():
            return event.value
        case _:
            return ""


def blanked(event: Event) -> Event:
    """Return the event without what is personal in it, for erasure."""
    empty = {
        name: _empty(getattr(event, name))
        for name, marks in _MARKS[type(event)].items()
        if PERSONAL in marks
    }
    return attrs.evolve(event, **empty)


def loads(data: bytes | str) -> Any:  # noqa: ANN401 - JSON has no closer type
    """Return what a JSON text says, strictly (B23 to B34).

    Raises:
        Invalid: ``invalid_json`` for anything but one JSON value of plain content: NaN, a key twice
            in one object, too deep, too many keys or items, or not UTF-8.
    """
    try:
        octets = data.encode() if isinstance(data, str) else data
        value = msgspec.json.decode(octets)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Invalid("invalid_json", why=str(error)[:200]) from error
    # A decoder keeps the last of two equal keys. What it dropped left its colon in the text (B28).
    escaped = len(_ESCAPED_COLON.findall(octets)) if b"\\u003" in octets else 0
    if _colons(value, 1) != octets.count(b":") + escaped:
        raise Invalid("invalid_json", why="a key stands twice")
    return value


def _colons(value: Any, depth: int) -> int:  # noqa: ANN401 - JSON has no closer type
    """Return how many colons the text of a value has, between keys and values and in strings."""
    kind = type(value)
    if kind is str:
        count: int = value.count(":")
        return count
    found, items = 0, value
    if kind is dict:
        found, items = len(value) + "".join(value).count(":"), value.values()
    elif kind is not list:
        return 0
    if depth > MAX_DEPTH or len(value) > (MAX_KEYS if kind is dict else MAX_ITEMS):
        raise Invalid("invalid_json", why="too deep or too long")
    for item in items:
        found += _colons(item, depth + 1)
    return found


def arguments(command: type[Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """Return a command's fields from the wire, checked and cleaned; `given` ones are not accepted.

    Raises:
        Invalid: A field is unknown, missing, or of the wrong type or form; names the field.
        LimitExceeded: A text is too long.
    """
    schema = _SCHEMAS[command]
    for name in params:
        if name not in schema:
            raise Invalid("invalid_type", field=str(name)[:100], why="unknown field")
    found = {}
    for name, field in schema.items():
        if name in params:
            found[name] = field.read(params[name])
        elif field.required:
            raise Invalid("invalid_type", field=name, why="missing")
    return found


@attrs.frozen(kw_only=True)
class Field:
    """One field of a command as it may come over the wire."""

    name: str
    type: Any
    required: bool
    clean: Callable[[str], str] | None

    def read(self, value: object) -> Any:  # noqa: ANN401 - typed by the command's class
        """Return the value, checked against the type and cleaned."""
        try:
            plain = type(value) is self.type is str
            found: Any = value if plain else _converted(value, self.type)
            return self.clean(found) if self.clean else found
        except Invalid as error:
            if "field" in error.facts:
                raise
            raise Invalid(error.code, field=self.name, **error.facts) from error
        except msgspec.ValidationError as error:
            raise Invalid("invalid_type", field=self.name, why=str(error)[:200]) from error


def _converted(value: object, kind: Any) -> Any:  # noqa: ANN401 - typed by the caller's schema
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > MAX_INTEGER:
        raise Invalid("invalid_type", why="integer out of range")
    if isinstance(value, list) and typing.get_origin(kind) is tuple:
        return tuple(_converted(item, typing.get_args(kind)[0]) for item in value)
    if isinstance(value, dict) and attrs.has(kind):
        return kind(**arguments(kind, value))
    return msgspec.convert(value, kind, strict=True)


def _schema(command: type[Any]) -> dict[str, Field]:
    hints = typing.get_type_hints(command, include_extras=True)
    found = {}
    for field in attrs.fields(command):
        marks = getattr(hints[field.name], "__metadata__", ())
        if GIVEN not in marks:
            cleaners = [mark.clean for mark in marks if isinstance(mark, Text)]
            found[field.name] = Field(
                name=field.name,
                type=typing.get_type_hints(command)[field.name],
                required=field.default is attrs.NOTHING,
                clean=cleaners[0] if cleaners else None,
            )
    return found


def schema(command: type[Command]) -> Mapping[str, Field]:
    """Return the fields of a command that may come over the wire."""
    return _SCHEMAS[command]


def _marks(kind: type[Any]) -> dict[str, tuple[Any, ...]]:
    hints = typing.get_type_hints(kind, include_extras=True)
    return {
        field.name: getattr(hints[field.name], "__metadata__", ()) for field in attrs.fields(kind)
    }


def _fields(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind))


def _public_fields(kind: type[Any]) -> tuple[str, ...]:
    return tuple(name for name, marks in _MARKS[kind].items() if INTERNAL not in marks)


def _empty(value: Any) -> Any:  # noqa: ANN401 - of the value's own type
    kind: Any = type(value)
    if attrs.has(kind):
        return attrs.evolve(value, **{name: _empty(getattr(value, name)) for name in _ALL[kind]})
    return kind() if isinstance(value, str | tuple | dict | frozenset) else value


class _ByClass(dict[type[Any], T], Generic[T]):
    """What is worked out once for each class."""

    def __init__(self, make: Callable[[type[Any]], T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, kind: type[Any]) -> T:
        made = self[kind] = self._make(kind)
        return made


_SCHEMAS = _ByClass(_schema)
_MARKS = _ByClass(_marks)
_ALL = _ByClass(_fields)
_PUBLIC = _ByClass(_public_fields)
