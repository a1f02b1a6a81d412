"""Walks through an enquiry."""

from random import Random

from livechat_core import enquiry as q
from livechat_core.streams import SYSTEM, Actor, Command
from tests.pure.lands.cast import MAILS, SITES, STAFF
from tests.pure.play import BEN
from tests.pure.walks import Land, Walk

NUMBER = 48211
ORDER = (q.Opened, q.Claimed, q.LookedUp, q.Linked, q.Filed, q.Answered, q.FollowUpScheduled)
ONCE = (q.Opened, q.Announced, *ORDER[3:], q.Completed, q.Dropped)
MATCHES = (q.Match(ref="c-1", name="Maria"), q.Match(ref="c-2", name="Mia"))


def _open(_: q.State, r: Random) -> Command:
    return q.Open(
        conversation="conversation/1",
        site=r.choice(SITES),
        queue="sales",
        facts=q.Facts(
            kind="left_message",
            site="Drumstory",
            email=r.choice((*MAILS, "")),
            question="Hello",
            name=r.choice(("", "Maria")),
        ),
    )


def _report(state: q.State, r: Random) -> Command:
    live = state.live
    late = live is None or r.randrange(6) == 0
    return q.Report(
        step=r.choice(tuple(q.Step)) if late or live is None else live.step,
        revision=state.revision - r.randrange(2) if late or live is None else live.revision,
        result=r.choice(({}, {"ref": "c-9", "id": "n-1"}, {"ref": "c-9", "id": "n-1"})),
        matches=MATCHES[: r.randrange(3)],
        failed=r.choice(("", "", "", "erm_400")),
        unknown=r.choice(("", "", "", "timeout")),
    )


def _holder(state: q.State, r: Random) -> Actor:
    holder = [actor for actor in STAFF if actor.id == state.agent] * 6
    return r.choice((*holder, *STAFF, SYSTEM))


def _onward(state: q.State, r: Random) -> Command:
    """Do what the one who has it should do now."""
    if state.live is not None and not state.live.unknown:
        return q.Report(
            step=state.live.step,
            revision=state.live.revision,
            result={"ref": "c-9", "id": "n-1"},
            matches=MATCHES[:1],
        )
    by = next((actor for actor in STAFF if actor.id == state.agent), r.choice(STAFF))
    if state.live is not None:
        return q.Settle(by=by, outcome=r.choice(("repeat", "drop")))
    if state.failed and r.randrange(4) == 0:
        return q.Drop(by=by)
    match state.phase:
        case q.Phase.NEW:
            return _open(state, r)
        case q.Phase.OPEN:
            return q.Claim(by=by) if r.randrange(3) == 0 else q.Elapse(number=NUMBER)
        case q.Phase.MATCHING:
            confirm, create = q.ConfirmMatch(by=by, ref="c-1"), q.CreateCustomer(by=by)
            return r.choice((confirm, create))
        case q.Phase.FILED:
            return q.Reply(by=by, subject="Hi", text="Yes.")
        case q.Phase.ANSWERED:
            return q.ScheduleFollowUp(by=by)
        case q.Phase.SCHEDULED if r.randrange(3) == 0:
            return q.Complete(by=by)
        case _:
            return q.Retry(by=by)


def _check_enquiry(walk: Walk) -> None:
    state: q.State = walk.state
    seen = [type(event) for _, event in walk.told]
    # I9: one holder, and the number of the step only grows.
    unclaimed = state.phase in (q.Phase.NEW, q.Phase.OPEN)
    assert bool(state.agent) != unclaimed or state.phase is q.Phase.DROPPED
    revisions = [e.revision for _, e in walk.told if isinstance(e, _BEGINS)]
    assert revisions == list(range(1, len(revisions) + 1))
    # I10, G14: what is recorded is a prefix of the legal order, and no writing step is done twice.
    first = [seen.index(kind) for kind in ORDER if kind in seen]
    assert first == sorted(first)
    assert all(kind in seen for kind in ORDER[: len(first)])
    assert all(seen.count(kind) <= 1 for kind in ONCE)
    assert (state.phase in _CUSTOMER) <= bool(state.customer)
    assert bool(state.text) == (q.Announced in seen)
    assert state.live is None or state.phase in _STEPS[state.live.step]
    assert not (state.live and state.failed)


_BEGINS = q.SearchBegan | q.CreationBegan | q.NoteBegan | q.ReplyBegan | q.FollowUpBegan
_CUSTOMER = (q.Phase.LINKED, q.Phase.FILED, q.Phase.ANSWERED, q.Phase.SCHEDULED, q.Phase.DONE)
_STEPS = {
    q.Step.LOOKUP: q.CLAIMABLE,
    q.Step.CREATE: (q.Phase.MATCHING,),
    q.Step.NOTE: (q.Phase.LINKED,),
    q.Step.MAIL: (q.Phase.FILED,),
    q.Step.FOLLOW_UP: (q.Phase.ANSWERED,),
}

ENQUIRY = Land(
    decider=q.DECIDER,
    wishes=(
        *(_open, *[_report] * 5, *[_onward] * 8),
        lambda _, r: q.Announce(number=r.choice((0, NUMBER))),
        lambda _, r: q.Claim(by=r.choice(STAFF)),
        lambda _, r: q.Claim(by=r.choice(STAFF)),
        lambda s, r: (
            q.Release(by=_holder(s, r)) if r.randrange(4) == 0 else q.Elapse(number=NUMBER)
        ),
        lambda _, r: q.TakeOver(by=r.choice(STAFF)),
        lambda s, r: q.SearchAgain(by=_holder(s, r), email=r.choice(MAILS)),
        lambda s, r: q.ConfirmMatch(by=_holder(s, r), ref=r.choice(("c-1", "c-2", "c-99"))),
        lambda s, r: q.CreateCustomer(by=_holder(s, r), phone="1"),
        lambda s, r: q.Reply(by=_holder(s, r), subject="Hi", text="Yes."),
        lambda s, r: q.ScheduleFollowUp(by=_holder(s, r), due_at=r.choice((0, -1, 10**15))),
        lambda s, r: q.Complete(by=_holder(s, r)) if r.randrange(3) == 0 else q.Claim(by=BEN),
        lambda s, r: q.Drop(by=_holder(s, r)) if r.randrange(6) == 0 else q.Retry(by=SYSTEM),
        lambda s, r: q.Retry(by=_holder(s, r)),
        lambda s, r: q.Settle(
            by=_holder(s, r), outcome=r.choice(("arrived", "repeat", "drop", "perhaps"))
        ),
        lambda *_: q.Elapse(number=NUMBER),
    ),
    elapse=lambda *_: q.Elapse(number=NUMBER),
    sayings=(q.Elapse,),
    caused=(_open, _report, lambda *_: q.Announce(number=NUMBER), lambda *_: q.Elapse()),
    check=_check_enquiry,
)
