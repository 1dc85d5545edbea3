/** The lines by which a log says where the output of the tests begins and ends, and how they ended. */

export const startMarker = '>>>>> Start Test Output';
export const endMarker = '>>>>> End Test Output';
export const exitMarker = '>>>>> Test Exit Code:';
/** Before markers there was this line; what follows it is the tests' output. */
const appliedMarker = '>>>>> Applied Patch (pred)\n';

/** Lines with which the harness, in one version or another, says that there is nothing to grade. */
const rejections = [
  '>>>>> Patch Apply Failed',
  '>>>>> Reset Failed',
  '>>>>> Tests Errored',
  '>>>>> Tests Timed Out',
] as const;

/** What only the script that runs the tests knows: it makes its markers differ from any that the tests print. */
export interface Nonces {
  readonly start: string;
  readonly end: string;
}

/** The part of a log that is to be parsed. */
export interface Framed {
  readonly body: string;
  /** Read where the body says nothing: before markers with nonces, output could land outside of them. */
  readonly fallback: string;
  /** Exit code of the test command, where the log tells. */
  readonly exitCode: number | undefined;
}

/** What made a log unfit for grading. */
export interface Rejected {
  readonly rejected: string;
  /** The markers that are missing, if that is why. */
  readonly missing?: 'start' | 'end';
}

/** A log as text: any of the three line ends counts. */
export function logText(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\r\n?/g, '\n');
}

/** Finds the tests' output in a log; with nonces, only markers that carry them count. */
export function frame(log: string, nonces?: Nonces): Framed | Rejected {
  const found = rejections.find((line) => log.includes(line));
  if (found !== undefined) return { rejected: `the log says "${found.slice(6)}"` };
  if (nonces !== undefined) return frameBetween(log, nonces);

  const applied = log.indexOf(appliedMarker);
  if (!log.includes(startMarker) && applied >= 0) {
    const body = log.slice(applied + appliedMarker.length);
    return { body, fallback: body, exitCode: undefined };
  }
  const start = log.indexOf(startMarker);
  if (start < 0) return { rejected: 'the marker before the tests is missing', missing: 'start' };
  const rest = log.slice(start + startMarker.length);
  // The harness wants each of the two anywhere; where the second comes first, the body goes up to the log's end.
  const end = rest.indexOf(endMarker);
  if (end < 0 && !log.includes(endMarker)) {
    return { rejected: 'the marker after the tests is missing', missing: 'end' };
  }
  const code = log.lastIndexOf(`\n${exitMarker}`);
  return {
    body: end < 0 ? rest : rest.slice(0, end),
    fallback: log,
    exitCode: code < 0 ? undefined : exitCodeAt(log, code + 1 + exitMarker.length),
  };
}

function frameBetween(log: string, { start, end }: Nonces): Framed | Rejected {
  const first = `\n${startMarker} ${start}\n`;
  const from = `\n${log}`.indexOf(first);
  if (from < 0) return { rejected: 'the marker before the tests is missing', missing: 'start' };
  const body = log.slice(from + first.length - 1);
  const to = body.indexOf(`\n${endMarker} ${end}\n`);
  if (to < 0) return { rejected: 'the marker after the tests is missing', missing: 'end' };
  const exit = `\n${exitMarker} ${end} `;
  const code = body.indexOf(exit, to);
  return {
    body: body.slice(0, to),
    fallback: '',
    exitCode: code < 0 ? undefined : exitCodeAt(body, code + exit.length),
  };
}

function exitCodeAt(log: string, index: number): number | undefined {
  const digits = /^\s*(\d{1,3})\s*\n/.exec(log.slice(index, index + 16))?.[1];
  return digits === undefined ? undefined : Number(digits);
}
