/** Problems for tests. */
import { type ProblemInit, type ProgramTests, problemCodec } from '@assay/contract';

/** Program tests as they come over the wire: with the contract's defaults for whatever is left out. */
export function programTests(init: NonNullable<ProblemInit['programTests']> = {}): ProgramTests {
  const { programTests: tests } = problemCodec.deserialize(problemCodec.serialize({ programTests: init }));
  if (!tests) throw new Error('no program_tests');
  return tests;
}
