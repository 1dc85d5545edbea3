/** What `assay reward` tells people. */
import { type Reason, reasons } from '@assay/contract';
import { oneLine, type Style, table } from '../terminal.ts';
import type { Explanation, Read } from './judge.ts';

type Paint = (style: Style, text: string) => string;

/** Parts that are shown at most. */
const maxParts = 40;

/** A score and how it came about: what scored, what it read, its logit, its parts. */
export function explanation(told: Explanation, paint: Paint): string {
  const { model, revision, engine, reading, template, truncation } = told;
  const { tokens, logit, transform, parts, wallS, openS } = told;
  const head = [
    line(
      'model',
      `${model}, revision ${revision || 'unknown'}, by ${engine}${reading === undefined ? '' : `: ${reading}`}`,
    ),
    template === '' ? '' : line('template', `${template}; what is too long: ${truncation}`),
    tokens === undefined ? '' : line('read', readText(tokens)),
    logit === undefined ? '' : line('logit', number(logit)),
    line('took', `${seconds(wallS)}, after ${seconds(openS)} to open the model`),
  ].join('');
  const rows = parts
    .slice(0, maxParts)
    .map(({ name, score, message }) => [oneLine(name), number(score), oneLine(message)]);
  const rest = parts.length > maxParts ? `… and ${parts.length - maxParts} more; --json has all\n` : '';
  const blocks = [
    head,
    ...(rows.length === 0 ? [] : [table(rows) + rest]),
    verdictLine(told, transform, paint),
  ];
  return blocks.join('\n');
}

function readText({ total, prompt, response, cutOff }: Read): string {
  const split = prompt === undefined ? '' : `: ${prompt} to the response, ${response} of it`;
  return `${total} tokens${split}${cutOff === 0 ? '' : `; ${cutOff} more were cut off`}`;
}

function verdictLine(
  { status, reason, message, score }: Explanation,
  transform: string,
  paint: Paint,
): string {
  if (status === 'SCORED' && score !== undefined) {
    const how = transform === 'none' ? 'the logit itself' : `${transform} of the logit`;
    return `${paint('green', paint('bold', `score ${number(score)}`))}: ${how}\n`;
  }
  const why = oneLine(message) || (Object.hasOwn(reasons, reason) ? reasons[reason as Reason] : '');
  return `${paint('yellow', paint('bold', `not scored (${reason})`))}${why === '' ? '' : `: ${why}`}\n`;
}

function line(label: string, text: string): string {
  return `${label.padEnd(8)} ${oneLine(text)}`.trimEnd().concat('\n');
}

/** Seven digits: what float32 holds. */
function number(value: number): string {
  return String(Number(value.toPrecision(7)));
}

function seconds(value: number): string {
  return value < 1 ? `${(1000 * value).toFixed(1)} ms` : `${value.toFixed(2)} s`;
}
