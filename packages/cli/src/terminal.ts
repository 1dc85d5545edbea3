/** What goes to the terminal: colours, tables, errors. */
import { styleText } from 'node:util';
import { AssayError, messageOf } from '@assay/contract';

export type Style = Parameters<typeof styleText>[0];

/** Whether a stream shows colours: a terminal that has them, unless NO_COLOR or --no-color says otherwise. */
export function hasColors(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && stream.hasColors();
}

/** Styles texts for a stream. */
export function painter(stream: NodeJS.WriteStream): (style: Style, text: string) => string {
  const color = hasColors(stream);
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
}

/** Text of others on one line, made harmless for a terminal. */
export function oneLine(text: string, columns = 300): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > columns ? `${line.slice(0, columns - 1)}…` : line;
}

/** Text of others, made harmless for a terminal; its lines stay. */
export function harmless(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(/[^\P{Cc}\n\t]|\p{Cf}/gu, '\uFFFD');
}

/** Left-aligned columns, two spaces apart. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  const lines = rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  '));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** An error as users see it: its code, what, where and how to mend it. The stack only with ASSAY_DEBUG=1. */
export function errorText(error: unknown, debug = process.env.ASSAY_DEBUG === '1'): string {
  const code = error instanceof AssayError ? error.code : 'internal';
  const lines = messageOf(error)
    .split('\n')
    .map((line, i) => (i === 0 ? oneLine(line, 2_000) : `  ${oneLine(line, 2_000)}`));
  if (debug && error instanceof Error) lines.push(error.stack ?? '');
  else if (code === 'internal')
    lines.push('  This is a fault of Assay; ASSAY_DEBUG=1 shows where it happened.');
  return `error [${code}]: ${lines.join('\n')}\n`;
}
