"""The records of a customer in the embedded ERM: what is shown of them, and how one is changed.

A contact's account has the contact's colleagues; a contact has assets, an asset has work orders.
"""

import re
import sqlite3
from collections.abc import Iterable, Mapping

import attrs

from livechat_core.errors import DeliveryError
from livechat_core.ports import Correction, Detail, Record


@attrs.frozen
class Column:
    """A column as people see it: its title, and whether an agent may change it."""

    title: str
    editable: bool = True


SHOWN: Mapping[str, Mapping[str, Column]] = {
    "contact": {
        "name": Column("Name"),
        "phone": Column("Phone"),
        "company": Column("Company"),
        "location": Column("Location"),
    },
    "account": {
        "name": Column("Name", editable=False),
        "number": Column("Account number", editable=False),
        "terms": Column("Terms", editable=False),
    },
    "asset": {
        "name": Column("Name"),
        "serial": Column("Serial number"),
        "status": Column("Status"),
    },
    "work_order": {
        "title": Column("Title"),
        "status": Column("Status"),
        "remark": Column("Remark"),
    },
}
"""What is shown of each kind of record; nothing else can be named in a change (A52)."""
TABLES = {"contact": "customer", "account": "account", "asset": "asset", "work_order": "work_order"}
TITLES = {"contact": "name", "account": "name", "asset": "name", "work_order": "title"}
MOST = 100
"""Records of one kind below another that are shown, the newest first."""

_BELOW = {
    "colleague": "SELECT id FROM customer WHERE account_id = ? AND id <> ?"
    " ORDER BY id DESC LIMIT ?",
    "asset": "SELECT id FROM asset WHERE customer_id = ? ORDER BY id DESC LIMIT ?",
    "work_order": "SELECT id FROM work_order WHERE asset_id = ? ORDER BY id DESC LIMIT ?",
}
_OWNED = {
    "contact": "SELECT id FROM customer WHERE id = :id AND id = :customer",
    "asset": "SELECT id FROM asset WHERE id = :id AND customer_id = :customer",
    "work_order": "SELECT work_order.id FROM work_order JOIN asset ON asset.id = asset_id"
    " WHERE work_order.id = :id AND customer_id = :customer",
}


def show(db: sqlite3.Connection, customer: str) -> Record | None:
    """Return a customer's contact record with all that belongs to it."""
    number = _number(customer)
    found = db.execute("SELECT id, account_id FROM customer WHERE id = ?", (number,)).fetchone()
    if found is None:
        return None
    _, account = found
    assets = _below(db, "asset", number)
    children = [_asset(db, one) for one in assets]
    if account is not None:
        colleagues = [
            _record(db, "contact", one, editable=False)
            for one in _below(db, "colleague", account, number)
        ]
        children.insert(0, _record(db, "account", account, colleagues))
    record = _record(db, "contact", number, children)
    return attrs.evolve(record, details=(*record.details, *_further(db, number)))


def _asset(db: sqlite3.Connection, number: int) -> Record:
    orders = [_record(db, "work_order", one) for one in _below(db, "work_order", number)]
    return _record(db, "asset", number, orders)


def _below(db: sqlite3.Connection, kind: str, *values: int) -> list[int]:
    return [number for (number,) in db.execute(_BELOW[kind], (*values, MOST))]


def _record(
    db: sqlite3.Connection,
    kind: str,
    number: int,
    children: Iterable[Record] = (),
    *,
    editable: bool = True,
) -> Record:
    columns = SHOWN[kind]
    query = f"SELECT {', '.join(columns)} FROM {TABLES[kind]} WHERE id = ?"  # noqa: S608 - ours
    values = dict(zip(columns, db.execute(query, (number,)).fetchone(), strict=True))
    return Record(
        ref=f"{kind}/{number}",
        kind=kind,
        title=values[TITLES[kind]],
        details=tuple(
            Detail(
                name=name,
                title=column.title,
                value=values[name],
                editable=editable and column.editable,
            )
            for name, column in columns.items()
        ),
        children=tuple(children),
    )


def _further(db: sqlite3.Connection, number: int) -> list[Detail]:
    """Return the addresses of a customer, and the values that only this company keeps."""
    emails = db.execute(
        "SELECT email FROM customer_email WHERE customer_id = ? ORDER BY rowid", (number,)
    )
    found = [Detail(name="email", title="E-mail", value=email) for (email,) in emails]
    values = db.execute(
        "SELECT name, value FROM customer_value WHERE customer_id = ? ORDER BY name", (number,)
    )
    return found + [Detail(name=name, title=name, value=value) for name, value in values]


def change(db: sqlite3.Connection, customer: str, wanted: Correction, key: str, now: int) -> None:
    """Set a field that still has its former value, once for each key."""
    if db.execute("SELECT 1 FROM record_change WHERE key = ?", (key,)).fetchone():
        return
    place = _owned(db, customer, wanted)
    table, field = TABLES[wanted.record.partition("/")[0]], wanted.field
    query = f"SELECT {field} FROM {table} WHERE id = :id"  # noqa: S608 - a name of SHOWN
    (present,) = db.execute(query, place).fetchone()
    if present == wanted.value:
        return
    if present != wanted.former:
        raise DeliveryError("changed", permanent=True, field=field)
    db.execute(
        f"UPDATE {table} SET {field} = :value WHERE id = :id",  # noqa: S608 - a name of SHOWN
        {**place, "value": wanted.value},
    )
    db.execute(
        "INSERT INTO record_change(key, customer_id, record, field, former, value, made_at)"
        " VALUES (:key, :customer, :record, :field, :former, :value, :now)",
        {**attrs.asdict(wanted), "customer": place["customer"], "key": key, "now": now},
    )


def _owned(db: sqlite3.Connection, customer: str, wanted: Correction) -> dict[str, int]:
    """Return the ids of a record and its customer, if the record and the field are his to change.

    Raises:
        DeliveryError: ``no_such_record`` or ``not_editable``.
    """
    kind, _, number = wanted.record.partition("/")
    place = {"id": _number(number), "customer": _number(customer)}
    query = _OWNED.get(kind)
    if query is None or db.execute(query, place).fetchone() is None:
        raise DeliveryError("no_such_record", permanent=True, record=wanted.record)
    column = SHOWN[kind].get(wanted.field)
    if column is None or not column.editable:
        raise DeliveryError("not_editable", permanent=True, field=wanted.field)
    return place


def furnish(db: sqlite3.Connection, customer: str, records: Iterable[Record], now: int) -> None:
    """Insert accounts, and assets with their work orders, of a customer; each ref once ever."""
    number = _number(customer)
    for record in records:
        made = _insert(db, record, {"customer_id": number}, now)
        if record.kind == "account":
            db.execute("UPDATE customer SET account_id = ? WHERE id = ?", (made, number))
        for child in record.children:
            _insert(db, child, {"asset_id": made}, now)


def _insert(db: sqlite3.Connection, record: Record, owner: Mapping[str, int], now: int) -> int:
    table, key = TABLES[record.kind], f"seed {record.ref}"
    known = db.execute(f"SELECT id FROM {table} WHERE key = ?", (key,)).fetchone()  # noqa: S608
    if known is not None:
        return int(known[0])
    told = {detail.name: detail.value for detail in record.details}
    values: dict[str, object] = {name: told.get(name, "") for name in SHOWN[record.kind]}
    values |= {TITLES[record.kind]: record.title, "created_at": now, "key": key}
    values |= {} if record.kind == "account" else owner
    query = f"INSERT INTO {table}({', '.join(values)}) VALUES (:{', :'.join(values)})"  # noqa: S608
    return int(db.execute(query, values).lastrowid or 0)


def _number(text: str) -> int:
    """Return a row's number; what is none belongs to no row."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0
