"""Walks through a job."""

from itertools import pairwise
from random import Random

from livechat_core import job
from livechat_core.streams import Command
from tests.pure.walks import Land, Walk


def _owe(_: job.State, r: Random) -> Command:
    return job.Owe(port="erm", action="note", subject="enquiry/1", payload={"n": r.randrange(9)})


def _fence(state: job.State, r: Random) -> int:
    return state.fence - (r.randrange(6) == 0)


def _attend(state: job.State, r: Random) -> Command:
    """Do what a worker does with a job that is due."""
    if state.until is None and state.phase in (job.Phase.OWED, job.Phase.UNKNOWN):
        return job.Try(process="p1", repeat=r.choice(("safe", "probe", "probe", "ask")))
    return job.Elapse()


def _fail(state: job.State, r: Random) -> Command:
    return job.Fail(
        fence=_fence(state, r),
        reason="no",
        unknown=bool(r.randrange(2)),
        permanent=r.randrange(5) == 0,
        retry_after=r.choice((None, 10**9)),
        jitter=r.choice((-1.0, 0.0, 1.0)),
    )


def _check_job(walk: Walk) -> None:
    state: job.State = walk.state
    fences = [e.fence for _, e in walk.told if isinstance(e, job.Tried | job.Probed)]
    assert fences == list(range(1, len(fences) + 1)), "I9"
    assert (state.until is not None) <= (state.phase in (job.Phase.TRYING, job.Phase.UNKNOWN))
    assert state.until is not None or state.phase is not job.Phase.TRYING
    # G9, G20: what is alive is due some time, or waits for a person.
    asks = state.phase is job.Phase.UNKNOWN and state.repeat == "ask"
    assert (walk.due_at is not None) == (state.phase in job.LIVE and not asks)
    # G13, G16: an unknown outcome is followed by a try only if it was refuted or a person says so.
    seen = [type(event) for _, event in walk.told]
    after = [following for event, following in pairwise(seen) if event is job.Lost]
    assert job.Tried not in after


JOB = Land(
    decider=job.DECIDER,
    wishes=(
        *(_owe, _owe, _attend, _attend, _attend, _fail, _fail),
        lambda _, r: job.Try(process="p1", repeat=r.choice(("safe", "probe", "ask"))),
        lambda s, r: job.Succeed(fence=_fence(s, r), result={"id": "n-1"}),
        lambda s, r: job.Refute(fence=_fence(s, r)),
        lambda s, _: job.Refute(fence=s.fence),
        lambda _, r: job.Settle(outcome=r.choice(("arrived", "repeat", "drop", "perhaps"))),
        lambda *_: job.Elapse(),
    ),
    elapse=_attend,
    caused=(_owe, lambda *_: job.Elapse()),
    check=_check_job,
)
