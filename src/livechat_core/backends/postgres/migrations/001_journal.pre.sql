-- The journal is only appended to. A stream is named inside by the position of its first event, its number.
CREATE TABLE journal (
    position     bigint PRIMARY KEY,
    number       bigint NOT NULL,
    version      integer NOT NULL,
    at           bigint NOT NULL,
    actor        text NOT NULL,
    type         text NOT NULL,
    data         bytea NOT NULL,
    cause        bytea,
    cause_digest text,
    UNIQUE (number, version)
);

-- Which command of which client an event answered (G3): found again for ever.
CREATE UNIQUE INDEX journal_cause ON journal (cause, number) WHERE cause IS NOT NULL;

CREATE TABLE summary (
    number   bigint PRIMARY KEY,
    stream   text NOT NULL UNIQUE,
    kind     text NOT NULL,
    begun_at bigint NOT NULL,
    version  integer NOT NULL,
    position bigint NOT NULL,
    phase    text NOT NULL,
    queue    text,
    rank_1   bigint,
    rank_2   bigint,
    due_at   bigint,
    labels   text[] NOT NULL,
    facts    json NOT NULL
);

CREATE INDEX summary_place ON summary (kind, phase, queue, rank_1, rank_2);
CREATE INDEX summary_due ON summary (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX summary_position ON summary (position);
CREATE INDEX summary_begun ON summary (kind, begun_at);

-- Every event gives its summary a new row version, so each index on this table is written each time. Labels
-- change seldom: in a table of their own they cost nothing then (a GIN index on the array made it three times dearer).
CREATE TABLE label (
    label  text NOT NULL,
    number bigint NOT NULL,
    PRIMARY KEY (label, number)
);

CREATE INDEX label_number ON label (number);

-- Texts as they are searched: folded, and broken into words by the rules of words.py. PostgreSQL's own parser has
-- other rules (addresses, hyphens, signs before numbers), so it is not asked.
CREATE TABLE said (
    position bigint PRIMARY KEY,
    number   bigint NOT NULL,
    text     text NOT NULL,
    words    text[] NOT NULL
);

CREATE INDEX said_words ON said USING gin (words);
CREATE INDEX said_number ON said (number);

-- Streams that were removed whole: their names, numbers and positions are never used again.
CREATE TABLE gone (
    stream   text PRIMARY KEY,
    number   bigint NOT NULL,
    version  integer NOT NULL,
    position bigint NOT NULL
);

CREATE INDEX gone_position ON gone (position);

-- The busiest table: do not wait until a fifth of it is old row versions.
ALTER TABLE summary SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
