/** What readers take and give. */
import type { CandidateInit, ProblemInit } from '@assay/contract';
import type { FormatName } from './formats.ts';

/** Some candidates of one problem. */
export interface SampleBatch {
  /** The same object in every batch of the same problem. */
  problem: ProblemInit;
  /** At most `batchSize`, and about 1 MiB of text; empty for a problem without samples. */
  candidates: CandidateInit[];
}

/** A row (or a whole file, where it has no line) that could not be used. */
export interface BadRow {
  file: string;
  /** Counted from 1; the row in Parquet, the element in a JSON list or object. */
  line?: number;
  /** Stable, in [a-z_]+. */
  code: string;
  message: string;
  /** What the user can do about it. */
  mend: string;
}

/** The fields of a row, whatever a file calls them. */
export type FieldName = 'id' | 'dataset' | 'prompt' | 'gold' | 'samples' | 'sample' | 'index' | 'tokens';

export interface ReadOptions {
  /** Format of the samples' files. Default: found from each file's content. */
  format?: FormatName;
  /** Files with the problems, where samples only refer to them by id. Held in memory. */
  problems?: string[];
  /** End with an AssayError at the first bad row. Default: only where nobody listens with `onBadRow`. */
  strict?: boolean;
  onBadRow?: (row: BadRow) => void;
  /** Bytes of the sample files read so far, as they lie on the disk, and all there are; undefined for a pipe. */
  onProgress?: (bytesRead: number, totalBytes: number | undefined) => void;
  /** Most candidates per problem; the first ones are taken. */
  limit?: number;
  /** Most candidates in a batch; 256. */
  batchSize?: number;
  /** Most bytes of one line (of one element of a JSON list, of one sample in YAML); 64 MiB. */
  maxLineBytes?: number;
  /** Conventions by which math answers are judged whose rows name none; see MathAnswer.policy. */
  policy?: string;
  /** Name of the data set; default: the row's, then the format's or the file's. */
  dataset?: string;
  /** Names of fields, in place of the usual ones. */
  fields?: Partial<Record<FieldName, string>>;
}
