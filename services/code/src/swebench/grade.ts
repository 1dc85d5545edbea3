/** Grading of a log by the rules of SWE-bench's harness (5.0.2). */
import type { Instance } from './instance.ts';
import { type Framed, frame, type Nonces } from './markers.ts';
import { findParser } from './parsers/registry.ts';
import type { StatusMap } from './status.ts';

/** The four groups of tests that a report has; the last two are always empty. */
export const groups = ['FAIL_TO_PASS', 'PASS_TO_PASS', 'FAIL_TO_FAIL', 'PASS_TO_FAIL'] as const;
export type Group = (typeof groups)[number];
export type TestsStatus = Record<Group, { success: string[]; failure: string[] }>;
export type Resolution = 'RESOLVED_FULL' | 'RESOLVED_PARTIAL' | 'RESOLVED_NO';

/** What an instance says of its tests. */
export type Expectation = Pick<Instance, 'failToPass' | 'passToPass' | 'evalType' | 'logParser' | 'repo'>;

export interface Graded {
  readonly graded: true;
  readonly statuses: StatusMap;
  readonly tests: TestsStatus;
  readonly resolution: Resolution;
}

export interface Ungraded {
  readonly graded: false;
  readonly why: string;
  /** `marker`: one of the two is missing; `silent`: nothing shows that tests ran; `log`: the log contradicts itself. */
  readonly kind: 'marker' | 'silent' | 'log';
}

// The last line of pytest, unittest, and sympy's runner.
const suiteRan =
  /^=+ .*\b\d+ (?:passed|failed|error|errors|skipped|xfailed|xpassed)\b|^Ran \d+ tests? in |\btests finished: \d+ /m;

/** Grades a log. The instance's parser must be a known one. */
export function grade(log: string, expected: Expectation, nonces?: Nonces): Graded | Ungraded {
  const framed = frame(log, nonces);
  if ('rejected' in framed) {
    return { graded: false, why: framed.rejected, kind: framed.missing === undefined ? 'log' : 'marker' };
  }
  const statuses = parse(framed, expected);
  if (statuses.size === 0 && !suiteRan.test(framed.body)) {
    return { graded: false, why: `no test was seen to run${exitNote(framed)}`, kind: 'silent' };
  }
  const failed = statuses
    .values()
    .some((status) => status.startsWith('FAILED') || status.startsWith('ERROR'));
  if ((framed.exitCode ?? 0) !== 0 && !failed) {
    return {
      graded: false,
      why: `no test failed in the log, yet the run did${exitNote(framed)}`,
      kind: 'log',
    };
  }
  return { graded: true, statuses, ...compare(statuses, expected) };
}

/** Compares statuses with what the instance expects; an instance's group without tests counts as passed. */
export function compare(
  statuses: StatusMap,
  expected: Pick<Expectation, 'failToPass' | 'passToPass' | 'evalType'>,
): Pick<Graded, 'tests' | 'resolution'> {
  const failOnly = expected.evalType === 'fail_only';
  const split = (names: string[], skippedPasses: boolean) => {
    const passes = (name: string) => {
      const status = statusOf(name, statuses);
      if (failOnly) return status !== 'FAILED';
      return status === 'PASSED' || status === 'XFAIL' || (skippedPasses && status === 'SKIPPED');
    };
    // Whatever does not pass fails. The harness leaves a status that it does not know (`ERROR:`) out of both lists, and
    // a group whose tests are all left out counts as passed there.
    return { success: names.filter(passes), failure: names.filter((name) => !passes(name)) };
  };
  const tests: TestsStatus = {
    FAIL_TO_PASS: split(expected.failToPass, false),
    PASS_TO_PASS: split(expected.passToPass, true),
    FAIL_TO_FAIL: { success: [], failure: [] },
    PASS_TO_FAIL: { success: [], failure: [] },
  };
  return { tests, resolution: resolutionOf(tests) };
}

/**
 * Status of a named test; undefined where the log has none. Names of parameterised tests are cut at their first space
 * in the data sets (more `[` than `]`): they stand for the tests that begin so, if all of these agree.
 */
export function statusOf(name: string, statuses: StatusMap): string | undefined {
  const exact = statuses.get(name);
  if (exact !== undefined || count(name, '[') <= count(name, ']')) return exact;
  const found = new Set<string>();
  for (const [other, status] of statuses) if (other.startsWith(name)) found.add(status);
  const [status] = found;
  return found.size === 1 ? status : undefined;
}

function parse(framed: Framed, expected: Expectation): StatusMap {
  const parser = findParser(expected);
  if (parser === undefined) throw new TypeError(`no parser ${expected.logParser}`);
  const statuses = parser(framed.body);
  return statuses.size > 0 || framed.fallback === framed.body ? statuses : parser(framed.fallback);
}

/** What the outcome of its tests says of an instance. */
export function resolutionOf({ FAIL_TO_PASS: wanted, PASS_TO_PASS: kept }: TestsStatus): Resolution {
  if (kept.failure.length > 0) return 'RESOLVED_NO';
  if (wanted.failure.length === 0) return 'RESOLVED_FULL';
  return wanted.success.length > 0 ? 'RESOLVED_PARTIAL' : 'RESOLVED_NO';
}

function exitNote({ exitCode }: Framed): string {
  return exitCode === undefined ? '' : ` (exit code ${exitCode})`;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
