/** The transaction that stores verdicts, and settles the work that they come from. */
import { AssayError } from '@assay/contract';
import { type Cell, judgementNames } from '../columns.ts';
import { addReplicaLoad, addRunTimes, putFault } from '../queries.ts';
import type { ExtraCells } from '../reader.ts';
import { freshOf, judgementCells, sourceNumber } from '../rows.ts';
import type { Judgement, VerdictRow, Want } from '../store.ts';
import type { Session } from './session.ts';

export interface Committed {
  /** Ids of the judgements that were not stored before. */
  ids: Map<Judgement, number>;
  /** Their work was not held. */
  refused: VerdictRow[];
}

/** `free`: ids, as many as `freshOf` the verdicts needs. `process`: who holds the work; undefined: nobody does. */
export async function commitRows(
  session: Session,
  free: readonly number[],
  process: number | undefined,
  verdicts: readonly VerdictRow[],
  extras: ExtraCells,
): Promise<Committed> {
  const problems = verdicts.map(({ problem }) => problem);
  const [, held] = await Promise.all([
    lockProblems(session, problems),
    settleWork(session, process, worksOf(verdicts)),
  ]);
  const settles = ({ judgement }: VerdictRow) => judgement?.work !== undefined && held.has(judgement.work);
  // What is stored already needs no hold of its work.
  const isOthers = ({ judgement }: VerdictRow) => judgement?.work !== undefined && judgement.id === undefined;
  const allowed = verdicts.filter((row) => settles(row) || !isOthers(row));
  const [ids, wants] = await Promise.all([
    putJudgements(session, free, allowed),
    takeWants(session, [...held]),
    unwant(
      session,
      allowed.filter((row) => !settles(row)),
    ),
  ]);
  // Since it was enqueued the problem may have got another content, or the run may have been cancelled.
  const wanted = new Set(wants.map((want) => `${placeOf(want)} ${want.key}`));
  const stored = allowed.filter((row) => {
    return !settles(row) || wanted.has(`${placeOf(row)} ${row.judgement?.work}`);
  });
  const kept = new Set(stored);
  const refused = verdicts.filter((row) => !kept.has(row));
  const rows = new VerdictCells();
  for (const { judgement, source, ...at } of stored) {
    const id = judgement && (judgement.id ?? ids.get(judgement));
    rows.add(at, id ?? null, sourceNumber.get(source) ?? 0);
  }
  const byWork = new Map<string, number>();
  for (const { judgement } of allowed) {
    if (judgement?.work !== undefined) byWork.set(judgement.work, judgement.id ?? ids.get(judgement) ?? 0);
  }
  rows.addWanted(wants, byWork);
  await Promise.all([
    rows.put(session),
    // Rows that all processes write: locked at the very end.
    ...extras.faults.map((cells) => session.query(putFault, cells)),
    ...extras.replicaLoads.map((cells) => session.query(addReplicaLoad, cells)),
    ...extras.runTimes.map((cells) => session.query(addRunTimes, cells)),
  ]);
  return { ids, refused };
}

/** Until the transaction ends nobody deletes them. Error: `store_refused` where somebody has. */
export async function lockProblems(session: Session, problems: readonly number[]): Promise<void> {
  const handles = [...new Set(problems)];
  if (handles.length === 0) return;
  const found = await session.query(
    'SELECT handle FROM problem WHERE handle = ANY(?::bigint[]) ORDER BY handle FOR KEY SHARE',
    [handles],
  );
  if (found.length === handles.length) return;
  throw new AssayError('store_refused', 'A problem is no longer in the store: its run was deleted.', {
    mend: 'Start the run again.',
  });
}

function worksOf(verdicts: readonly VerdictRow[]): string[] {
  return [...new Set(verdicts.map(({ judgement }) => judgement?.work))].filter((key) => key !== undefined);
}

/** Deletes the work that this process holds, and so keeps it from getting more wants; gives its keys. */
async function settleWork(
  session: Session,
  process: number | undefined,
  keys: string[],
): Promise<Set<string>> {
  if (keys.length === 0 || process === undefined) return new Set();
  const rows = await session.arrays<[string]>(
    'DELETE FROM work WHERE key = ANY(?::text[]) AND owner = ? RETURNING key',
    [keys, process],
  );
  return new Set(rows.map(([key]) => key));
}

const blockSize = 65_536;

/** Ids for judgements, in blocks: the database is asked once for many. */
export class JudgementIds {
  #next = 0;
  #end = 0;

  /** Not within a transaction: a block must be taken for good. */
  async take(db: Session, count: number): Promise<number[]> {
    const ids: number[] = [];
    while (ids.length < count) {
      if (this.#next === this.#end) {
        const [row] = await db.query<{ next: number }>(
          'UPDATE judgement_ids SET next = next + ? RETURNING next',
          [blockSize],
        );
        this.#end = row?.next ?? 0;
        this.#next = this.#end - blockSize;
      }
      ids.push(this.#next++);
    }
    return ids;
  }
}

const columnTypes: Partial<Record<(typeof judgementNames)[number], string>> = {
  status: 'smallint',
  score: 'float8',
  queue_us: 'bigint',
  service_us: 'bigint',
  cpu_us: 'bigint',
  retryable: 'smallint',
  attempts: 'bigint',
  examples: 'smallint',
};
const types = judgementNames.map((name) => columnTypes[name] ?? 'text');
const insertJudgements = `INSERT INTO judgement (id, ${judgementNames.join(', ')})
  SELECT * FROM unnest(?::bigint[], ${types.map((type) => `?::${type}[]`).join(', ')})
  ON CONFLICT (key) WHERE status <> 4 DO NOTHING RETURNING id`;

/** Stores those that have no id yet. Where one of equal key is there, the first verdict stands. */
async function putJudgements(
  session: Session,
  ids: readonly number[],
  rows: readonly VerdictRow[],
): Promise<Map<Judgement, number>> {
  const fresh = freshOf(rows);
  if (fresh.length === 0) return new Map();
  // All lock their keys in one order.
  fresh.sort((a, b) => (a.key < b.key ? -1 : 1));
  const cells = fresh.map(judgementCells);
  const columns = judgementNames.map((_, column) => cells.map((row) => row[column] as Cell));
  const put = new Set(
    (await session.arrays<[number]>(insertJudgements, [ids.slice(0, fresh.length), ...columns])).map(
      ([id]) => id,
    ),
  );
  const known = fresh.filter((_, i) => !put.has(ids[i] as number));
  const byKey =
    known.length === 0
      ? new Map()
      : await findIds(
          session,
          known.map(({ key }) => key),
        );
  return new Map(
    fresh.map((judgement, i) => {
      const id = ids[i] as number;
      return [judgement, put.has(id) ? id : (byKey.get(judgement.key) as number)];
    }),
  );
}

/** Ids of judgements by key, ERRORs excepted. */
export async function findIds(session: Session, keys: readonly string[]): Promise<Map<string, number>> {
  const found = await session.arrays<[string, number]>(
    'SELECT key, id FROM judgement WHERE key = ANY(?::text[]) AND status <> 4',
    [keys],
  );
  return new Map(found);
}

export async function unwant(
  session: Session,
  wants: readonly Pick<Want, 'problem' | 'verifier' | 'candidate'>[],
): Promise<void> {
  if (wants.length === 0) return;
  await session.query(
    `DELETE FROM want USING unnest(?::bigint[], ?::smallint[], ?::bigint[]) AS w (problem, verifier, candidate)
     WHERE want.problem = w.problem AND want.verifier = w.verifier AND want.candidate = w.candidate`,
    [
      wants.map(({ problem }) => problem),
      wants.map(({ verifier }) => verifier),
      wants.map(({ candidate }) => candidate),
    ],
  );
}

/** Takes away all wants of these keys. */
export async function takeWants(session: Session, keys: readonly string[]): Promise<Want[]> {
  if (keys.length === 0) return [];
  return session.query<Want>(
    'DELETE FROM want WHERE key = ANY(?::text[]) RETURNING problem, verifier, candidate, tokens, key',
    [keys],
  );
}

type At = Pick<VerdictRow, 'problem' | 'verifier' | 'candidate' | 'tokens'>;

export type Place = Omit<At, 'tokens'>;

export function placeOf({ problem, verifier, candidate }: Place): string {
  return `${problem} ${verifier} ${candidate}`;
}

/** Verdicts to be stored at once: one for each candidate, as if they came one after the other. */
export class VerdictCells {
  readonly #rows = new Map<string, [...number[], number | null]>();

  /** A skip, or the same judgement again, leaves what is there. */
  add(at: At, judgement: number | null, source: number): void {
    const { problem, verifier, candidate, tokens } = at;
    const key = placeOf(at);
    const known = this.#rows.get(key);
    if (known !== undefined && (judgement === null || known.at(-1) === judgement)) return;
    this.#rows.set(key, [problem, verifier, candidate, source, tokens, judgement]);
  }

  /**
   * For all who want what was judged, by the judgement of each key. What the caller says of a candidate goes before what
   * is said because it was wanted.
   */
  addWanted(wants: readonly Want[], judgements: ReadonlyMap<string, number>): void {
    const shared = sourceNumber.get('SHARED') ?? 0;
    for (const want of wants) {
      if (this.#rows.has(placeOf(want))) continue;
      this.add(want, judgements.get(want.key) ?? null, shared);
    }
  }

  async put(session: Session): Promise<void> {
    const rows = [...this.#rows.values()];
    if (rows.length === 0) return;
    await session.query(
      `INSERT INTO verdict (problem, verifier, candidate, source, tokens, judgement)
       SELECT * FROM unnest(?::bigint[], ?::smallint[], ?::bigint[], ?::smallint[], ?::bigint[], ?::bigint[])
         AS v (problem, verifier, candidate, source, tokens, judgement) ORDER BY problem, verifier, candidate
       ON CONFLICT (problem, verifier, candidate) DO UPDATE
         SET judgement = excluded.judgement, source = excluded.source, tokens = excluded.tokens
         WHERE excluded.judgement IS NOT NULL AND excluded.judgement IS DISTINCT FROM verdict.judgement`,
      Array.from({ length: 6 }, (_, column) => rows.map((row) => row[column] as Cell)),
    );
  }
}
