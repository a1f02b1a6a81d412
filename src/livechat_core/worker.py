"""The worker: carries out jobs, one call each, and reports what became of it.

Each job is tried under a lease that is recorded before the call, and its result is recorded after
it; a process that dies in between leaves a lease that runs out, and the job's rules decide what may
be done then. Adapters are kept apart: one that hangs or fails delays its own jobs only (G24).
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import anyio
import attrs

from . import bots, conversation, crashpoints, enquiry, job, persons
from .announcing import announce
from .clock import within
from .desk import Desk
from .enquiry import Facts, Step, render, six_facts
from .errors import Conflict, DeliveryError, LivechatError, StoreError
from .mails import Mails
from .policy import notice_job
from .ports import (
    Bot,
    Customer,
    CustomerRecords,
    Draft,
    Erm,
    FollowUp,
    Mailer,
    Notice,
    Notifier,
    Repeat,
)
from .streams import Summary, id_of, kind_of
from .text import normal_email

logger = logging.getLogger("livechat_core")

HARMLESS = (str(Step.LOOKUP), "update")
"""Calls that change nothing when they are made twice, whatever the adapter is."""
AT_ONCE = 4
"""Calls under way at the same time per outside system (security.md section 10)."""

Result = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Adapters:
    """The outside systems that jobs are for.

    Args:
        notifiers: By name.
        erm: The customer system, if there is one.
        mailer: What hands mail over, if there is one.
        bots: By name.
        records: What is shown of customers beside a chat, if there is such a system.
    """

    notifiers: Mapping[str, Notifier] = attrs.field(factory=dict)
    erm: Erm | None = None
    mailer: Mailer | None = None
    bots: Mapping[str, Bot] = attrs.field(factory=dict)
    records: CustomerRecords | None = None


class Worker:
    """Carries out the jobs of a desk.

    Args:
        desk: The desk.
        process: The process whose lease they are tried under.
        adapters: The outside systems.
    """

    def __init__(self, desk: Desk, process: str, adapters: Adapters) -> None:
        self._desk = desk
        self._process = process
        self._adapters = adapters
        self._mails = Mails(desk)
        self._busy: set[str] = set()
        self._places: dict[str, anyio.Semaphore] = {}

    async def attend(self, summary: Summary) -> None:
        """Do what is due with a job: try it, ask about it, or note that its lease is over."""
        if summary.stream in self._busy:
            return
        self._busy.add(summary.stream)
        place = self._places.setdefault(str(summary.facts["port"]), anyio.Semaphore(AT_ONCE))
        try:
            async with place:
                await self._attend(summary)
        except LivechatError as error:
            # Another process was faster, or the store is in trouble: the sweep comes again.
            logger.debug("job %s: %s", summary.stream, error.code)
        finally:
            self._busy.discard(summary.stream)

    async def _attend(self, summary: Summary) -> None:
        stream = summary.stream
        state: job.State = await self._desk.view(stream)
        if state.phase is job.Phase.TRYING or (state.phase is job.Phase.UNKNOWN and state.until):
            await self._desk.dispatch(stream, job.Elapse())
            return
        if state.phase not in (job.Phase.OWED, job.Phase.UNKNOWN):
            return
        adapter = self._adapter(state)
        if adapter is None:
            await self._unavailable(stream)
            return
        crashpoints.here(f"{state.action}.before_try")
        # To look up changes nothing outside, so it may always be done again.
        repeat = Repeat.SAFE if state.action in HARMLESS else adapter.repeat
        await self._desk.dispatch(stream, job.Try(process=self._process, repeat=str(repeat)))
        crashpoints.here(f"{state.action}.after_try")
        tried: job.State = await self._desk.view(stream)
        if tried.phase is job.Phase.UNKNOWN:
            await self._report(stream, tried, self._probe(stream, tried))
        else:
            await self._report(stream, tried, self._call(stream, tried))

    async def _report(self, stream: str, state: job.State, call: Awaitable[Result | None]) -> None:
        command: job.Succeed | job.Fail | job.Refute
        try:
            result = await within(self._desk.clock, self._desk.rules.lease * 2 // 3, call)
            crashpoints.here(f"{state.action}.after_call")
            command = (
                job.Refute(fence=state.fence)
                if result is None
                else job.Succeed(fence=state.fence, result=result)
            )
        except DeliveryError as error:
            command = self._failure(state, error)
        except TimeoutError:
            command = self._failure(state, DeliveryError("timeout", unknown=True))
        except (StoreError, Conflict) as error:
            # Our own trouble, before anything was asked of the outside system.
            command = self._failure(state, DeliveryError(error.code))
        except LivechatError as error:
            command = self._failure(state, DeliveryError(error.code, permanent=True))
        except Exception as error:
            # A plugin may raise anything; nobody knows then what it did before (G24).
            logger.exception("adapter of %s failed", stream)
            command = self._failure(state, DeliveryError(type(error).__name__, unknown=True))
        await self._desk.dispatch(stream, command)
        crashpoints.here(f"{state.action}.after_report")

    def _failure(self, state: job.State, error: DeliveryError) -> job.Fail:
        return job.Fail(
            fence=state.fence,
            reason=error.code,
            unknown=error.unknown,
            permanent=error.permanent,
            retry_after=error.retry_after,
            jitter=self._desk.chance.uniform(-1, 1),
        )

    async def _unavailable(self, stream: str) -> None:
        await self._desk.dispatch(stream, job.Try(process=self._process, repeat=str(Repeat.SAFE)))
        state: job.State = await self._desk.view(stream)
        error = DeliveryError("no_adapter", permanent=True)
        await self._desk.dispatch(stream, self._failure(state, error))

    def _adapter(self, state: job.State) -> Notifier | Erm | Mailer | Bot | CustomerRecords | None:
        match state.port:
            case "bot":
                return self._adapters.bots.get(state.target)
            case "notifier":
                return self._adapters.notifiers.get(state.target)
            case "erm":
                return self._adapters.erm
            case "mailer":
                return self._adapters.mailer
            case "records":
                return self._adapters.records
            case _:
                return None

    # --- calls -------------------------------------------------------------------------------

    async def _call(self, stream: str, state: job.State) -> Result:
        if state.port == "notifier":
            return await self._notify(stream, state)
        if state.port == "mailer":
            return await self._mail(stream, state)
        if state.port == "bot":
            return await self._bot_turn(stream, state)
        if state.port == "records":
            return await persons.change(self._adapters.records, id_of(stream), state.payload)
        if kind_of(state.subject) == "contact":
            return await self._lead(stream, state)
        calls: dict[str, Callable[[str, job.State], Awaitable[Result]]] = {
            Step.LOOKUP: self._look_up,
            Step.CREATE: self._create,
            Step.NOTE: self._note,
            Step.FOLLOW_UP: self._follow_up,
        }
        return await calls[state.action](stream, state)

    async def _probe(self, stream: str, state: job.State) -> Result | None:
        """Ask the outside system whether the work was done; none if it surely was not."""
        if state.port == "notifier":
            notice = await self._notice(stream, state)
            return await self._adapters.notifiers[state.target].probe(notice)
        erm = self._customers()
        if kind_of(state.subject) == "contact":
            return await persons.probed_lead(erm, id_of(stream), state.payload)
        subject: enquiry.State = await self._desk.view(state.subject)
        kind, text = {
            Step.CREATE: ("customer", state.payload.get("email", "")),
            Step.NOTE: ("note", subject.text),
            Step.FOLLOW_UP: ("task", state.payload.get("title", "")),
        }[Step(state.action)]
        found = await erm.find(kind, id_of(stream), subject.customer, text)
        if found is None:
            return None
        return {"ref": found, "name": state.payload.get("name", ""), "id": found}

    async def _lead(self, stream: str, state: job.State) -> Result:
        _, person = await persons.living(self._desk, state.subject)
        return await persons.lead(self._customers(), id_of(stream), person.ref, state.payload)

    async def _bot_turn(self, stream: str, state: job.State) -> Result:
        chat: conversation.State = await self._desk.view(state.subject)
        available = self._desk.givens.people(chat.queue, self._desk.clock.now())
        turn = bots.turn_of(id_of(stream), chat, available)
        if turn is None or turn.number != state.revision:
            return {}
        return await bots.ask(self._adapters.bots[state.target], turn)

    async def _look_up(self, _: str, state: job.State) -> Result:
        wanted = state.payload["email"]
        found: Sequence[Customer] = await self._customers().search(wanted)
        return {
            "matches": [
                {
                    "ref": one.ref,
                    "name": one.name,
                    "email": _address(one, wanted),
                    "phone": one.phone,
                    "company": one.company,
                }
                for one in found
            ]
        }

    async def _create(self, stream: str, state: job.State) -> Result:
        told = state.payload
        names = ("name", "email", "phone", "company", "location")
        draft = Draft(**{name: told[name] for name in names})
        made = await self._customers().create(draft, id_of(stream))
        return {"ref": made.ref, "name": made.name}

    async def _note(self, stream: str, state: job.State) -> Result:
        subject: enquiry.State = await self._desk.view(state.subject)
        note = await self._customers().add_history(
            subject.customer, subject.text, subject.agent_name, id_of(stream)
        )
        return {"id": note}

    async def _follow_up(self, stream: str, state: job.State) -> Result:
        subject: enquiry.State = await self._desk.view(state.subject)
        told = state.payload
        follow_up = FollowUp(title=told["title"], due_at=told["due_at"], assignee=told["assignee"])
        task = await self._customers().schedule(subject.customer, follow_up, id_of(stream))
        return {"id": task}

    def _customers(self) -> Erm:
        if self._adapters.erm is None:
            raise DeliveryError("no_adapter", permanent=True)
        return self._adapters.erm

    async def _mail(self, stream: str, state: job.State) -> Result:
        if self._adapters.mailer is None:
            raise DeliveryError("no_adapter", permanent=True)
        mail = await self._mails.mail(stream, state)
        if mail is None:
            return {}
        crashpoints.here(f"{state.action}.before_send")
        return {"id": await self._adapters.mailer.send(mail)}

    # --- notices -----------------------------------------------------------------------------

    async def _notify(self, stream: str, state: job.State) -> Result:
        if await self._is_moot(state):
            return {}
        notifier = self._adapters.notifiers[state.target]
        notice = await self._notice(stream, state)
        if state.action == "update":
            return await notifier.update(notice)
        return await notifier.send(notice)

    async def _is_moot(self, state: job.State) -> bool:
        """Tell whether there is nothing to show: given up unannounced, or never shown there."""
        if kind_of(state.subject) != "enquiry":
            return False
        subject: enquiry.State = await self._desk.view(state.subject)
        if subject.phase in enquiry.OVER and not subject.text:
            return True
        first = notice_job(state.subject, subject.kind, state.target)
        sent: job.State = await self._desk.view(first)
        return state.action == "update" and sent.phase in (job.Phase.DEAD, job.Phase.DROPPED)

    async def _notice(self, stream: str, state: job.State) -> Notice:
        if kind_of(state.subject) != "enquiry":
            return self._plain_notice(stream, state)
        subject = await self._announced(state.subject)
        first = notice_job(state.subject, subject.kind, state.target)
        sent: job.State = await self._desk.view(first)
        if state.action == "update" and sent.phase in job.LIVE:
            raise DeliveryError("not_sent_yet")
        held = await self._desk.states.get(state.subject)
        return Notice(
            key=id_of(first if state.action == "update" else stream),
            kind=state.payload.get("kind", subject.kind),
            text=subject.text,
            enquiry="" if subject.phase in enquiry.OVER else state.subject,
            version=held.version,
            facts=_facts(subject),
            link=f"{self._desk.rules.public_url}/team/",
            claimed_by=subject.agent_name,
            state=_standing(subject) if state.action == "update" else "",
            place={key: str(value) for key, value in sent.result.items()},
        )

    def _plain_notice(self, stream: str, state: job.State) -> Notice:
        facts = Facts(**state.payload["facts"])
        ref = f"Ref {id_of(state.subject)[:8]}"
        return Notice(
            key=id_of(stream),
            kind=facts.kind,
            text=render(facts, ref),
            to=tuple(state.payload.get("to", ())),
            facts={**six_facts(facts), "site": facts.site, "reference": ref},
            link=f"{self._desk.rules.public_url}/console/",
        )

    async def _announced(self, stream: str) -> enquiry.State:
        state = await announce(self._desk, stream)
        if not state.text:
            raise DeliveryError("not_announced")
        return state


def _address(customer: Customer, wanted: str) -> str:
    """Return the address by which a customer was found, or else one to tell him by."""
    same = (one for one in customer.emails if normal_email(one) == normal_email(wanted))
    return next(same, customer.emails[0] if customer.emails else "")


def _standing(state: enquiry.State) -> str:
    """Return in words what has become of an enquiry; the latest, however late it is shown."""
    if state.phase in enquiry.OVER:
        return str(state.phase).capitalize()
    return f"Claimed by {state.agent_name}" if state.agent else "Open again"


def _facts(state: enquiry.State) -> dict[str, str]:
    told = six_facts(state.facts)
    return {**told, "site": state.facts.site, "reference": state.reference}
