"""What may be asked: each query of the registry has an answer."""

import pytest

from livechat_core.access import QUERIES, Target
from livechat_core.streams import Role
from livechat_core.testing.desk import Scene
from tests.desk.test_protocol import _cast

pytestmark = pytest.mark.anyio


async def test_every_registered_query_is_answered(scene: Scene) -> None:
    people, streams = await _cast(scene)
    number = (await scene.desk.states.get(streams["conversation"])).number
    needed = {
        "conversation.find": {"number": number},
        "contact.search": {"words": "maria"},
        "desk.inbox": {"view": "mine"},
        "erasure.export": {"subject": streams["visit"]},
        "desk.figures": {"first": "2026-11-22", "last": "2026-11-22"},
    }
    for method, entry in QUERIES.items():
        stream = streams.get(entry.kind, streams["conversation"])
        named = {} if entry.target is Target.NONE else {"stream": stream, "site": "drumstory"}
        told = needed.get(method, named)
        who = "supervisor" if Role.SUPERVISOR in entry.roles else "visitor"
        assert await people[who].call(method, **told) is not None
