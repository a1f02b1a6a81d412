"""Who may do and ask what: one registry for every command and every query; default deny (A1, A11).

Transports and the protocol add nothing to it, and the security tests are generated from it. A
command that is not listed cannot be sent by anybody outside the desk.
"""

from enum import StrEnum

import attrs

from . import ban, contact, conversation, enquiry, erasure, presence, record, visit
from .errors import Denied
from .streams import Command, Role

VISITOR = frozenset({Role.VISITOR})
STAFF = frozenset({Role.AGENT, Role.SUPERVISOR})
BOTH = VISITOR | STAFF
SUPERVISOR = frozenset({Role.SUPERVISOR})


class Scope(StrEnum):
    """Which streams an actor may name.

    OWN: his own only (a visitor's chat and visit, an agent's working time). QUEUE: those of the
    queues he serves, those he has, and the contacts he came to through one of them. DESK: all.
    """

    OWN = "own"
    QUEUE = "queue"
    DESK = "desk"


class Target(StrEnum):
    """How a stream is found: named, begun now, the caller's own visit or presence, or none."""

    NAMED = "named"
    BEGUN = "begun"
    NAMED_OR_BEGUN = "named_or_begun"
    OWN_VISIT = "own_visit"
    OWN_PRESENCE = "own_presence"
    NONE = "none"


@attrs.frozen(kw_only=True)
class Access:
    """One line of the registry.

    Args:
        method: Name on the wire, ``conversation.post``.
        roles: Who may.
        scope: On which streams, for staff; visitors have their own only.
        command: The class, for commands.
        target: How the stream is found.
        limit: Name of the limit at the door (``line``, ``start``, ``message``, ``other``).
    """

    method: str
    roles: frozenset[Role]
    scope: Scope = Scope.OWN
    command: type[Command] | None = None
    target: Target = Target.NAMED
    limit: str = "other"

    @property
    def kind(self) -> str:
        """The kind of stream, the part of the method before the dot."""
        return self.method.partition(".")[0]

    def admit(self, role: Role) -> None:
        """Refuse a role that is not listed.

        Raises:
            Denied: ``forbidden``.
        """
        if role not in self.roles:
            raise Denied("forbidden", method=self.method)


def _command(
    kind: str,
    command: type[Command],
    roles: frozenset[Role],
    scope: Scope = Scope.QUEUE,
    *,
    target: Target = Target.NAMED,
    limit: str = "other",
) -> Access:
    return Access(
        method=f"{kind}.{_snake(command.__name__)}",
        roles=roles,
        scope=scope,
        command=command,
        target=target,
        limit=limit,
    )


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]


def _query(
    method: str,
    roles: frozenset[Role],
    scope: Scope = Scope.QUEUE,
    target: Target = Target.NAMED,
) -> Access:
    return Access(method=method, roles=roles, scope=scope, target=target)


COMMANDS: dict[str, Access] = {
    access.method: access
    for access in (
        _command("conversation", conversation.Start, VISITOR, target=Target.BEGUN, limit="start"),
        _command(
            "conversation",
            conversation.LeaveMessage,
            VISITOR,
            target=Target.NAMED_OR_BEGUN,
            limit="message",
        ),
        _command("conversation", conversation.Post, BOTH, limit="line"),
        _command("conversation", conversation.Attach, BOTH, limit="line"),
        _command("conversation", conversation.Close, BOTH),
        _command("conversation", conversation.Reopen, BOTH),
        _command("conversation", conversation.Snooze, STAFF),
        _command("conversation", conversation.Wake, STAFF),
        _command("conversation", conversation.RecordOutcome, STAFF),
        _command("conversation", conversation.MakeTicket, STAFF),
        _command("conversation", conversation.HandOff, BOTH),
        _command("conversation", conversation.Rate, VISITOR),
        _command("conversation", conversation.EmailTranscript, VISITOR),
        _command("conversation", conversation.Introduce, VISITOR, limit="line"),
        _command("conversation", conversation.Accept, STAFF),
        _command("conversation", conversation.Decline, STAFF),
        _command("conversation", conversation.Pick, STAFF),
        _command("conversation", conversation.Note, STAFF, limit="line"),
        _command("conversation", conversation.Transfer, STAFF),
        _command("conversation", conversation.Assign, STAFF),
        _command("conversation", conversation.Prioritize, SUPERVISOR),
        _command("conversation", conversation.Join, STAFF),
        _command("conversation", conversation.Leave, STAFF),
        _command("conversation", conversation.LookOn, SUPERVISOR),
        _command("conversation", conversation.Whisper, SUPERVISOR, limit="line"),
        _command("conversation", conversation.Tag, STAFF),
        _command("conversation", conversation.Untag, STAFF),
        _command("conversation", conversation.ReadMention, STAFF),
        _command("visit", visit.View, VISITOR, target=Target.OWN_VISIT),
        _command("visit", visit.AnswerInvitation, VISITOR, target=Target.OWN_VISIT),
        _command("visit", visit.Consent, VISITOR, target=Target.OWN_VISIT),
        _command("visit", visit.SignOff, VISITOR, target=Target.OWN_VISIT),
        _command("visit", visit.Revoke, SUPERVISOR, Scope.DESK),
        _command("visit", visit.Invite, STAFF, Scope.DESK),
        _command("presence", presence.SetStatus, STAFF, Scope.OWN, target=Target.OWN_PRESENCE),
        _command("presence", presence.SetCall, STAFF, Scope.OWN, target=Target.OWN_PRESENCE),
        _command("presence", presence.FinishWrapUp, STAFF, Scope.OWN, target=Target.OWN_PRESENCE),
        _command("presence", presence.SetCapacity, SUPERVISOR, Scope.DESK),
        _command("conversation", conversation.ChooseContact, STAFF),
        _command("conversation", conversation.VerifyContact, STAFF),
        _command("contact", contact.Create, STAFF, target=Target.BEGUN),
        _command("contact", contact.Verify, STAFF),
        _command("contact", contact.LinkCustomer, STAFF),
        _command("contact", contact.Merge, STAFF),
        _command("contact", contact.WriteNote, STAFF),
        _command("contact", contact.EditNote, STAFF),
        _command("contact", contact.Tag, STAFF),
        _command("contact", contact.Untag, STAFF),
        _command("contact", contact.ChangeRecord, STAFF),
        _command("enquiry", enquiry.Claim, STAFF),
        _command("enquiry", enquiry.Release, STAFF),
        _command("enquiry", enquiry.TakeOver, SUPERVISOR),
        _command("enquiry", enquiry.SearchAgain, STAFF),
        _command("enquiry", enquiry.ConfirmMatch, STAFF),
        _command("enquiry", enquiry.CreateCustomer, STAFF),
        _command("enquiry", enquiry.Reply, STAFF),
        _command("enquiry", enquiry.ScheduleFollowUp, STAFF),
        _command("enquiry", enquiry.Complete, STAFF),
        _command("enquiry", enquiry.Drop, STAFF),
        _command("enquiry", enquiry.Retry, STAFF),
        _command("enquiry", enquiry.Settle, STAFF),
        _command("ban", ban.Ask, STAFF, Scope.DESK, target=Target.BEGUN),
        _command("ban", ban.Approve, SUPERVISOR, Scope.DESK),
        _command("ban", ban.Refuse, SUPERVISOR, Scope.DESK),
        _command("ban", ban.Lift, SUPERVISOR, Scope.DESK),
        _command("erasure", erasure.Ask, SUPERVISOR, Scope.DESK, target=Target.BEGUN),
        _command("erasure", erasure.RemoveCopy, SUPERVISOR, Scope.DESK),
        _command("record", record.Save, STAFF, Scope.DESK, target=Target.NAMED_OR_BEGUN),
        _command("record", record.Retire, STAFF, Scope.DESK),
    )
}

QUERIES: dict[str, Access] = {
    access.method: access
    for access in (
        _query("conversation.follow", BOTH),
        _query("conversation.history", BOTH),
        _query("conversation.type", BOTH),
        _query("conversation.read", BOTH),
        _query("conversation.routing", STAFF),
        _query("conversation.ticket_subject", STAFF),
        _query("conversation.search", STAFF, target=Target.NONE),
        _query("conversation.find", STAFF, target=Target.NONE),
        _query("conversation.contact", STAFF),
        _query("contact.search", STAFF, target=Target.NONE),
        _query("contact.show", STAFF),
        _query("contact.pop", STAFF),
        _query("desk.availability", BOTH),
        _query("desk.lists", STAFF),
        _query("desk.inbox", STAFF),
        _query("desk.tags", STAFF),
        _query("desk.staff", STAFF, Scope.DESK),
        _query("desk.queues", STAFF, Scope.DESK),
        _query("visit.path", STAFF, Scope.DESK),
        _query("erasure.list", SUPERVISOR, Scope.DESK),
        _query("erasure.export", SUPERVISOR, Scope.DESK),
        _query("visit.conversations", VISITOR, Scope.OWN, target=Target.OWN_VISIT),
        _query("visit.hand_over", VISITOR, Scope.OWN, target=Target.OWN_VISIT),
        _query("enquiry.show", STAFF),
        _query("record.list", STAFF, Scope.DESK, Target.NONE),
        _query("record.history", STAFF, Scope.DESK),
        _query("record.replies", STAFF, target=Target.NONE),
        _query("desk.emoji", STAFF, Scope.DESK, Target.NONE),
        _query("desk.profile", STAFF, Scope.DESK, Target.NONE),
        _query("desk.figures", STAFF, target=Target.NONE),
    )
}


def find(method: str) -> Access:
    """Return the registry's line for a method.

    Raises:
        Denied: There is none (B84).
    """
    found = COMMANDS.get(method) or QUERIES.get(method)
    if found is None:
        raise Denied("unsupported", method=method[:100])
    return found
