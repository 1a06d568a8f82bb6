-- The learner's database, version 1. `row` is the log and the truth; all else is a cache of its fold.

CREATE TABLE row (
  id TEXT PRIMARY KEY,
  ms INTEGER NOT NULL,              -- `at` in UTC milliseconds
  at TEXT NOT NULL,                 -- as the learner's clock said it, offset included
  card TEXT,
  rating INTEGER CHECK (rating BETWEEN 1 AND 4),
  seconds REAL,
  seed INTEGER,
  undoes TEXT,
  bury_until TEXT,
  suspend INTEGER CHECK (suspend IN (0, 1)),
  CHECK ((rating IS NOT NULL) + (undoes IS NOT NULL) + (bury_until IS NOT NULL) + (suspend IS NOT NULL) = 1),
  CHECK ((card IS NULL) = (undoes IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX row_time ON row (ms, id);
CREATE INDEX row_card ON row (card, ms) WHERE card IS NOT NULL;
CREATE INDEX row_undoes ON row (undoes) WHERE undoes IS NOT NULL;

CREATE TABLE memory (
  card TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  step INTEGER,
  stability REAL,
  difficulty REAL,
  due INTEGER,
  last INTEGER,
  last_day INTEGER,
  interval_days INTEGER,
  reps INTEGER NOT NULL,
  lapses INTEGER NOT NULL,
  introduced INTEGER,
  reviewed INTEGER,
  suspended INTEGER NOT NULL,
  buried_until INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX memory_due ON memory (due, card, last_day, stability, buried_until) WHERE state = 'review' AND suspended = 0;
CREATE INDEX memory_steps ON memory (due) WHERE step IS NOT NULL AND suspended = 0;
CREATE INDEX memory_introduced ON memory (introduced);
CREATE INDEX memory_reviewed ON memory (reviewed);

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
