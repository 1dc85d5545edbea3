import type { Limits } from '../os/run.ts';
import type { Budget } from '../types.ts';

/** What an independent check may take: it compiles anew, and may replay all that a proof rests on. */
export const budget: Budget = {
  cpuMs: 1_800_000,
  wallMs: 2_400_000,
  memoryBytes: 32 * 2 ** 30,
  answerBytes: 16 * 2 ** 20,
  heartbeats: undefined,
};

export const limits: Limits = {
  cpuMs: budget.cpuMs,
  wallMs: budget.wallMs,
  memoryBytes: budget.memoryBytes,
  outputBytes: budget.answerBytes,
};
