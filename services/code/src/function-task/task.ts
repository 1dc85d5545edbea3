/** What function tasks are given by, and what they are turned into. */
import type { Problem } from '@assay/contract';

type ProgramTests = NonNullable<Problem['programTests']>;

/** The fields of a problem that make it a function task. */
export type FunctionTask = Pick<
  ProgramTests,
  'language' | 'prefix' | 'testCode' | 'entryPoint' | 'stopSequences'
>;

/** The fields of a problem whose function is called with each test's input. */
export type CallTask = FunctionTask & Pick<ProgramTests, 'tests'>;

export interface Program {
  readonly source: string;
  /** stdout must end with this line for the run to count; '' where there is none. */
  readonly proof: string;
}

/** A candidate's own part of a program. */
export interface Part {
  readonly code: string;
  /** Whether it stands in place of the prefix, or goes on where that ends. */
  readonly replaces: boolean;
  readonly how: string;
}

const identifier = /^[A-Za-z_]\w{0,199}$/;

/** Says why a name cannot be called; undefined where it can. */
export function nameFault(entryPoint: string): string | undefined {
  return identifier.test(entryPoint)
    ? undefined
    : `entry_point ${JSON.stringify(entryPoint.slice(0, 80))} is no name of a function`;
}
