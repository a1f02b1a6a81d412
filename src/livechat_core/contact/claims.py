"""What is said about a person, what is known of him, and whose word that is (A20, A21)."""

from ..errors import Invalid, NotFound, Rejected
from ..rules import Rules
from ..streams import Event
from ..tables import allows
from ..text import clean_optional_email, clean_phone
from . import commands as c, events as e
from .events import NEXT
from .keys import keys_of
from .state import State
from .values import STANDARD, Claim, Fact, Phase, Source


def create(state: State, command: c.Create, rules: Rules) -> list[Event]:
    """Make a contact with what an agent knows; a repeat finds it made."""
    if state.phase is not Phase.NEW:
        return []
    told = {"name": command.name, "email": command.email, "phone": command.phone}
    if not any(told.values()):
        raise Rejected("nothing_known")
    made = e.Created(agent=command.by.id, name=command.by.name)
    facts = [_fact(field, value, command.by.id, rules) for field, value in told.items() if value]
    return [made, *facts]


def note(state: State, command: c.Note) -> list[Event]:
    """Keep what was said, and what the host vouches for; a merged contact passes it on."""
    if state.phase is Phase.MERGED:
        return _passed_on(command)
    if not allows(NEXT, state.phase, e.Claimed):
        return []
    events = _said(state, command.claims, command.address, command.keys)
    if state.phase is Phase.NEW and not events:
        if not command.conversation:
            return []
        # The host vouches for somebody of whom nothing else was said.
        events.append(e.Claimed(claims=(), address=command.address, keys=command.keys))
    return [*events, *_vouched(state, command.facts), *_attached(state, command.conversation)]


def _passed_on(command: c.Note) -> list[Event]:
    claims = tuple(claim for claim in command.claims if claim.value)
    if not (claims or command.facts or command.conversation):
        return []
    return [
        e.Passed(
            claims=claims,
            facts=command.facts,
            keys=command.keys,
            conversation=command.conversation,
        )
    ]


def _said(
    state: State, claims: tuple[Claim, ...], address: str = "", keys: tuple[str, ...] = ()
) -> list[Event]:
    """Return the claims that are new, if any is."""
    said = dict.fromkeys(claim for claim in claims if claim.value)
    new = tuple(claim for claim in said if claim not in state.claims)
    return [e.Claimed(claims=new, address=address, keys=keys)] if new else []


def verify(state: State, command: c.Verify, rules: Rules) -> list[Event]:
    """State a fact, or take one back; only staff's own word is replaced by it."""
    require_known(state)
    field, value = command.field, _checked(command.field, command.value, rules)
    stated = [fact.value for fact in state.facts if _is(fact, field, Source.STAFF)]
    if stated == [value] or not (stated or value):
        return []
    return [_fact(field, value, command.by.id, rules)]


def _is(fact: Fact, field: str, source: Source) -> bool:
    return (fact.field, fact.source) == (field, source)


def _fact(field: str, value: str, agent: str, rules: Rules) -> e.Verified:
    found = {field: value} if field in ("email", "phone") and value else {}
    return e.Verified(field=field, value=value, agent=agent, keys=keys_of(rules.key, **found))


def _checked(field: str, value: str, rules: Rules) -> str:
    custom = rules.fields.get(field)
    if custom is None and field not in STANDARD:
        raise Rejected("unknown_field", field=field)
    if custom is not None and custom.choices and value and value not in custom.choices:
        raise Rejected("bad_choice", field=field, value=value)
    try:
        clean = {"email": clean_optional_email, "phone": clean_phone}.get(field)
        return clean(value) if clean else value
    except Invalid as error:
        raise Invalid(error.code, field="value") from error


def link(state: State, command: c.Link) -> list[Event]:
    """Note which customer the person is, unless staff have said which one."""
    ref, source = command.ref, command.source
    if not ref or not (state.phase is Phase.MERGED or allows(NEXT, state.phase, e.Linked)):
        return []
    if state.phase is Phase.MERGED:
        return [e.Passed(ref=ref, source=source, facts=command.facts)]
    if state.ref == ref:
        return _vouched(state, command.facts)
    if state.ref and state.ref_source == Source.STAFF:
        return []
    return [e.Linked(ref=ref, source=source), *_vouched(state, command.facts)]


def _vouched(state: State, facts: tuple[Fact, ...]) -> list[Event]:
    """Return the facts of the host or the ERM that are new."""
    return [
        e.Verified(field=fact.field, value=fact.value, source=fact.source)
        for fact in facts
        if fact.value and fact not in state.facts
    ]


def link_customer(state: State, command: c.LinkCustomer) -> list[Event]:
    """Let an agent say which customer it is, knowing what was believed before."""
    require_known(state)
    if state.ref == command.ref:
        return []
    if state.ref != command.former:
        raise Rejected("changed", field="ref", value=state.ref)
    return [e.Linked(ref=command.ref, source=Source.STAFF, agent=command.by.id)]


def attach(state: State, command: c.Attach) -> list[Event]:
    """Take a conversation that was verified to be with this person."""
    require_known(state)
    return [
        *_said(state, command.claims),
        *_attached(state, command.conversation),
        *_opened(state, command.agent, command.conversation),
    ]


def _attached(state: State, conversation: str) -> list[Event]:
    if not conversation or conversation in state.conversations:
        return []
    return [e.Attached(conversation=conversation)]


def open_profile(state: State, command: c.Open) -> list[Event]:
    """Record who looks at a profile and why, once for each conversation.

    It is also what lets an agent work with the contact: he came to it through a chat he may see.
    """
    require_known(state)
    return _opened(state, command.agent, command.conversation)


def _opened(state: State, agent: str, conversation: str) -> list[Event]:
    if (agent, conversation) in state.readers:
        return []
    return [e.Opened(agent=agent, conversation=conversation)]


def require_known(state: State) -> None:
    """Refuse what makes sense only for a person whom the desk knows.

    Raises:
        NotFound: There is no such contact, or it was erased.
        Rejected: ``merged``, with the contact that answers for it.
    """
    if state.phase in (Phase.NEW, Phase.ERASED):
        raise NotFound
    if state.phase is Phase.MERGED:
        raise Rejected("merged", into=state.into)
