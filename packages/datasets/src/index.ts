export type { BadRow, FieldName, ReadOptions, SampleBatch } from './api.ts';
export { detectFormat } from './detect.ts';
export { type FormatName, formats } from './formats.ts';
export { type Lock, lockFile } from './lock.ts';
export * from './pull/index.ts';
export { readSamples } from './read.ts';
export { readLines } from './read-lines.ts';
export { replaceFile } from './replace-file.ts';
export {
  readTableRows,
  type TableFormat,
  type TableOptions,
  type TableRow,
  tableFormats,
} from './table-rows.ts';
