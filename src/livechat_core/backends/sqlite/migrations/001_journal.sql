-- The journal is only appended to. A stream is named inside by the position of its first event, its number.
-- Each event knows the one before it in its stream, so the journal needs no second index to be read by stream.
CREATE TABLE journal (
    position     INTEGER PRIMARY KEY,
    number       INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    before       INTEGER,
    at           INTEGER NOT NULL,
    actor        TEXT NOT NULL,
    type         TEXT NOT NULL,
    data         BLOB NOT NULL,
    cause_hash   INTEGER,
    cause_actor  TEXT,
    cause_id     TEXT,
    cause_digest TEXT,
    text         TEXT
) STRICT;

CREATE TABLE summary (
    number   INTEGER PRIMARY KEY,
    stream   TEXT NOT NULL UNIQUE,
    kind     TEXT NOT NULL,
    phase    TEXT NOT NULL,
    version  INTEGER NOT NULL,
    queue    TEXT,
    rank_1   INTEGER,
    rank_2   INTEGER,
    due_at   INTEGER,
    labels   TEXT NOT NULL,
    facts    TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT;

CREATE INDEX summary_place ON summary (kind, phase, queue, rank_1, rank_2);
CREATE INDEX summary_due ON summary (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX summary_position ON summary (position);

CREATE TABLE label (
    label  TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (label, number)
) STRICT, WITHOUT ROWID;

-- Streams that were removed whole: their names, numbers and positions are never used again.
CREATE TABLE gone (
    stream   TEXT PRIMARY KEY,
    number   INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX gone_position ON gone (position);

-- What follows is filled behind the commits, up to the position in "indexed"; later events still wait for it.
CREATE TABLE indexed (position INTEGER NOT NULL) STRICT;

INSERT INTO indexed VALUES (0);

CREATE TABLE cause (
    number   INTEGER NOT NULL,
    hash     INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (number, hash, position)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE words USING fts5 (
    text, content = 'journal', content_rowid = 'position', tokenize = 'unicode61 remove_diacritics 0'
);
