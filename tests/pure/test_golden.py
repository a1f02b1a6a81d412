"""What was ever written can be read for ever: names and fields of events never change."""

import json
from typing import Any

import msgspec
import pytest

from livechat_core.codec import Codec
from livechat_core.streams import Unknown
from tests.pure.samples import golden, recorded, sample

CODEC = Codec()
LINES = golden()


def test_every_event_class_has_a_sample() -> None:
    """Add it by `python -m tests.pure.samples`; never change a line that is there."""
    assert set(CODEC.classes) <= {line["type"] for line in LINES}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["type"])
def test_every_sample_loads_and_keeps_all_its_fields(line: dict[str, object]) -> None:
    event = CODEC.decode(recorded(str(line["type"]), msgspec.json.encode(line["data"])))

    assert not isinstance(event, Unknown), "the class is gone, or has another name"
    assert common(json.loads(CODEC.encode(event).data), line["data"]) == line["data"]


def common(new: Any, old: Any) -> Any:
    """Return what a newer form of some data says of the older one's fields, however deep."""
    if isinstance(new, dict) and isinstance(old, dict):
        return {name: common(value, old[name]) for name, value in new.items() if name in old}
    if isinstance(new, list) and isinstance(old, list) and len(new) == len(old):
        return list(map(common, new, old))
    return new


def test_new_fields_are_no_loss_and_a_lost_one_is_however_deep() -> None:
    old = {"page": {"url": "u"}, "slots": [{"a": 1}]}

    assert common({"page": {"url": "u", "at": 0}, "slots": [{"a": 1, "b": 2}]}, old) == old
    assert common({"page": {"at": 0}, "slots": [{"a": 1}]}, old) != old
    assert common({"page": {"url": "u"}, "slots": []}, old) != old


@pytest.mark.parametrize("name", CODEC.classes)
def test_every_event_survives_the_journal(name: str) -> None:
    event = sample(CODEC.classes[name])
    stored = CODEC.encode(event)

    assert stored.type == name
    assert CODEC.decode(recorded(name, stored.data)) == event


def test_a_golden_line_whose_field_is_gone_would_be_found() -> None:
    event = CODEC.decode(recorded("visit.Chatting", b'{"conversation":"c","lost":1}'))

    assert "lost" not in json.loads(CODEC.encode(event).data)
