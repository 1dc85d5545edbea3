export type { BadRow, FieldName, ReadOptions, SampleBatch } from './api.ts';
export { detectFormat } from './detect.ts';
export { type FormatName, formats } from './formats.ts';
export { type JsonRow, readJsonRows } from './json-rows.ts';
export { readSamples } from './read.ts';
