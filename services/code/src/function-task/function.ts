/** Function tasks in the manner of HumanEval and MBPP: prefix, candidate and test code are one program. */
import { AssayError } from '@assay/contract';
import { canonicalLanguage, related } from '../extract/index.ts';
import { bracesProgram } from './braces.ts';
import { pythonPart } from './candidate.ts';
import { definesOutside, headOf, nameGuard, splitFutures } from './python.ts';
import { type FunctionTask, nameFault, type Part, type Program } from './task.ts';

/** Says why a function task cannot be judged as it stands; undefined where it can. */
export function functionTaskFault(task: FunctionTask): string | undefined {
  if (task.testCode.trim() === '') return 'a function task without test_code';
  return task.entryPoint === '' ? undefined : nameFault(task.entryPoint);
}

/**
 * The program of a function task; undefined where the answer holds no code. `nonce`: letters and digits that no candidate
 * can guess. Throws AssayError `bad_problem` where `functionTaskFault` finds one.
 *
 * Python: prefix, candidate, test code, `check(entry_point)` (nothing is called where there is no entry point, as in MBPP),
 * and then a line with the nonce, written to the file descriptor 1 itself, after which the process ends at once. Only that
 * line counts: an exit status of 0 does not, so that a candidate passes neither by `sys.exit(0)`, `os._exit(0)` or a handler
 * at exit, nor with stdout closed or put elsewhere. What the candidate prints comes before it and does not matter. The line
 * proves that the test code ran to its end. It does not prove that nobody changed its meaning from within: objects that
 * equal everything, and code that reads the program's own source for the nonce, run in the same interpreter.
 *
 * Other languages (the MultiPL-E form): prefix, candidate and test code, one after the other, without a proof: the exit
 * status 0 is a pass. See braces.ts for candidates that bring the function whole.
 */
export function functionTask(
  task: FunctionTask,
  answer: string,
  nonce: string,
): (Program & { how: string }) | undefined {
  const fault = functionTaskFault(task);
  if (fault !== undefined)
    throw new AssayError('bad_problem', fault, { mend: 'Give test_code, and a name or none.' });
  const language = canonicalLanguage(task.language || 'python3');
  if (language === undefined || !related(language, 'python3')) return bracesProgram(task, answer);
  const part = pythonPart(task, answer);
  return part && { ...pythonProgram(task, part, nonce), how: part.how };
}

/** Test code that calls itself, as rows of HumanEval have it that were completed for another runner. */
const callsCheck = /^check\(/m;

function pythonProgram(task: FunctionTask, part: Part, nonce: string): Program {
  if (!/^[\w-]+$/.test(nonce)) throw new RangeError(`nonce ${JSON.stringify(nonce)}`);
  const { entryPoint } = task;
  const proof = `assay-proof:${nonce}`;
  const prefix = splitFutures(
    part.replaces && entryPoint !== '' ? headOf(task.prefix, entryPoint) : task.prefix,
  );
  const own = part.replaces ? splitFutures(part.code) : { futures: '', rest: part.code };
  const inClass =
    entryPoint !== '' &&
    part.replaces &&
    !definesOutside(own.rest, entryPoint) &&
    /^class Solution\b/m.test(own.rest);
  const source = [
    prefix.futures + own.futures + nameGuard(own.rest) + prefix.rest + own.rest,
    ...(inClass ? [`${entryPoint} = Solution().${entryPoint}`] : []),
    task.testCode,
    ...(entryPoint === '' || callsCheck.test(task.testCode) ? [] : [`check(${entryPoint})`]),
    epilogue(proof),
  ];
  return { source: source.join('\n'), proof };
}

function epilogue(proof: string): string {
  return `

def _assay_proof():
    import os, sys
    for stream in (sys.stdout, sys.__stdout__):
        try:
            stream.flush()
        except Exception:
            pass
    os.write(1, b"\\n${proof}\\n")
    os._exit(0)


_assay_proof()
`;
}
