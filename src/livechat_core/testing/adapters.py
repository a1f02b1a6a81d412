"""Outside systems in memory: an ERM, a post office and a channel, for tests of what calls them."""

from collections.abc import Sequence

import attrs

from livechat_core.errors import DeliveryError
from livechat_core.ports import Customer, Draft, FollowUp, Mail, Notice, Repeat
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

    def _write(self, entry: Entry) -> str:
        if entry.ref not in self.customers:
            raise DeliveryError("no_such_customer", permanent=True)
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
