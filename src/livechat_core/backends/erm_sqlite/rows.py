"""What the embedded ERM reads and writes, each inside a transaction of its caller.

Every value is a parameter (A52). A call that names its key first looks whether it was done already.
"""

import re
import sqlite3
from collections.abc import Iterable, Mapping

from livechat_core.errors import DeliveryError
from livechat_core.ports import Customer, Draft
from livechat_core.text import normal_email

MOST_FOUND = 3

_MADE = {
    "customer": "SELECT id FROM customer WHERE key = ?",
    "note": "SELECT id FROM history_note WHERE key = ?",
    "task": "SELECT id FROM task WHERE key = ?",
}
_INSERT = {
    "customer": "INSERT INTO customer(name, phone, company, location, created_at, key)"
    " VALUES (:name, :phone, :company, :location, :now, :key)",
    "note": "INSERT INTO history_note(customer_id, text, author, created_at, key)"
    " VALUES (:customer, :text, :author, :now, :key)",
    "task": "INSERT INTO task(customer_id, title, due_at, assignee, created_at, key)"
    " VALUES (:customer, :title, :due_at, :assignee, :now, :key)",
}

_FILL = {
    "name": "UPDATE customer SET name = ? WHERE id = ? AND name = ''",
    "phone": "UPDATE customer SET phone = ? WHERE id = ? AND phone = ''",
    "company": "UPDATE customer SET company = ? WHERE id = ? AND company = ''",
    "location": "UPDATE customer SET location = ? WHERE id = ? AND location = ''",
}


def made_under(db: sqlite3.Connection, kind: str, key: str) -> str | None:
    """Return the id of what was made under this key."""
    found = db.execute(_MADE[kind], (key,)).fetchone()
    return None if found is None else str(found[0])


def search(db: sqlite3.Connection, email: str) -> list[Customer]:
    """Return the customers with this address, the oldest first."""
    found = db.execute(
        "SELECT customer_id FROM customer_email WHERE normalized = ? ORDER BY customer_id LIMIT ?",
        (normal_email(email), MOST_FOUND),
    )
    return [_customer(db, number) for (number,) in found.fetchall()]


def create(db: sqlite3.Connection, draft: Draft, key: str, now: int) -> Customer:
    """Insert a customer unless the key or the address is there already."""
    made = made_under(db, "customer", key)
    if made is not None:
        return _customer(db, int(made))
    email = draft.email.strip()
    if email and (known := search(db, email)):
        return known[0]
    return _customer(db, _insert_customer(db, draft, (email,) if email else (), key, now))


def add(db: sqlite3.Connection, kind: str, ref: str, key: str, values: Mapping[str, object]) -> str:
    """Insert a note or a task of a customer unless the key is there already."""
    made = made_under(db, kind, key)
    if made is not None:
        return made
    customer = _known_number(db, ref)
    done = db.execute(_INSERT[kind], {**values, "customer": customer, "key": key or None})
    return str(done.lastrowid)


def fill(db: sqlite3.Connection, ref: str, values: Mapping[str, str]) -> None:
    """Add what a customer lacks; what stands there stays (S4-10)."""
    number = _known_number(db, ref)
    for name, value in values.items():
        if not value:
            continue
        if name == "email":
            _fill_email(db, number, value.strip())
        elif name in _FILL:
            db.execute(_FILL[name], (value, number))
        else:
            db.execute(
                "INSERT INTO customer_value(customer_id, name, value) VALUES (?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (number, name, value),
            )


def _fill_email(db: sqlite3.Connection, number: int, email: str) -> None:
    db.execute(
        "INSERT INTO customer_email(customer_id, email, normalized) SELECT ?, ?, ? WHERE NOT EXISTS"
        " (SELECT 1 FROM customer_email WHERE customer_id = ?)",
        (number, email, normal_email(email), number),
    )


def seed(db: sqlite3.Connection, customers: Iterable[Customer], now: int) -> None:
    """Insert each customer unless he was seeded before."""
    for customer in customers:
        key = f"seed {customer.ref}"
        if made_under(db, "customer", key) is None:
            _insert_customer(db, customer, customer.emails, key, now)


def _insert_customer(
    db: sqlite3.Connection, facts: Customer | Draft, emails: Iterable[str], key: str, now: int
) -> int:
    values = {
        "name": facts.name,
        "phone": facts.phone,
        "company": facts.company,
        "location": facts.location,
        "now": now,
        "key": key or None,
    }
    number = db.execute(_INSERT["customer"], values).lastrowid or 0
    db.executemany(
        "INSERT INTO customer_email(customer_id, email, normalized) VALUES (?, ?, ?)",
        [(number, email, normal_email(email)) for email in emails],
    )
    return number


def _customer(db: sqlite3.Connection, number: int) -> Customer:
    name, phone, company, location = db.execute(
        "SELECT name, phone, company, location FROM customer WHERE id = ?", (number,)
    ).fetchone()
    emails = db.execute(
        "SELECT email FROM customer_email WHERE customer_id = ? ORDER BY rowid", (number,)
    )
    return Customer(
        ref=str(number),
        name=name,
        emails=tuple(email for (email,) in emails),
        phone=phone,
        company=company,
        location=location,
    )


def _known_number(db: sqlite3.Connection, ref: str) -> int:
    if re.fullmatch(r"[0-9]{1,18}", ref):
        found = db.execute("SELECT id FROM customer WHERE id = ?", (int(ref),)).fetchone()
        if found is not None:
            return int(found[0])
    raise DeliveryError("erm_no_customer", permanent=True, ref=ref)
