/** What marked an answer. */
export type How =
  | 'box'
  | 'answer tag'
  | 'hashes'
  | 'answer line'
  | 'answer phrase'
  | 'bold'
  | 'formula'
  | 'last line'
  | 'last number'
  | 'choice'
  | 'sentence'
  | 'whole text';

export interface Extraction {
  /** The answer as written; digits of other scripts as ASCII. */
  readonly span: string;
  readonly how: How;
  /** The parts in order, where several boxes form the answer. */
  readonly boxes?: readonly string[];
}
