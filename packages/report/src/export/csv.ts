/** CSV as in RFC 4180: lines end in CR LF, and what holds a comma, a quote or a line break is quoted. */
import type { Cell } from './table.ts';

/**
 * Candidates are strangers, and a spreadsheet runs a cell that begins like a formula: a text that does gets an
 * apostrophe in front, which spreadsheets hide (OWASP, "CSV Injection"). Texts that are plain numbers stay as they are.
 * One that has such an apostrophe gets another: taking one away gives every text back.
 */
const formula = /^'*[=+\-@\t\r\n＝＋－＠]/;
/** What needs a second look. */
const special = /[",\r\n]|^['=+\-@\t＝＋－＠]/;
const plainNumber = /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i;

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Null is an empty cell, as an empty text is, and what JSON has no number for. */
function csvCell(cell: Cell): string {
  if (cell === null || (typeof cell === 'number' && !Number.isFinite(cell))) return '';
  if (typeof cell !== 'string') return String(cell);
  if (!special.test(cell)) return cell;
  const text = formula.test(cell) && !plainNumber.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
