/** The id that a run has where none is given: the same for the same command. */
import { hash, randomBytes } from 'node:crypto';
import { basename, resolve } from 'node:path';

/** What decides which candidates are judged, and by whom. */
export interface RunIdentity {
  samples: readonly string[];
  verifiers: readonly string[];
  problems?: readonly string[] | undefined;
  format?: string | undefined;
  dataset?: string | undefined;
  policy?: string | undefined;
  limit?: number | undefined;
  earlyStop?: boolean | undefined;
  maxAttempts?: number | undefined;
  /** Settings of verifiers that are started for the run, which decide on verdicts. */
  env?: Readonly<Record<string, string>>;
}

/**
 * `<name of the first file>-<8 hex digits>` of what the run is about, so that the same command goes on with the same
 * run. Standard input may be another one each time: such a run gets an id of its own.
 */
export function deriveRunId(identity: RunIdentity): string {
  const { samples, problems = [], verifiers, ...rest } = identity;
  const [first = ''] = samples;
  const stem =
    first === '-'
      ? 'stdin'
      : basename(resolve(first)).replace(/(\.(jsonl|ndjson|json|parquet|ya?ml|gz|zst))+$/i, '');
  const name = stem.replace(/[^A-Za-z0-9._-]+/g, '_').slice(0, 64) || 'run';
  const paths = (list: readonly string[]) => list.map((path) => resolve(path));
  const { format, dataset, policy, limit, earlyStop, maxAttempts, env = {} } = rest;
  const settings = [
    format,
    dataset,
    limit,
    earlyStop || undefined,
    maxAttempts,
    ...(policy === undefined ? [] : [policy]),
    ...Object.entries(env).sort(),
  ];
  const text = JSON.stringify([paths(samples), paths(problems), verifiers, settings]);
  const suffix = samples.includes('-') ? randomBytes(4).toString('hex') : hash('sha256', text, 'hex');
  return `${name}-${suffix.slice(0, 8)}`;
}
