/** Proofs with known verdicts, judged before anything is served: an audit that does not work here accepts nothing. */
import { AssayError } from '@assay/contract';
import { attempt, type Shared } from './judge.ts';
import { StatementSets } from './sets.ts';
import { taskOf } from './task.ts';
import type { Backend, Proof, Toolchain } from './types.ts';

const statement = 'theorem assay_self_test (p q : Prop) (hp : p) (hq : q) : p ∧ q';

interface Known {
  readonly helpers: string;
  readonly body: string;
  readonly reason: string;
}

const proofs: readonly Known[] = [
  { helpers: '', body: ':= And.intro hp hq', reason: 'proved_tier1' },
  { helpers: '', body: ':= And.intro hq hp', reason: 'lean_error' },
  { helpers: '', body: ':= sorry', reason: 'has_sorry' },
  { helpers: 'axiom assay_cheat : False', body: ':= False.elim assay_cheat', reason: 'bad_axiom' },
];

/** @throws AssayError `lean_self_test`: which proof got which verdict, and what Lean said */
export async function selfTest(toolchain: Toolchain, backend: Backend): Promise<void> {
  const task = taskOf(
    { theorem: { ...empty, statement } },
    { toolchains: [toolchain], sets: new StatementSets() },
  );
  if (typeof task === 'string') throw new Error(task);
  const shared: Shared = { reference: undefined, independent: undefined };
  const independentCheck = () => Promise.reject(new Error('not asked for'));
  const { signal } = new AbortController();
  for (const { reason, ...known } of proofs) {
    const proof: Proof = { ...known, lines: { helpers: 0, body: 0 }, choice: '', key: '', cost: 1 };
    const took = { cpuMs: 0, wallMs: 0 };
    const attempted = { task, proof, shared, backend, independentCheck, signal };
    const verdict = await attempt(attempted, task.budget, took);
    if (verdict?.reason === reason) continue;
    throw new AssayError(
      'lean_self_test',
      `Lean ${toolchain.version} (toolchain ${toolchain.name}) should find ${reason} in ` +
        `"${[known.helpers, statement, known.body].join(' ').trim()}", and finds ${verdict?.reason}: ${verdict?.message}`,
      { mend: 'Run `assay doctor`; try that theorem with the same command by hand.' },
    );
  }
}

const empty = {
  name: 'assay_self_test',
  header: '',
  toolchain: '',
  set: '',
  sha256: '',
  timeLimitS: 0,
  memoryLimitBytes: 0,
  maxHeartbeats: 0,
  independent: '',
  axioms: [],
};
