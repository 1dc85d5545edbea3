/** Statements on work and wants, each within the transaction of who calls. */
import { AssayError } from '@assay/contract';
import type { TakenWork, Want, Work } from '../store.ts';
import { findIds, takeWants, VerdictCells } from './commit.ts';
import type { Session } from './database.ts';

/** Whose time has passed: what they hold may be taken. */
export const deadOwner = 'owner IN (SELECT id FROM process WHERE until <= clock_timestamp())';

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
    const missing = digests.filter((digest) => !known.has(digest)).join(', ');
    throw new AssayError('content_unknown', `The store has no content of the problems ${missing}.`, {
      mend: 'Store it (putContent), then the work.',
    });
  }
  const old = rows.filter((row) => row.old).map(({ digest }) => digest);
  if (old.length === 0) return;
  await session.query('UPDATE content SET touched = clock_timestamp() WHERE digest = ANY(?::text[])', [old]);
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
    `INSERT INTO work (owner, key, verifier, digest, text)
     SELECT ?::bigint, * FROM unnest(?::text[], ?::text[], ?::text[], ?::text[]) AS w (key, verifier, digest, text)
     ON CONFLICT (key) DO UPDATE SET owner = CASE
       WHEN EXISTS (SELECT FROM process WHERE id = work.owner AND until > clock_timestamp()) THEN work.owner
       ELSE excluded.owner END
     RETURNING key, owner`,
    [
      process,
      work.map(({ key }) => key),
      work.map(({ verifier }) => verifier),
      work.map(({ digest }) => digest),
      work.map(({ text }) => text),
    ],
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

/** Work that was taken, with its wants and its problem; what nobody wants goes. */
export async function withWants(session: Session, taken: readonly Work[]): Promise<TakenWork[]> {
  const keys = taken.map(({ key }) => key);
  const wants = await session.query<Want & { run: string }>(
    `SELECT w.problem, w.verifier, w.candidate, w.tokens, w.key, run.id AS run FROM want w
     JOIN problem ON problem.handle = w.problem JOIN run ON run.handle = problem.run
     WHERE w.key = ANY(?::text[]) ORDER BY w.problem, w.verifier, w.candidate`,
    [keys],
  );
  const byKey = Map.groupBy(wants, ({ key }) => key);
  await dropUnwanted(session, keys);
  const wanted = taken.filter(({ key }) => byKey.has(key));
  const contents = await session.query<{ digest: string; bytes: Uint8Array }>(
    'SELECT digest, bytes FROM content WHERE digest = ANY(?::text[])',
    [[...new Set(wanted.map(({ digest }) => digest))]],
  );
  const bytes = new Map(contents.map((row) => [row.digest, row.bytes]));
  return wanted.map((work) => {
    const content = bytes.get(work.digest);
    if (content === undefined) throw new Error(`the content of problem ${work.digest} is gone`);
    return { ...work, content, wants: byKey.get(work.key) ?? [] };
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
