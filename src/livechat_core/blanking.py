"""Erasure: the blanked form of every event of a stream, and the summary that follows from it."""

import attrs

from .codec import Codec, blanked
from .ports import Forgetting, Rewrite, Store
from .states import States
from .streams import Commit, Erased, Summary, Unknown, Write


async def erase(store: Store, codec: Codec, states: States, stream: str, at: int) -> Summary:
    """Blank a stream and return its summary; it is empty of what was personal.

    The version moves by one recorded event, so caches and followers let go of what they hold.
    """
    decider = states.decider(stream)
    state, rewrites, version, number, begun = decider.new(), [], 0, 0, at
    for row in await store.load(stream):
        event = codec.decode(row)
        version = row.version
        number, begun = number or row.position, begun if version > 1 else row.at
        if isinstance(event, Erased | Unknown):
            continue
        empty = blanked(event)
        decider.evolve(state, empty, row.at)
        data = codec.encode(empty).data
        rewrites.append(Rewrite(stream=stream, version=row.version, data=data))
    summary = attrs.evolve(
        decider.summary(stream, state), version=version + 1, number=number, begun_at=begun
    )
    write = Write(
        stream=stream, expected=version, events=(codec.encode(Erased()),), summary=summary
    )
    await store.forget(Forgetting(rewrites=tuple(rewrites), writes=Commit(writes=(write,), at=at)))
    states.drop((stream,))
    return summary
