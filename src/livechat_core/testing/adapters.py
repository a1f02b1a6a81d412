"""Outside systems in memory: an ERM, a post office, a channel, a place for files, for tests."""

import re
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import attrs

from livechat_core.errors import Conflict, DeliveryError, LimitExceeded, NotFound
from livechat_core.ports import (
    Correction,
    Customer,
    Draft,
    FollowUp,
    Mail,
    Notice,
    Record,
    Repeat,
)
from livechat_core.text import normal_email


@attrs.frozen(kw_only=True)
class Entry:
    """A history note or a task, as a `MemoryErm` keeps it."""

    kind: str
    ref: str
    text: str
    by: str
    key: str


class MemoryErm:
    """Customers, notes and tasks in memory.

    Args:
        repeat: SAFE writes once for a key (level L2 of G13); with PROBE or ASK every call
            writes, and PROBE finds an entry by the last line of its text (L1, L0).
    """

    name = "memory"

    def __init__(self, repeat: Repeat = Repeat.SAFE) -> None:
        self.repeat = repeat
        self.customers: dict[str, Customer] = {}
        self.entries: list[Entry] = []
        self.values: dict[str, dict[str, str]] = {}

    def notes(self, ref: str) -> list[str]:
        """Return the texts of a customer's notes."""
        return [one.text for one in self.entries if (one.kind, one.ref) == ("note", ref)]

    def tasks(self, ref: str) -> list[str]:
        """Return the titles of a customer's tasks."""
        return [one.text for one in self.entries if (one.kind, one.ref) == ("task", ref)]

    def add(self, *emails: str, name: str = "") -> str:
        """Put a customer in and return his ref; several may share an address."""
        ref = str(len(self.customers) + 1)
        self.customers[ref] = Customer(ref=ref, name=name, emails=emails)
        return ref

    async def search(self, email: str) -> Sequence[Customer]:
        """As `Erm.search`."""
        wanted = normal_email(email)
        known = self.customers.values()
        return [one for one in known if wanted in map(normal_email, one.emails)][:3]

    async def create(self, draft: Draft, key: str) -> Customer:
        """As `Erm.create`; only SAFE looks for the address first."""
        found = await self.search(draft.email) if self.repeat is Repeat.SAFE else ()
        if found:
            return found[0]
        ref = self.add(draft.email, name=draft.name)
        made = Customer(
            ref=ref,
            name=draft.name,
            emails=(draft.email,),
            phone=draft.phone,
            company=draft.company,
            location=draft.location,
        )
        self.customers[ref] = made
        return made

    async def fill(self, ref: str, values: Mapping[str, str], key: str) -> None:
        """As `Erm.fill`; custom fields are kept in ``values``."""
        known = self._customer(ref)
        told = {name: value for name, value in values.items() if value}
        emails = known.emails or tuple(told[name] for name in ("email",) if name in told)
        plain = ("name", "phone", "company", "location")
        missing = {name: told[name] for name in plain if name in told and not getattr(known, name)}
        self.customers[ref] = attrs.evolve(known, emails=emails, **missing)
        kept = self.values.setdefault(ref, {})
        for name in told.keys() - {*plain, "email"}:
            kept.setdefault(name, told[name])

    async def add_history(self, ref: str, text: str, author: str, key: str) -> str:
        """As `Erm.add_history`."""
        return self._write(Entry(kind="note", ref=ref, text=text, by=author, key=key))

    async def schedule(self, ref: str, follow_up: FollowUp, key: str) -> str:
        """As `Erm.schedule`."""
        title, who = follow_up.title, follow_up.assignee
        return self._write(Entry(kind="task", ref=ref, text=title, by=who, key=key))

    async def find(self, kind: str, key: str, ref: str = "", text: str = "") -> str | None:
        """As `Erm.find`: by key if SAFE, by the last line if PROBE."""
        if kind == "customer":
            return next((one.ref for one in await self.search(text)), None)
        for number, entry in enumerate(self.entries):
            if (entry.kind, entry.ref) == (kind, ref) and self._same(entry, key, text):
                return str(number)
        return None

    def _customer(self, ref: str) -> Customer:
        if ref not in self.customers:
            raise DeliveryError("no_such_customer", permanent=True)
        return self.customers[ref]

    def _write(self, entry: Entry) -> str:
        self._customer(entry.ref)
        if self.repeat is Repeat.SAFE:
            for number, known in enumerate(self.entries):
                if known.key == entry.key:
                    return str(number)
        self.entries.append(entry)
        return str(len(self.entries) - 1)

    def _same(self, entry: Entry, key: str, text: str) -> bool:
        if self.repeat is Repeat.SAFE:
            return entry.key == key
        return entry.text.rpartition("\n")[2] == text.rpartition("\n")[2]


class MemoryRecords:
    """Records of customers in memory.

    Args:
        trees: The contact record of each customer, by the customer's ref.
    """

    name = "memory"
    repeat = Repeat.SAFE

    def __init__(self, trees: Mapping[str, Record] | None = None) -> None:
        self.trees = dict(trees or {})
        self.made: list[Correction] = []
        self._keys: set[str] = set()

    async def open(self, customer: str) -> Record | None:
        """As `CustomerRecords.open`."""
        return self.trees.get(customer)

    async def change(self, customer: str, correction: Correction, key: str) -> None:
        """As `CustomerRecords.change`."""
        if key in self._keys:
            return
        tree = self.trees.get(customer)
        records = {record.ref: record for record in tree.walk()} if tree else {}
        record = records.get(correction.record)
        if tree is None or record is None:
            raise DeliveryError("no_such_record", permanent=True)
        details = {detail.name: detail for detail in record.details}
        detail = details.get(correction.field)
        if detail is None or not detail.editable:
            raise DeliveryError("not_editable", permanent=True)
        if detail.value == correction.value:
            return
        if detail.value != correction.former:
            raise DeliveryError("changed", permanent=True)
        details[detail.name] = attrs.evolve(detail, value=correction.value)
        changed = attrs.evolve(record, details=tuple(details.values()))
        self.trees[customer] = _replaced(tree, changed)
        self._keys.add(key)
        self.made.append(correction)


def _replaced(tree: Record, changed: Record) -> Record:
    if tree.ref == changed.ref:
        return changed
    return attrs.evolve(tree, children=tuple(_replaced(one, changed) for one in tree.children))


class MemoryMailer:
    """Mail that goes nowhere; it cannot tell repeats apart, as SMTP cannot."""

    name = "memory"
    repeat = Repeat.ASK

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    async def send(self, mail: Mail) -> str:
        """As `Mailer.send`."""
        self.sent.append(mail)
        return f"<{mail.key}@memory>"


class MemoryNotifier:
    """A channel in memory: what was sent, and what each notice shows now.

    Args:
        name: As the rules' subscriptions name it.
        repeat: With PROBE, a notice that was sent is found again by its key.
    """

    def __init__(self, name: str, repeat: Repeat = Repeat.SAFE) -> None:
        self.name = name
        self.repeat = repeat
        self.sent: list[Notice] = []
        self.updates: list[Notice] = []
        self.shown: dict[str, str] = {}

    async def send(self, notice: Notice) -> dict[str, str]:
        """As `Notifier.send`."""
        self.sent.append(notice)
        self.shown[notice.key] = notice.state
        return {"at": notice.key}

    async def update(self, notice: Notice) -> dict[str, str]:
        """As `Notifier.update`."""
        self.updates.append(notice)
        self.shown[notice.place["at"]] = notice.state
        return notice.place

    async def probe(self, notice: Notice) -> dict[str, str] | None:
        """As `Notifier.probe`."""
        return {"at": notice.key} if notice.key in self.shown else None


class MemoryFiles:
    """Files in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, key: str, chunks: AsyncIterable[bytes], limit: int) -> int:
        """Keep what the chunks are, whole or not at all."""
        _check_key(key)
        whole = b""
        async for chunk in chunks:
            whole += chunk
            if len(whole) > limit:
                raise LimitExceeded("too_large", limit=limit)
        if key in self.kept:
            raise Conflict("file_exists")
        self.kept[key] = whole
        return len(whole)

    @asynccontextmanager
    async def get(self, key: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Read a file within the block."""
        _check_key(key)
        if key not in self.kept:
            raise NotFound
        yield _pieces(self.kept[key])

    async def delete(self, key: str) -> None:
        """Remove a file, if it is there."""
        _check_key(key)
        self.kept.pop(key, None)


async def _pieces(whole: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(whole), 1000):
        yield whole[start : start + 1000]


def _check_key(key: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", key):
        raise NotFound
