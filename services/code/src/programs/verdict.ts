/** The verdict that tests come to. */
import type { PartInit } from '@assay/contract';
import type { VerdictBody } from '@assay/verifier-kit';
import { outputOf } from './files.ts';
import type { Job, Judged } from './job.ts';
import { partOf } from './outcome.ts';

/** The first test that is not passed decides, whether or not those after it were run. */
export function verdictOf({ task, spec }: Job, judged: readonly Judged[], answerClass: string): VerdictBody {
  const returns = spec.returnBytes > 0 || spec.fetchFiles.length > 0;
  const parts: PartInit[] = judged.map(({ test, outcome, result }) => {
    const part = partOf(test, outcome, result);
    if (!returns) return part;
    return { ...part, run: { ...part.run, output: outputOf(spec, result, result.files ?? []) } };
  });
  const cpuUs = judged.reduce((sum, { result }) => sum + result.cpuUs, 0);
  const found = `${task.language.name} from ${task.how}`;
  const all = { answerClass, parts, times: { cpuUs } };
  const failed = judged.findIndex(({ outcome }) => outcome.kind === 'failed');
  const first = failed >= 0 ? failed : judged.findIndex(({ outcome }) => outcome.kind === 'error');
  const outcome = judged[first]?.outcome;
  if (outcome === undefined || outcome.kind === 'passed') {
    const count = `${judged.length} ${judged.length === 1 ? 'test' : 'tests'}`;
    const by = spec.checker
      ? 'checker'
      : spec.interactor
        ? 'interactor'
        : spec.testCode !== ''
          ? 'test code'
          : task.comparer.name;
    const again = judged.map(measuredTwice).find((note) => note !== '') ?? '';
    return { ...all, status: 'CORRECT', message: `${count} by ${by}${again}; ${found}` };
  }
  const where = `test ${first + 1} of ${task.tests.length} (${judged[first]?.test.name})`;
  const message = `${where}: ${outcome.message}${measuredTwice(judged[first])}; ${found}`;
  const { reason } = outcome;
  if (outcome.kind === 'failed') return { ...all, status: 'INCORRECT', reason, message };
  return { ...all, status: 'ERROR', reason, message, retryable: outcome.retryable };
}

/** Says so where a run near its limit was repeated: the lower time counts, both are told. */
function measuredTwice(judged: Judged | undefined): string {
  if (judged?.result.otherCpuUs === undefined) return '';
  const times = [judged.result.cpuUs, judged.result.otherCpuUs].map((us) => `${(us / 1e6).toFixed(3)} s`);
  return ` (measured twice, once alone: ${times[0]} counts, ${times[1]} does not)`;
}
