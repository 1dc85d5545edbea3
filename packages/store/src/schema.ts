/** Tables of the SQLite store. Entry i takes a database from version i to i + 1; entries are never edited. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE run (
    handle INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    settings TEXT NOT NULL,
    state INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    active_ms INTEGER NOT NULL DEFAULT 0,
    owner TEXT NOT NULL DEFAULT '',
    owner_ms INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE problem (
    handle INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    id TEXT NOT NULL,
    dataset TEXT NOT NULL,
    digest TEXT NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    UNIQUE (run, id)
  ) STRICT;

  -- One act of judging. Shared by every verdict of equal key, in every run.
  CREATE TABLE judgement (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    status INTEGER NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    score REAL,
    answer TEXT NOT NULL,
    answer_class TEXT NOT NULL,
    parts TEXT,
    queue_us INTEGER NOT NULL,
    service_us INTEGER NOT NULL,
    cpu_us INTEGER NOT NULL,
    retryable INTEGER NOT NULL,
    replica TEXT NOT NULL,
    attempts INTEGER NOT NULL
  ) STRICT;
  -- ERRORs (4) are kept as evidence and never found again.
  CREATE UNIQUE INDEX judgement_key ON judgement (key) WHERE status <> 4;

  CREATE TABLE verdict (
    problem INTEGER NOT NULL REFERENCES problem ON DELETE CASCADE,
    verifier INTEGER NOT NULL,
    candidate INTEGER NOT NULL,
    judgement INTEGER,
    source INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    PRIMARY KEY (problem, verifier, candidate)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE fault (
    run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    verifier INTEGER NOT NULL,
    replica TEXT NOT NULL,
    kind TEXT NOT NULL,
    count INTEGER NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (run, verifier, replica, kind)
  ) STRICT, WITHOUT ROWID;
  `,
  // No verdict of version 1 tells of a program's run. Parts come last: they can fill many pages, through which SQLite
  // goes to reach a column behind them.
  `
  CREATE TABLE judgement_2 (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    status INTEGER NOT NULL,
    reason TEXT NOT NULL,
    score REAL,
    -- Standing of examples.ts.
    examples INTEGER NOT NULL,
    queue_us INTEGER NOT NULL,
    service_us INTEGER NOT NULL,
    cpu_us INTEGER NOT NULL,
    retryable INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    replica TEXT NOT NULL,
    answer_class TEXT NOT NULL,
    answer TEXT NOT NULL,
    message TEXT NOT NULL,
    parts TEXT
  ) STRICT;
  INSERT INTO judgement_2 (id, key, status, reason, score, examples, queue_us, service_us, cpu_us, retryable, attempts,
    replica, answer_class, answer, message, parts)
  SELECT id, key, status, reason, score, 0, queue_us, service_us, cpu_us, retryable, attempts,
    replica, answer_class, answer, message, parts FROM judgement ORDER BY id;
  DROP TABLE judgement;
  ALTER TABLE judgement_2 RENAME TO judgement;
  CREATE UNIQUE INDEX judgement_key ON judgement (key) WHERE status <> 4;
  `,
  // NULL: the run is older, and has no record of all its load.
  `
  ALTER TABLE run ADD COLUMN loop_ms INTEGER;

  CREATE TABLE replica_load (
    run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    verifier INTEGER NOT NULL,
    replica TEXT NOT NULL,
    version TEXT NOT NULL,
    slots INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    slot_ms REAL NOT NULL,
    busy_ms REAL NOT NULL,
    PRIMARY KEY (run, verifier, replica, version)
  ) STRICT, WITHOUT ROWID;
  `,
];
