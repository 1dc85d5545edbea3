/** Call tasks in the manner of LiveCodeBench and LeetCode: a function is called with JSON arguments from stdin. */
import { AssayError } from '@assay/contract';
import { canonicalLanguage } from '../extract/index.ts';
import { pythonPart } from './candidate.ts';
import { importsFor } from './library.ts';
import { headOf, nameGuard, splitFutures } from './python.ts';
import { type CallTask, type FunctionTask, nameFault } from './task.ts';

/** Says why a call task cannot be judged as it stands; undefined where it can. */
export function callTaskFault(task: CallTask): string | undefined {
  const language = canonicalLanguage(task.language || 'python3');
  if (language !== 'python3' && language !== 'pypy3') {
    return `a function cannot be called in ${task.language}: only in python3 and pypy3`;
  }
  const fault = nameFault(task.entryPoint);
  if (fault !== undefined) return fault;
  for (const { name, input } of task.tests) {
    for (const [index, line] of input.toString().split('\n').entries()) {
      if (line.trim() !== '' && !isJson(line))
        return `test ${name}: line ${index + 1} of its input is no JSON`;
    }
  }
  return undefined;
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    // Python reads NaN and Infinity, and writes them.
    return /\b(?:NaN|Infinity)\b/.test(line);
  }
}

/**
 * The program of a call task; undefined where the answer holds no code. It reads stdin, each line that is not blank being
 * one argument in JSON, calls the function (a method of `class Solution`, where there is one of that name) once, and writes
 * the value as one line of JSON, tuples as lists. Nothing else is on stdout: what the candidate prints goes to stderr.
 * stdin is at its end for the candidate; the recursion limit is 100,000. Names of the standard library that such solutions
 * use without importing them (`List`, `deque`, `inf`, `heapq.heappush`) are imported. Throws AssayError `bad_problem` for
 * other languages than Python 3.
 */
export function callTask(task: FunctionTask, answer: string): { source: string; how: string } | undefined {
  const fault = callTaskFault({ ...task, tests: [] });
  if (fault !== undefined) {
    throw new AssayError('bad_problem', fault, {
      mend: 'Give such problems as whole programs with stdin tests.',
    });
  }
  const part = pythonPart(task, answer);
  if (part === undefined) return undefined;
  const { entryPoint } = task;
  const prefix = splitFutures(part.replaces ? headOf(task.prefix, entryPoint) : task.prefix);
  const own = part.replaces ? splitFutures(part.code) : { futures: '', rest: part.code };
  const code = prefix.rest + own.rest;
  const source = [
    prefix.futures + own.futures + prologue,
    importsFor(code) + nameGuard(own.rest) + code,
    `_assay_call(Solution() if hasattr(globals().get("Solution"), "${entryPoint}") else None, "${entryPoint}")\n`,
  ];
  return { source: source.join('\n'), how: part.how };
}

const prologue = `def _assay_prepare(scope):
    import json, os, sys

    result = os.dup(1)
    os.dup2(2, 1)
    sys.setrecursionlimit(100000)
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    lines = sys.stdin.buffer.read().split(b"\\n")
    arguments = [json.loads(line) for line in lines if line.strip()]
    exit, write = os._exit, os.write

    def plain(value):
        if hasattr(value, "tolist"):
            return value.tolist()
        if type(value).__name__ in ("deque", "range"):
            return list(value)
        raise TypeError("a result of type " + type(value).__name__ + " is no JSON")

    def call(owner, name):
        function = scope[name] if owner is None else getattr(owner, name)
        text = json.dumps(function(*arguments), default=plain)
        for stream in (sys.stdout, sys.__stdout__, sys.stderr):
            try:
                stream.flush()
            except Exception:
                pass
        data = memoryview(text.encode() + b"\\n")
        while data:
            data = data[write(result, data):]
        exit(0)

    return call


_assay_call = _assay_prepare(globals())
`;
