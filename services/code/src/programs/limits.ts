/** Limits of a test, from what the problem says and the language adds. */
import type { ProgramTests } from '@assay/contract';
import { type Language, languageOf } from '../languages/index.ts';
import type { ProgramLimits } from '../sandbox/protocol.ts';

const mb = 1 << 20;

/** Where a problem says nothing. The time is that of DeepMind's CodeContests, research's usual memory. */
export const defaults = { timeLimitS: 10, memoryBytes: 256 * mb, outputBytes: 16 * mb } as const;

/** What a problem may ask for. */
export const most = {
  timeLimitS: 600,
  wallLimitS: 3600,
  memoryBytes: 16 * 1024 * mb,
  outputBytes: 64 * mb,
  /** Of each of stdout and stderr that is given back, and of all files together. */
  returnBytes: mb,
  /** Of all that is given back of all tests together. */
  returnedBytes: 16 * mb,
  /** Files that a program finds, and that are given back; and bytes of the former. */
  files: 100,
  fileBytes: 16 * mb,
} as const;

/** A program that is over its time by less than this factor is measured again, when no other runs. */
const nearFactor = 1.25;

export interface TestLimits {
  /** CPU microseconds that a test may take. */
  readonly cpuUs: number;
  /** Bytes that a program's processes may hold, its language's runtime included. */
  readonly memoryBytes: number;
  /** Bytes that its container may hold besides files: what the supervisor keeps of input and output comes on top. */
  readonly containerBytes: number;
  readonly program: ProgramLimits;
}

export function limitsOf(spec: ProgramTests, language: Language): TestLimits {
  const factor = spec.languageFactors.find((one) => languageOf(one.language) === language)?.time ?? 1;
  const cpuUs = 1e6 * factor * (spec.timeLimitS || defaults.timeLimitS);
  const wallUs = spec.wallLimitS > 0 ? 1e6 * spec.wallLimitS : 10 * cpuUs + 1e6;
  const memory = spec.memoryLimitBytes || defaults.memoryBytes;
  const memoryBytes = memory + (language.memoryExtraBytes ?? 0);
  const outputBytes = spec.outputLimitBytes || defaults.outputBytes;
  const inputs = [...spec.tests.map(({ input }) => input), ...spec.classInputs];
  const inputBytes = inputs.reduce((largest, { length }) => Math.max(largest, length), 0);
  const kept = 8 * mb + outputBytes + inputBytes;
  return {
    cpuUs,
    memoryBytes,
    containerBytes: memoryBytes + kept,
    program: {
      cpuUs: nearFactor * cpuUs,
      wallUs: Math.max(wallUs, nearFactor * cpuUs),
      outputBytes,
      stderrBytes: Math.max(64 * 1024, spec.returnBytes),
      fileBytes: 64 * mb,
      stackBytes: language.stackBytes ?? memory,
      processes: 64 + (language.processesExtra ?? 0),
      openFiles: 1024,
    },
  };
}
