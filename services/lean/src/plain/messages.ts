/** What `lean` says of a file: JSON, an object a line, where it knows `--json`; text where not. */
import type { LeanMessage } from '../types.ts';

const severities: Readonly<Record<string, LeanMessage['severity']>> = {
  error: 'error',
  warning: 'warning',
  information: 'info',
  info: 'info',
  trace: 'trace',
};

/** Messages in their order. What is not one (what a program printed) is an info at the start. */
export function messagesIn(stdout: string, file: string, json: boolean): LeanMessage[] {
  return json ? jsonMessages(stdout) : textMessages(stdout, file);
}

function jsonMessages(stdout: string): LeanMessage[] {
  return stdout.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    return jsonMessage(line) ?? printed(line);
  });
}

function jsonMessage(line: string): LeanMessage | undefined {
  let found: unknown;
  try {
    found = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof found !== 'object' || found === null) return undefined;
  const { severity, pos, endPos, data, caption } = found as Record<string, unknown>;
  if (typeof severity !== 'string' || typeof data !== 'string') return undefined;
  const kind = Object.hasOwn(severities, severity) ? severities[severity] : undefined;
  if (kind === undefined) return undefined;
  const { line: at, column } = (pos ?? {}) as Record<string, unknown>;
  const { line: endAt, column: endColumn } = (endPos ?? {}) as Record<string, unknown>;
  const hasEnd = Number.isSafeInteger(endAt) && Number.isSafeInteger(endColumn);
  const end = hasEnd ? { end: { line: endAt as number, column: endColumn as number } } : {};
  const text = typeof caption === 'string' && caption !== '' ? `${caption}:\n${data}` : data;
  return { severity: kind, line: placeOr(at, 1), column: placeOr(column, 0), ...end, text };
}

function placeOr(value: unknown, other: number): number {
  return Number.isSafeInteger(value) ? (value as number) : other;
}

/** `FILE:2:4: error: text`, with an end (`-2:7`) or a name of the error (`error(lean.x)`) in some versions; then more lines. */
function textMessages(stdout: string, file: string): LeanMessage[] {
  const messages: { severity: LeanMessage['severity']; line: number; column: number; lines: string[] }[] = [];
  for (const line of stdout.replace(/\n$/, '').split('\n')) {
    const head = line.startsWith(`${file}:`) ? headOf(line.slice(file.length)) : undefined;
    const last = messages.at(-1);
    if (head !== undefined) messages.push(head);
    else if (last !== undefined) last.lines.push(line);
    else if (line.trim() !== '') messages.push({ severity: 'info', line: 1, column: 0, lines: [line] });
  }
  return messages.map(({ lines, ...message }) => ({ ...message, text: lines.join('\n').trimEnd() }));
}

function headOf(text: string) {
  const head = /^:(\d+):(\d+)(?:-\d+:\d+)?: (error|warning|info)(?:\([^)]*\))?: ?(.*)$/s.exec(text);
  if (head === null) return undefined;
  const [, line, column, severity = '', rest = ''] = head;
  return {
    severity: severities[severity] as LeanMessage['severity'],
    line: Number(line),
    column: Number(column),
    lines: [rest],
  };
}

function printed(text: string): LeanMessage {
  return { severity: 'info', line: 1, column: 0, text };
}

/** The message so many lines further down. */
export function moved({ line, end, ...message }: LeanMessage, by: number): LeanMessage {
  return { ...message, line: line + by, ...(end && { end: { ...end, line: end.line + by } }) };
}
