"""What a record may hold: the topics, and the form of their values."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from .. import text
from ..errors import LivechatError, Rejected
from ..streams import Facts


@attrs.frozen(kw_only=True)
class Topic:
    """What records of a topic may hold.

    Args:
        keys: The values they may have, all texts, with what cleans them; none for others, which the
            desk checks.
        needed: Those of them that must be there.
        body: It must have a text.
        personal: Staff may have their own.
        single: There is one for each name, and the name is an id.
    """

    keys: Mapping[str, Callable[[str], str]] | None = None
    needed: tuple[str, ...] = ()
    body: bool = False
    personal: bool = False
    single: bool = False


_SCOPE = {"queue": text.clean_word, "site": text.clean_word, "language": text.clean_word}
TOPICS: Mapping[str, Topic] = {
    "saved_reply": Topic(keys={"trigger": text.clean_word, **_SCOPE}, body=True, personal=True),
    "article": Topic(keys={"url": text.clean_url, **_SCOPE}, needed=("url",)),
    "greeting": Topic(),
    "queue": Topic(single=True),
    "hours": Topic(single=True),
    "site": Topic(single=True),
    "profile": Topic(single=True),
}
SAYS_HOW = tuple(name for name, topic in TOPICS.items() if topic.single)
"""Topics that say how the desk works, in the order in which one may build on another."""
LONGEST_ID = 80
MAX_INTEGER = 2**53 - 1


def stream_of(topic: str, name: str) -> str:
    """Return the stream of the one record that a topic has for a name."""
    return f"record/{topic}.{name}"


def check_id(name: str) -> None:
    """Refuse a name that cannot be the id of a queue, a site or a person.

    Raises:
        Rejected: ``bad_record``.
    """
    try:
        plain = text.clean_word(name).translate(str.maketrans("", "", ":/"))
    except LivechatError:
        plain = ""
    if plain != name or not 0 < len(name) <= LONGEST_ID:
        raise Rejected("bad_record", key="name", why="not an id")


def checked(wanted: Mapping[str, Any], topic: Topic) -> Facts:
    """Return the values of a record, each text clean (A49).

    Raises:
        Rejected: ``bad_record``, with the key: the topic has no such value, lacks one, or it is of
            another form.
    """
    values = {key: _clean(value, key) for key, value in wanted.items()}
    values = {key: value for key, value in values.items() if value is not None}
    if topic.keys is None:
        return values
    for key, value in values.items():
        if key not in topic.keys:
            raise Rejected("bad_record", key=key, why="no such value")
        if not isinstance(value, str):
            raise Rejected("bad_record", key=key, why="not a text")
        values[key] = _cleaned(topic.keys[key], value, key)
    for key in topic.needed:
        if not values.get(key):
            raise Rejected("bad_record", key=key, why="missing")
    return values


def _clean(value: object, key: str) -> Any:  # noqa: ANN401 - JSON
    """Return a plain value with all its texts cleaned, however deep they lie."""
    match value:
        case str():
            return _cleaned(text.clean_note, value, key)
        case list() | tuple():
            return [_clean(one, key) for one in value]
        case Mapping():
            return {str(name): _clean(one, f"{key}.{name}") for name, one in value.items()}
        case int() if abs(value) > MAX_INTEGER:
            raise Rejected("bad_record", key=key, why="too large")
        case bool() | int() | float() | None:
            return value
        case _:
            raise Rejected("bad_record", key=key, why="not a plain value")


def _cleaned(clean: Callable[[str], str], value: str, key: str) -> str:
    try:
        return clean(value)
    except LivechatError as error:
        raise Rejected("bad_record", key=key, why=error.code) from error
