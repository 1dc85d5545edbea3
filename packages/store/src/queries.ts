/** SQL that every store's database understands, with `?` for parameters. */
import { judgementColumns } from './columns.ts';

export const insertRun =
  'INSERT INTO run (id, settings, state, created_ms, loop_ms) VALUES (?, ?, ?, ?, 0) ON CONFLICT (id) DO NOTHING';

export const adoptRun =
  'UPDATE run SET id = ?, state = ?, created_ms = ?, active_ms = ?, loop_ms = ? WHERE handle = ?';

/** Verdicts of what a problem was before say nothing of what it is now. */
export const dropStale = (table: 'verdict' | 'want') =>
  `DELETE FROM ${table} WHERE problem = (SELECT handle FROM problem WHERE run = ? AND id = ? AND digest <> ?)`;

export const putProblem = `INSERT INTO problem (run, id, dataset, digest, prompt_tokens) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (run, id) DO UPDATE SET digest = excluded.digest, dataset = excluded.dataset,
    prompt_tokens = excluded.prompt_tokens
  RETURNING handle`;

export const putFault = `INSERT INTO fault (run, verifier, replica, kind, count, detail) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (run, verifier, replica, kind) DO UPDATE SET count = fault.count + excluded.count,
    detail = excluded.detail`;

export const addRunTimes = 'UPDATE run SET active_ms = active_ms + ?, loop_ms = loop_ms + ? WHERE handle = ?';

export const addReplicaLoad = `INSERT INTO replica_load
    (run, verifier, replica, version, slots, first_ms, last_ms, slot_ms, busy_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (run, verifier, replica, version) DO UPDATE SET slots = excluded.slots, last_ms = excluded.last_ms,
    slot_ms = replica_load.slot_ms + excluded.slot_ms, busy_ms = replica_load.busy_ms + excluded.busy_ms`;

export const findProblem = 'SELECT handle, digest FROM problem WHERE run = ? AND id = ?';

export const problems = `SELECT handle, id, dataset, prompt_tokens AS "promptTokens", digest
  FROM problem WHERE run = ?`;

export const isSolved = `SELECT 1 FROM verdict v JOIN judgement j ON j.id = v.judgement
  WHERE v.problem = ? AND v.verifier = ? AND j.status = 1 LIMIT 1`;

export const tallies = `SELECT v.problem, v.verifier,
    COUNT(*) FILTER (WHERE j.status = 1) AS correct, COUNT(*) FILTER (WHERE j.status = 2) AS incorrect,
    COUNT(*) FILTER (WHERE j.status = 3) AS scored, COUNT(*) FILTER (WHERE j.status = 4) AS error,
    COUNT(*) FILTER (WHERE v.judgement IS NULL) AS skipped, COUNT(*) FILTER (WHERE v.source = 1) AS judged,
    SUM(v.tokens) AS tokens, COUNT(*) FILTER (WHERE j.examples > 0) AS programs
  FROM verdict v LEFT JOIN judgement j ON j.id = v.judgement
  WHERE v.problem = ? GROUP BY v.problem, v.verifier ORDER BY v.verifier`;

export const classTallies = `SELECT v.problem, v.verifier, j.answer_class AS "answerClass", MIN(j.answer) AS answer,
    COUNT(*) AS count, COUNT(*) FILTER (WHERE j.status = 1) AS correct
  FROM verdict v JOIN judgement j ON j.id = v.judgement
  WHERE v.problem = ? AND j.status IN (1, 2)
  GROUP BY v.problem, v.verifier, j.answer_class ORDER BY v.verifier, j.answer_class`;

export const programTallies = `SELECT v.problem, v.verifier, j.answer_class AS "answerClass", COUNT(*) AS count,
    COUNT(*) FILTER (WHERE j.status = 1) AS correct, COUNT(*) FILTER (WHERE j.examples >= 2) AS tested,
    COUNT(*) FILTER (WHERE j.examples = 3) AS passed,
    COUNT(*) FILTER (WHERE j.examples = 3 AND j.status = 1) AS "passedCorrect"
  FROM verdict v JOIN judgement j ON j.id = v.judgement
  WHERE v.problem = ? AND j.status IN (1, 2)
  GROUP BY v.problem, v.verifier, j.answer_class ORDER BY v.verifier, j.answer_class`;

export const reasonTallies = `SELECT v.verifier, j.status, j.reason, COUNT(*) AS count
  FROM verdict v JOIN judgement j ON j.id = v.judgement
  WHERE v.problem = ? GROUP BY v.verifier, j.status, j.reason`;

export const errorTallies = `SELECT v.problem, v.verifier, j.reason, MIN(j.message) AS message, COUNT(*) AS count
  FROM verdict v JOIN judgement j ON j.id = v.judgement
  WHERE v.problem = ? AND j.status = 4
  GROUP BY v.problem, v.verifier, j.reason ORDER BY v.verifier, j.reason`;

export const timeTallies = `SELECT v.verifier, j.replica, COUNT(*) AS judgements, SUM(j.queue_us) AS "queueUs",
    SUM(j.service_us) AS "serviceUs", SUM(j.cpu_us) AS "cpuUs", MAX(j.service_us) AS "maxServiceUs"
  FROM verdict v JOIN judgement j ON j.id = v.judgement
  WHERE v.problem = ? AND v.source = 1 GROUP BY v.verifier, j.replica`;

export const faults =
  'SELECT verifier, replica, kind, count, detail FROM fault WHERE run = ? ORDER BY verifier, replica, kind';

export const replicaLoads = `SELECT verifier, replica, version, slots, first_ms AS "firstMs", last_ms AS "lastMs",
    slot_ms AS "slotMs", busy_ms AS "busyMs"
  FROM replica_load WHERE run = ? ORDER BY verifier, replica, version`;

export const scores = `SELECT v.candidate, j.status, j.score, j.answer_class
  FROM verdict v JOIN judgement j ON j.id = v.judgement
  WHERE v.problem = ? AND v.verifier = ? ORDER BY v.candidate`;

export const verdictColumns = `v.problem, v.verifier, v.candidate, v.tokens, v.source, v.judgement, ${judgementColumns}`;

export const verdictPage = `SELECT ${verdictColumns} FROM verdict v LEFT JOIN judgement j ON j.id = v.judgement
  WHERE v.problem = ? AND (v.verifier, v.candidate) > (?, ?) ORDER BY v.verifier, v.candidate LIMIT ?`;
