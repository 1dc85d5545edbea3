/** The commands that Lean is given for a check, and where in them the candidate's own lines are. */
import type { Header, LeanMessage, Proof, Statement } from './types.ts';

export interface Program {
  readonly text: string;
  /** The message at the place of the candidate's text that it is about; of the statement's own lines: at the proof's start. */
  place(message: LeanMessage): LeanMessage;
}

/** Commands that follow the header. */
export function programOf(
  statement: Statement,
  { helpers, body, lines }: Pick<Proof, 'helpers' | 'body' | 'lines'>,
  heartbeats: number | undefined,
): Program {
  const option = heartbeats === undefined ? '' : `set_option maxHeartbeats ${1000 * heartbeats}\n`;
  const before = helpers === '' ? '' : `${helpers}\n`;
  const text = `${option}${before}${statement.text} ${body}\n`;
  const helpersAt = linesOf(option);
  const statementAt = helpersAt + linesOf(before);
  const bodyAt = statementAt + linesOf(statement.text);
  const bodyLine = text.split('\n', bodyAt + 1)[bodyAt] ?? '';
  // The proof goes on in the statement's last line.
  const bodyColumn = [...bodyLine].length - [...(body.split('\n', 1)[0] ?? '')].length;
  // The body's first line may be the statement's own, with the candidate's first line after it.
  const at = (message: LeanMessage, line: number, column: number) => ({
    ...message,
    line: Math.max(0, line) + 1,
    column: line < 0 ? 0 : column,
  });
  return {
    text,
    place(message) {
      const { column } = message;
      const line = message.line - 1;
      if (line > bodyAt) return at(message, lines.body + line - bodyAt, column);
      if (line === bodyAt && column >= bodyColumn) return at(message, lines.body, column - bodyColumn);
      if (line >= helpersAt && line < statementAt)
        return at(message, lines.helpers + line - helpersAt, column);
      return at(message, lines.body, 0);
    },
  };
}

/** The statement with no proof: what types are compared with. As a term: the oldest versions have no tactic `sorry`. */
export function referenceText(statement: Statement): string {
  return `${statement.text} := sorry\n`;
}

/** A whole file: a header's line feeds end it. */
export function fileOf(header: Header, text: string): { readonly text: string; readonly offset: number } {
  const before = header.text === '' || header.text.endsWith('\n') ? header.text : `${header.text}\n`;
  return { text: before + text, offset: linesOf(before) };
}

/** Line breaks. */
function linesOf(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
