/** The texts of candidates, which no store has: read again from the files that they came from, and compared. */
import type { SubmitChunk } from '@assay/client';
import {
  type CandidateInit,
  judgementKey,
  keyDigest,
  messageOf,
  Normalization,
  normalizeText,
  type ProblemInit,
  problemDigest,
  type Run,
} from '@assay/contract';
import type { Chosen } from '@assay/report';
import type { Store } from '@assay/store';
import type { Reading } from '../reading.ts';
import { Samples } from '../samples.ts';
import { oneLine } from '../terminal.ts';

export interface Source extends Reading {
  paths: string[];
  /** Whether the user has named them: then they must be there. */
  named: boolean;
}

/** By verifier of the run: its versions that were there. A candidate's key holds the one that judged it. */
async function versionsOf(store: Store, { id, verifiers }: Run): Promise<Set<string>[]> {
  const { replicas } = await store.load(id);
  return verifiers.map((_, verifier) => {
    return new Set(replicas.flatMap((own) => (own.verifier === verifier ? [own.version] : [])));
  });
}

export class SampleTexts {
  /** What the files hold, to be read once; nothing where they cannot be read. */
  readonly chunks: AsyncIterable<SubmitChunk>;
  readonly #run: Run;
  readonly #versions: readonly ReadonlySet<string>[];
  readonly #unread: string | undefined;
  readonly #digests = new WeakMap<ProblemInit, string>();
  readonly #counts = { same: 0, different: 0, unknown: 0 };

  private constructor(
    run: Run,
    versions: readonly ReadonlySet<string>[],
    samples: Samples | undefined,
    unread?: string,
  ) {
    this.#run = run;
    this.#versions = versions;
    this.#unread = unread;
    this.chunks = samples ?? none();
  }

  /** Errors: those of reading, where the user has named the files. */
  static async open(store: Store, run: Run, source: Source): Promise<SampleTexts> {
    const { paths, named, format, problems, policy } = source;
    const versions = await versionsOf(store, run);
    if (paths.length === 0 || (!named && paths.includes('-'))) {
      return new SampleTexts(run, versions, undefined, 'The samples are in no file that the run names.');
    }
    try {
      const samples = await Samples.open(paths, {
        ...(format !== undefined && { format }),
        ...(problems !== undefined && { problems }),
        ...(policy !== undefined && { policy }),
        // The run has told of them.
        onBadRow: () => {},
        signal: new AbortController().signal,
      });
      return new SampleTexts(run, versions, samples);
    } catch (error) {
      if (named) throw error;
      return new SampleTexts(
        run,
        versions,
        undefined,
        `The samples cannot be read again: ${oneLine(messageOf(error), 200)}`,
      );
    }
  }

  /** The candidate's text, unless it is known to be another than the one that was judged. Says so in its details. */
  judged(
    problem: SubmitChunk['problem'],
    { index = 0, text = '' }: CandidateInit,
    { details, keys }: Chosen,
  ): string | undefined {
    const digest = keyDigest(this.#run, this.#digestOf(problem as ProblemInit), index);
    const texts = [...new Set(Object.values(Normalization).map((how) => normalizeText(text, how)))];
    const known = keys.flatMap((key, verifier) => {
      const name = this.#run.verifiers[verifier] ?? '';
      const versions = [...(this.#versions[verifier] ?? [])];
      // A run of an earlier version of Assay has none.
      if (key === undefined || versions.length === 0) return [];
      return [
        versions.some((version) => texts.some((own) => judgementKey(name, version, digest, own) === key)),
      ];
    });
    if (known.length === 0) {
      this.#counts.unknown++;
      return text;
    }
    details.checked = known.every(Boolean);
    this.#counts[details.checked ? 'same' : 'different']++;
    return details.checked ? text : undefined;
  }

  #digestOf(problem: ProblemInit): string {
    const before = this.#digests.get(problem);
    const digest = before ?? problemDigest(problem);
    this.#digests.set(problem, digest);
    return digest;
  }

  /** What a reader has to know of the texts. */
  notes(): string[] {
    if (this.#unread !== undefined) {
      return [
        `${this.#unread} Without their texts, candidates are shown by their verdicts; --samples FILE names the samples.`,
      ];
    }
    const { different, unknown } = this.#counts;
    const notes: string[] = [];
    if (different > 0) {
      notes.push(`${different} of the texts are not what was judged, and are not shown.`);
    }
    if (unknown > 0) {
      notes.push(`Texts are as the samples have them now; whether these are what was judged is not known.`);
    }
    return notes;
  }
}

async function* none(): AsyncGenerator<SubmitChunk> {}
