"""What was ever written can be read for ever: names and fields of events never change."""

import json

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
    again = json.loads(CODEC.encode(event).data)
    assert isinstance(line["data"], dict)
    assert {name: again.get(name) for name in line["data"]} == line["data"]


@pytest.mark.parametrize("name", CODEC.classes)
def test_every_event_survives_the_journal(name: str) -> None:
    event = sample(CODEC.classes[name])
    stored = CODEC.encode(event)

    assert stored.type == name
    assert CODEC.decode(recorded(name, stored.data)) == event


def test_a_golden_line_whose_field_is_gone_would_be_found() -> None:
    event = CODEC.decode(recorded("visit.Chatting", b'{"conversation":"c","lost":1}'))

    assert "lost" not in json.loads(CODEC.encode(event).data)
