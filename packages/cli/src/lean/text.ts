/** What `assay lean` tells people. */
import { type Reason, reasons } from '@assay/contract';
import { harmless, oneLine, type Style } from '../terminal.ts';
import type { Explanation, Finding, Message, Told } from './judge.ts';

type Paint = (style: Style, text: string) => string;

/** Messages, and lines of each, that are shown at most. */
const maxMessages = 20;
const maxLines = 20;

const words: Readonly<Record<string, readonly [text: string, style: Style]>> = {
  CORRECT: ['proved', 'green'],
  INCORRECT: ['not proved', 'red'],
  ERROR: ['not judged', 'yellow'],
};

/** A verdict and how it came about: the proof that was found, what Lean said of it, what the audit found. */
export function explanation(told: Explanation, paint: Paint): string {
  const { toolchain, messages, findings, cpuS, wallS, tier } = told;
  const asked = findings.length > 0 || messages.length > 0 || tier > 0;
  const head = [
    line('theorem', told.problem),
    toolchain === undefined ? '' : line('Lean', toolchainText(toolchain)),
    told.proof === undefined ? '' : line('proof', told.proof),
    ...findings.map(findingLine),
    asked || cpuS > 0 ? line('took', `${seconds(cpuS)} of CPU, ${seconds(wallS)} wall`) : '',
  ].join('');
  const shown = messages.slice(0, maxMessages).map((message) => messageText(message, paint));
  const rest = messages.length - shown.length;
  if (rest > 0) shown.push(`… and ${rest} more; --json has all that the verdict holds\n`);
  const blocks = [head, ...(shown.length === 0 ? [] : [shown.join('')]), verdictLine(told, paint)];
  return blocks.join('\n') + tierLine(told);
}

/** The same where no Lean was asked. */
export function lookText(told: Told, paint: Paint): string {
  const proof = told.proof === undefined ? '' : line('proof', told.proof);
  const verdict =
    told.status === 'CORRECT'
      ? `${paint('green', paint('bold', 'can be checked'))}: statement and shape are as they must be; no Lean was asked\n`
      : verdictLine(told, paint);
  return `${line('theorem', told.problem)}${proof}\n${verdict}`;
}

function toolchainText({ name, version, backend, checker }: NonNullable<Explanation['toolchain']>): string {
  const how = backend === 'repl' ? 'by a REPL' : 'file by file';
  const called = name === version ? '' : ` (toolchain ${name})`;
  return `${version}${called}, ${how}${checker === undefined ? '' : `, checker ${checker}`}`;
}

function findingLine({ by, ok, detail }: Finding): string {
  return line(by, `${ok ? 'passed' : 'failed'}: ${detail}`);
}

function messageText({ severity, line: at, column, text }: Message, paint: Paint): string {
  const [first = '', ...lines] = harmless(text).trimEnd().split('\n');
  const more = lines.length >= maxLines ? [...lines.slice(0, maxLines - 1), '…'] : lines;
  const style = severity === 'error' ? 'red' : severity === 'warning' ? 'yellow' : 'dim';
  const heading = `${at}:${column}: ${paint(style, severity)}: ${first}`;
  return [heading, ...more.map((each) => `    ${each}`)].map((each) => `${each.trimEnd()}\n`).join('');
}

function verdictLine({ status, reason, message }: Told, paint: Paint): string {
  const [word, style] = words[status] ?? [status, 'yellow'];
  const known = Object.hasOwn(reasons, reason) ? reasons[reason as Reason] : '';
  const why = oneLine(message) || known;
  const verdict = reason === '' ? word : `${word} (${reason})`;
  return `${paint(style, paint('bold', verdict))}${why === '' ? '' : `: ${why}`}\n`;
}

/** What an accepted proof was not held to. */
function tierLine({ tier, toolchain }: Explanation): string {
  if (tier !== 1) return '';
  const { checker } = toolchain ?? {};
  return checker === undefined
    ? 'No independent checker was asked: this toolchain has none.\n'
    : `No independent checker was asked: --independent first asks ${checker}.\n`;
}

function line(label: string, text: string): string {
  return `${label.padEnd(8)} ${oneLine(text)}`.trimEnd().concat('\n');
}

function seconds(value: number): string {
  return value < 1 ? `${(1000 * value).toFixed(1)} ms` : `${value.toFixed(2)} s`;
}
