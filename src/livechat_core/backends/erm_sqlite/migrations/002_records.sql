-- Values that only this company keeps about its customers.
CREATE TABLE customer_value(
    customer_id INTEGER NOT NULL REFERENCES customer(id),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY(customer_id, name)
);

CREATE TABLE account(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    number TEXT NOT NULL DEFAULT '',
    terms TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    key TEXT UNIQUE
);

ALTER TABLE customer ADD COLUMN account_id INTEGER REFERENCES account(id);

CREATE INDEX customer_account ON customer(account_id);

CREATE TABLE asset(
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer(id),
    name TEXT NOT NULL,
    serial TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    key TEXT UNIQUE
);

CREATE INDEX asset_customer ON asset(customer_id);

CREATE TABLE work_order(
    id INTEGER PRIMARY KEY,
    asset_id INTEGER NOT NULL REFERENCES asset(id),
    title TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT '',
    remark TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    key TEXT UNIQUE
);

CREATE INDEX work_order_asset ON work_order(asset_id);

-- Every change that was made from a chat: so a repeat is known, and a person can see who did what.
CREATE TABLE record_change(
    key TEXT PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer(id),
    record TEXT NOT NULL,
    field TEXT NOT NULL,
    former TEXT NOT NULL,
    value TEXT NOT NULL,
    made_at INTEGER NOT NULL
);
