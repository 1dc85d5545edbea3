/** How the report writes numbers, tables and text of others. */
import { styleText } from 'node:util';

export interface TerminalOptions {
  /** Colours and bold. */
  color?: boolean;
}

export type Style = Parameters<typeof styleText>[0];

/** Styles text, or leaves it as it is. */
export function styler({ color = false }: TerminalOptions): (format: Style, text: string) => string {
  return (format, text) => (color ? styleText(format, text, { validateStream: false }) : text);
}

/** Columns two spaces apart, indented: the first `left` aligned left, the others right. */
export function table(header: string[], rows: string[][], left = 1): string[] {
  const widths = header.map((cell, i) => Math.max(cell.length, ...rows.map((row) => (row[i] ?? '').length)));
  const pad = (cell: string, i: number) =>
    i < left ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0);
  return [header, ...rows].map((row) => `  ${row.map(pad).join('  ')}`.trimEnd());
}

export function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 });
}

export function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}

export function percent(share: number, digits = 2): string {
  return `${(100 * share).toFixed(digits)} %`;
}

export function milliseconds(us: number): string {
  return us < 100
    ? `${us.toFixed(0)} µs`
    : us < 1e6
      ? `${(us / 1000).toPrecision(3)} ms`
      : `${(us / 1e6).toFixed(1)} s`;
}

/** Text of others, made harmless for a terminal. */
export function oneLine(text: string, columns = 160): string {
  const line = text
    .slice(0, 10 * columns)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return line.length > columns ? `${line.slice(0, columns - 1)}…` : line;
}

/** Lines of at most 98 columns, indented, the second and later ones more. */
export function wrapped(text: string): string[] {
  const lines = [' '];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    if (line.length + 1 + word.length > 98) lines.push(`    ${word}`);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
