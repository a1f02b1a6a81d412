-- Between which numbers to look for what began in a span of time. Written once for each stream.
CREATE INDEX summary_begun ON summary (kind, begun_at);
