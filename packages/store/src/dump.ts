/**
 * A run as JSON Lines, to move it between stores: a header, then each problem with its judgements and verdicts, faults,
 * replicas, and an end with counts and a checksum. A judgement is there once a problem, before the first verdict by it,
 * which names it by its position among the problem's.
 */
import { createHash } from 'node:crypto';
import type { Run, Verdict, VerdictSource } from '@assay/contract';
import type { Fault, Judgement, ReplicaLoad, Store, StoredProblem, VerdictRow } from './store.ts';

export const dumpVersion = 1;

export interface DumpHeader {
  assay: 'run';
  version: number;
  run: Run;
  activeMs: number;
  loopMs: number | null;
}

/** A line between header and end: one of these. */
export interface DumpLine {
  problem?: Omit<StoredProblem, 'handle'>;
  judgement?: { key: string; replica: string; attempts: number; verdict: Verdict };
  verdict?: {
    verifier: number;
    candidate: number;
    tokens: number;
    source: VerdictSource;
    /** Null: skipped. */
    judgement: number | null;
  };
  fault?: Omit<Fault, 'run'>;
  replica?: ReplicaLoad;
}

export interface DumpEnd extends DumpCounts {
  /** Of all lines before this one, with their line feeds. */
  sha256: string;
}

export type DumpCounts = Record<'problems' | 'judgements' | 'verdicts' | 'faults' | 'replicas', number>;

/** Counts lines, and takes their checksum. */
export class Tally {
  readonly #hash = createHash('sha256');
  readonly counts: DumpCounts = { problems: 0, judgements: 0, verdicts: 0, faults: 0, replicas: 0 };

  add(text: string, line: DumpLine = {}): void {
    this.#hash.update(`${text}\n`);
    for (const kind of Object.keys(line) as (keyof DumpLine)[]) this.counts[`${kind}s`]++;
  }

  end(): DumpEnd {
    return { ...this.counts, sha256: this.#hash.copy().digest('hex') };
  }
}

/** Everything that a run has, line by line, each with its line feed. `view`: a snapshot. Error: `run_unknown`. */
export async function* dumpRun(view: Store, id: string): AsyncGenerator<string> {
  const { activeMs, loopMs } = await view.load(id);
  const run = (await view.getRun(id)) as Run;
  const header: DumpHeader = { assay: 'run', version: dumpVersion, run, activeMs, loopMs };
  const tally = new Tally();
  for await (const line of linesOf(header, view, id)) {
    const text = JSON.stringify(line);
    tally.add(text, 'assay' in line ? {} : line);
    yield `${text}\n`;
  }
  yield `${JSON.stringify({ end: tally.end() })}\n`;
}

/** The header, and what a store has of the run behind it. */
export async function* linesOf(
  header: DumpHeader,
  view: Store,
  id: string,
): AsyncGenerator<DumpHeader | DumpLine> {
  yield header;
  const verdicts = view.verdicts(id)[Symbol.asyncIterator]();
  let next = await verdicts.next();
  for (const { handle, ...problem } of await view.problems(id)) {
    yield { problem };
    const known = new Map<number, number>();
    for (; next.done !== true && next.value.problem === handle; next = await verdicts.next()) {
      const { judgement, verifier, candidate, tokens, source } = next.value as VerdictRow;
      const number = judgement && (known.get(judgement.id as number) ?? known.size);
      if (judgement !== undefined && number === known.size) {
        known.set(judgement.id as number, number);
        yield { judgement: withoutId(judgement) };
      }
      yield { verdict: { verifier, candidate, tokens, source, judgement: number ?? null } };
    }
  }
  for (const { run: _, ...fault } of await view.faults(id)) yield { fault };
  for (const replica of (await view.load(id)).replicas) yield { replica };
}

function withoutId({ key, replica, attempts, verdict }: Judgement): NonNullable<DumpLine['judgement']> {
  return { key, replica, attempts, verdict };
}
