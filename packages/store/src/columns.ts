/** Columns of table judgement, which is the same in every store. */

/** What a value is that a column holds, or that stands for a parameter. */
export type Cell = string | number | null;

export const judgementColumns =
  'j.id, j.key, j.status, j.reason, j.message, j.score, j.answer, j.answer_class, j.parts, j.queue_us, ' +
  'j.service_us, j.cpu_us, j.retryable, j.replica, j.attempts';

/** Columns of table judgement but for its id, in the order of `judgementCells`. */
export const judgementNames = [
  'key',
  'status',
  'reason',
  'message',
  'score',
  'answer',
  'answer_class',
  'parts',
  'queue_us',
  'service_us',
  'cpu_us',
  'retryable',
  'replica',
  'attempts',
  'examples',
] as const;
