/** Runs a reader over files made for a test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import type { CandidateInit, ProblemInit } from '@assay/contract';
import type { BadRow, ReadOptions } from '../api.ts';
import { readSamples } from '../read.ts';

/** A folder that is removed after the tests of the file, and a function that writes into it. */
export function workspace() {
  const folder = mkdtempSync(join(tmpdir(), 'assay-datasets-'));
  after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  return { folder, write };
}

export interface Collected {
  /** Batches as they came: the problem's id and the indices of its candidates. */
  batches: [string, number[]][];
  problems: Map<string, ProblemInit>;
  candidates: Map<string, CandidateInit[]>;
  bad: BadRow[];
}

/** Reads everything. Checks that one problem is one object. */
export async function collect(paths: string | string[], options: ReadOptions = {}): Promise<Collected> {
  const collected: Collected = { batches: [], problems: new Map(), candidates: new Map(), bad: [] };
  const onBadRow = (row: BadRow) => collected.bad.push(row);
  for await (const { problem, candidates } of readSamples([paths].flat(), { onBadRow, ...options })) {
    const id = problem.id as string;
    const known = collected.problems.get(id);
    if (known !== undefined && known !== problem) throw new Error(`two objects for ${id}`);
    collected.problems.set(id, problem);
    collected.candidates.set(id, [...(collected.candidates.get(id) ?? []), ...candidates]);
    collected.batches.push([id, candidates.map((candidate) => candidate.index as number)]);
  }
  return collected;
}

/** Texts of each problem's candidates. */
export function texts({ candidates }: Collected): Record<string, (string | undefined)[]> {
  return Object.fromEntries([...candidates].map(([id, list]) => [id, list.map(({ text }) => text)]));
}

/** Bad rows in short: line and code. */
export function faults({ bad }: Collected): string[] {
  return bad.map(({ line, code }) => `${line ?? 'file'} ${code}`);
}

export function jsonl(...rows: unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
