/** What `assay math` tells people. */

import type { PolicyDescription, Reading, Verification } from '@assay/math/verify';
import { oneLine, type Style, table } from '../terminal.ts';
import type { Failure } from './ask.ts';

type Paint = (style: Style, text: string) => string;

const verdicts: Record<Verification['outcome'], [what: string, style: Style]> = {
  equal: ['equal', 'green'],
  unequal: ['unequal', 'red'],
  undecided: ['undecided', 'yellow'],
};

/** A verdict and how it came about: what was found on each side, how it was read, and what decided. */
export function explanation(
  { outcome, reason, rule, gold, answer, ...more }: Verification,
  paint: Paint,
): string {
  const [what, style] = verdicts[outcome];
  const noAnswer = reason === 'no_answer' ? ': no final answer was found' : '';
  const lines = [paint(style, paint('bold', `${what}${noAnswer}`)), '', ...reading('gold', gold)];
  if (answer !== undefined) lines.push(...reading('answer', answer));
  if (rule !== '') lines.push(line('rule', rule));
  if (more.answerClass !== '') lines.push(line('class', more.answerClass));
  lines.push(line('policy', more.policy));
  return `${lines.join('\n')}\n`;
}

/** Why there is no verdict. */
export function failureText({ reason, message }: Failure, paint: Paint): string {
  return `${paint('yellow', paint('bold', 'undecided'))}: ${oneLine(message)} (${reason})\n`;
}

function reading(side: string, { span, how, kind, normal, repairs, unread }: Reading): string[] {
  const lines = [line(side, span), line('', `found: ${how}`), line('', `read as ${kind}: ${normal}`)];
  if (repairs.length > 0) lines.push(line('', `repaired: ${repairs.join(', ')}`));
  if (unread !== undefined) lines.push(line('', `no formula: ${unread}`));
  return lines;
}

function line(label: string, text: string): string {
  return `  ${label.padEnd(6)}  ${oneLine(text)}`.trimEnd();
}

/** The presets of `--policy`, setting by setting. */
export function policiesText(policies: readonly PolicyDescription[]): string {
  const presets = policies.map(({ preset, settings }) => {
    const rows = settings.map(({ name, value, meaning }) => [`  ${name}`, value, meaning]);
    return `${preset}\n${table(rows)}`;
  });
  const values = (policies[0]?.settings ?? []).map(({ name, values }) => [`  ${name}`, values.join(', ')]);
  return `Presets of --policy, and what each settles:\n\n${presets.join('\n')}\nSingle settings follow the preset (strict,rounding=none,percent=value):\n${table(values)}`;
}
