/** Statements on work and wants, each within the transaction of who calls. */
import { AssayError, mostPriority } from '@assay/contract';
import type { TakenWork, Want, Work } from '../store.ts';
import { findIds, takeWants, VerdictCells } from './commit.ts';
import type { Session } from './session.ts';

/** Processes that died with work, before it is a suspect. The index on such work has the same number. */
export const suspectAfter = 5;

/** Whose time has passed: what they hold may be taken. */
export const deadOwner = 'owner IN (SELECT id FROM process WHERE until <= clock_timestamp())';

/** Nobody who lives has it, and it is no suspect: those are for `takeFree` alone. */
const isFree = `work.taken < ${suspectAfter}
  AND NOT EXISTS (SELECT FROM process WHERE id = work.owner AND until > clock_timestamp())`;

/** 1 where the owner did not give it back: it died. */
const diedWithIt =
  "(SELECT COUNT(*) FROM process WHERE id = work.owner AND until > '-infinity' AND until <= clock_timestamp())";

/** No run is more urgent than that, whatever is said here or was stored before. */
const bounded = (priority: string) => `LEAST(${priority}, ${mostPriority})`;

/** Error: `content_unknown` where a problem's content is not there. It is not forgotten before work needs it. */
export async function lockContents(session: Session, work: readonly Work[]): Promise<void> {
  const digests = [...new Set(work.map(({ digest }) => digest))];
  const rows = await session.query<{ digest: string; old: boolean }>(
    `SELECT digest, touched < clock_timestamp() - interval '10 minutes' AS old FROM content
     WHERE digest = ANY(?::text[]) ORDER BY digest FOR KEY SHARE`,
    [digests],
  );
  if (rows.length < digests.length) {
    const known = new Set(rows.map(({ digest }) => digest));
    throw contentUnknown(digests.filter((digest) => !known.has(digest)));
  }
  const old = rows.filter((row) => row.old).map(({ digest }) => digest);
  if (old.length === 0) return;
  await session.query('UPDATE content SET touched = clock_timestamp() WHERE digest = ANY(?::text[])', [old]);
}

export function contentUnknown(digests: readonly string[]): AssayError {
  return new AssayError(
    'content_unknown',
    `The store has no content of the problems ${digests.join(', ')}.`,
    {
      mend: 'Store it (putContent), then the work.',
    },
  );
}

/** Inserts work, or takes it from a dead process, and locks it: until the transaction ends nobody settles it. */
export function putWork(
  session: Session,
  process: number,
  all: readonly Work[],
): Promise<[string, number][]> {
  // All lock their keys in one order.
  const work = all.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return session.arrays<[string, number]>(
    `INSERT INTO work (owner, key, verifier, digest, text, priority)
     SELECT ?::bigint, key, verifier, digest, text, ${bounded('priority')}
     FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::float8[])
       AS w (key, verifier, digest, text, priority)
     ON CONFLICT (key) DO UPDATE SET priority = GREATEST(${bounded('work.priority')}, excluded.priority),
       owner = CASE WHEN ${isFree} THEN excluded.owner ELSE work.owner END,
       taken = work.taken + CASE WHEN ${isFree} THEN ${diedWithIt} ELSE 0 END
     RETURNING key, owner`,
    [
      process,
      work.map(({ key }) => key),
      work.map(({ verifier }) => verifier),
      work.map(({ digest }) => digest),
      work.map(({ text }) => text),
      work.map(({ priority = 0 }) => priority),
    ],
  );
}

/** The most urgent work of the dead that may be taken together, and a suspect where the process has none; locked. */
async function findFree(session: Session, process: number, verifiers: readonly string[], limit: number) {
  const find = (which: string) =>
    `SELECT key, digest, octet_length(text) AS bytes FROM work
     WHERE verifier = ANY(?::text[]) AND ${deadOwner} AND ${which} FOR UPDATE SKIP LOCKED`;
  const noSuspect = `NOT EXISTS (SELECT FROM work AS own WHERE own.owner = ? AND own.taken >= ${suspectAfter})`;
  const [free, suspects] = await Promise.all([
    session.query<FreeWork>(find(`taken < ${suspectAfter} ORDER BY priority DESC LIMIT ?`), [
      verifiers,
      limit,
    ]),
    session.query<FreeWork>(find(`taken >= ${suspectAfter} AND ${noSuspect} LIMIT 1`), [verifiers, process]),
  ]);
  return [...suspects, ...free].slice(0, limit);
}

type FreeWork = Pick<Work, 'key' | 'digest'> & { bytes: number };

/** Takes free work: see `SharedWork.take`. */
export async function takeFree(
  session: Session,
  process: number,
  verifiers: readonly string[],
  limit: number,
  bytes: number,
): Promise<Omit<TakenWork, 'wants'>[]> {
  const found = await findFree(session, process, verifiers, limit);
  if (found.length === 0) return [];
  const contents = await session.arrays<[string, number]>(
    'SELECT digest, octet_length(bytes) FROM content WHERE digest = ANY(?::text[])',
    [[...new Set(found.map(({ digest }) => digest))]],
  );
  /** Of problems that are not counted yet. */
  const sizes = new Map(contents);
  let sum = 0;
  const keys: string[] = [];
  for (const work of found) {
    sum += work.bytes + (sizes.get(work.digest) ?? 0);
    sizes.delete(work.digest);
    if (keys.length > 0 && sum > bytes) break;
    keys.push(work.key);
  }
  return session.query(
    `UPDATE work SET owner = ?, taken = taken + ${diedWithIt} WHERE key = ANY(?::text[])
     RETURNING key, verifier, digest, text, priority, taken, taken >= ${suspectAfter} AS suspect`,
    [process, keys],
  );
}

export async function putWants(session: Session, wants: readonly Want[]): Promise<void> {
  if (wants.length === 0) return;
  await session.query(
    `INSERT INTO want (problem, verifier, candidate, tokens, key)
     SELECT * FROM unnest(?::bigint[], ?::smallint[], ?::bigint[], ?::bigint[], ?::text[])
       AS w (problem, verifier, candidate, tokens, key) ORDER BY problem, verifier, candidate
     ON CONFLICT (problem, verifier, candidate) DO UPDATE SET key = excluded.key, tokens = excluded.tokens`,
    [
      wants.map(({ problem }) => problem),
      wants.map(({ verifier }) => verifier),
      wants.map(({ candidate }) => candidate),
      wants.map(({ tokens }) => tokens),
      wants.map(({ key }) => key),
    ],
  );
}

/** Settles work of these keys that has a judgement by now, for all who want it. Gives their keys. */
export async function dropJudged(session: Session, keys: readonly string[]): Promise<Set<string>> {
  const judged = await findIds(session, keys);
  if (judged.size === 0) return new Set();
  const settled = [...judged.keys()];
  const [wants] = await Promise.all([
    takeWants(session, settled),
    session.query('DELETE FROM work WHERE key = ANY(?::text[])', [settled]),
  ]);
  const rows = new VerdictCells();
  rows.addWanted(wants, judged);
  await rows.put(session);
  return new Set(judged.keys());
}

export async function dropUnwanted(session: Session, keys: readonly string[]): Promise<void> {
  await session.query(
    'DELETE FROM work WHERE key = ANY(?::text[]) AND NOT EXISTS (SELECT FROM want WHERE want.key = work.key)',
    [keys],
  );
}

/** Forgets what these problems, which are to go, want: with the work and the contents that nobody else needs. */
export async function dropWorkOf(session: Session, problems: readonly number[]): Promise<void> {
  // Each is locked before it is asked who else needs it: whoever is about to say so has said so by then.
  const contents = await session.arrays<[string]>(
    `SELECT digest FROM content WHERE digest IN (SELECT digest FROM problem WHERE handle = ANY(?::bigint[]))
     ORDER BY digest FOR UPDATE`,
    [problems],
  );
  const works = await session.arrays<[string]>(
    `SELECT key FROM work WHERE key IN (SELECT key FROM want WHERE problem = ANY(?::bigint[]))
     ORDER BY key FOR UPDATE`,
    [problems],
  );
  await session.query('DELETE FROM want WHERE problem = ANY(?::bigint[])', [problems]);
  await dropUnwanted(
    session,
    works.map(([key]) => key),
  );
  await session.query(
    `DELETE FROM content WHERE digest = ANY(?::text[])
       AND NOT EXISTS (SELECT FROM work WHERE work.digest = content.digest)`,
    [contents.map(([digest]) => digest)],
  );
}

/** Work that was taken, with its wants; what nobody wants goes. */
export async function withWants(
  session: Session,
  taken: readonly Omit<TakenWork, 'wants'>[],
): Promise<TakenWork[]> {
  const keys = taken.map(({ key }) => key);
  const wants = await session.query<Want & { run: string }>(
    `SELECT w.problem, w.verifier, w.candidate, w.tokens, w.key, run.id AS run FROM want w
     JOIN problem ON problem.handle = w.problem JOIN run ON run.handle = problem.run
     WHERE w.key = ANY(?::text[]) ORDER BY w.problem, w.verifier, w.candidate`,
    [keys],
  );
  const byKey = Map.groupBy(wants, ({ key }) => key);
  await dropUnwanted(session, keys);
  return taken.flatMap((work) => {
    const wants = byKey.get(work.key);
    return wants === undefined ? [] : [{ ...work, wants }];
  });
}

/** Ends runs to which nothing more is to come and for which nothing is to be done; of all runs, or of one. */
export async function completeRuns(session: Session, run?: number): Promise<void> {
  const ending = await session.arrays<[number]>(
    `SELECT handle FROM run WHERE submitted AND state = 1 AND (?::bigint IS NULL OR handle = ?::bigint)
     ORDER BY handle FOR UPDATE`,
    [run ?? null, run ?? null],
  );
  if (ending.length === 0) return;
  await session.query(
    `UPDATE run SET state = 2 WHERE handle = ANY(?::bigint[])
       AND NOT EXISTS (SELECT FROM claim JOIN process ON process.id = claim.process
         WHERE claim.run = run.handle AND process.until > clock_timestamp())
       AND NOT EXISTS (SELECT FROM problem JOIN want ON want.problem = problem.handle WHERE problem.run = run.handle)`,
    [ending.map(([handle]) => handle)],
  );
}
