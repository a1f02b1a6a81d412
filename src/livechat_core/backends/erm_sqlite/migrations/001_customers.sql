CREATE TABLE customer(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    phone TEXT NOT NULL DEFAULT '',
    company TEXT NOT NULL DEFAULT '',
    location TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    key TEXT UNIQUE
);

-- Several customers may share an address; then a person chooses.
CREATE TABLE customer_email(
    customer_id INTEGER NOT NULL REFERENCES customer(id),
    email TEXT NOT NULL,
    normalized TEXT NOT NULL,
    PRIMARY KEY(customer_id, normalized)
);

CREATE INDEX customer_email_normalized ON customer_email(normalized);

CREATE TABLE history_note(
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer(id),
    text TEXT NOT NULL,
    author TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    key TEXT UNIQUE
);

CREATE TABLE task(
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer(id),
    title TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    assignee TEXT NOT NULL,
    done_at INTEGER,
    created_at INTEGER NOT NULL,
    key TEXT UNIQUE
);
