/** Problems of kind `lean_check`: what Lean says of a candidate's whole file. No statement is there, so nothing is proved. */
import type { PartInit, Problem } from '@assay/contract';
import type { VerdictBody } from '@assay/verifier-kit';
import type { Job } from './schedule/index.ts';
import { budgetFor, toolchainOf } from './task.ts';
import { type WholeFile, wholeFileOf } from './theorem/whole.ts';
import type { Backend, Budget, Checked, LeanMessage, Toolchain } from './types.ts';
import { incorrect, verdictOf } from './verdict.ts';

export const checkKind = 'lean_check';

/** Of `custom.json`; all may be left out. */
interface Settings {
  toolchain?: string;
  /** CPU seconds, and bytes of private memory. */
  time_limit_s?: number;
  memory_limit_bytes?: number;
  /** On a process that has judged nothing before. */
  fresh?: boolean;
}

export interface CheckTask {
  readonly toolchain: Toolchain;
  readonly budget: Budget;
  readonly fresh: boolean;
}

const maxMessages = 1000;
const maxMessageLength = 64 << 10;
/** Of all messages, in UTF-16 units. */
const maxLength = 512 << 10;

/** What is asked, or why it cannot be answered; undefined where the problem is of another kind. */
export function checkTaskOf(
  { custom }: Pick<Problem, 'custom'>,
  toolchains: readonly Toolchain[],
): CheckTask | string | undefined {
  if (custom?.kind !== checkKind) return undefined;
  let settings: Settings;
  try {
    settings = JSON.parse(custom.json || '{}') as Settings;
  } catch {
    return 'custom.json is no JSON';
  }
  if (typeof settings !== 'object' || settings === null) return 'custom.json is no object';
  const {
    toolchain: name = '',
    time_limit_s: seconds = 0,
    memory_limit_bytes: bytes = 0,
    fresh = false,
  } = settings;
  if (typeof name !== 'string') return 'toolchain is no text';
  for (const [field, value] of Object.entries({ time_limit_s: seconds, memory_limit_bytes: bytes })) {
    if (typeof value !== 'number' || !(value >= 0 && value < 1e15))
      return `${field} is no number of 0 or more`;
  }
  if (typeof fresh !== 'boolean') return 'fresh is neither true nor false';
  const toolchain = toolchainOf(name, toolchains);
  if (typeof toolchain === 'string') return toolchain;
  return { toolchain, budget: budgetFor(seconds, bytes), fresh };
}

/** What a file comes to before Lean sees it, or the job of asking Lean. */
export function checkOf(
  task: CheckTask,
  problemDigest: string,
  text: string,
  backend: Backend,
): VerdictBody | Job<{ body: VerdictBody; took: { cpuMs: number; wallMs: number } }> {
  const file = wholeFileOf(text);
  if (typeof file === 'string') return incorrect('shape_refused', file);
  return {
    theorem: problemDigest,
    header: `${task.toolchain.name}\0${file.header.text}`,
    key: text,
    cost: file.cost,
    async attempt(_pass, signal) {
      const checked = await backend.messages(file satisfies WholeFile, task.budget, task.fresh, signal);
      const { cpuMs, wallMs } = checked;
      const outcome = { body: bodyOf(checked), took: { cpuMs, wallMs } };
      return outcome.body.status === 'ERROR'
        ? { kind: 'lost' as const, outcome }
        : { kind: 'done' as const, outcome, cpuMs };
    },
  };
}

function bodyOf(checked: Checked): VerdictBody {
  if (checked.kind !== 'answered') return verdictOf(checked, { type: '', axioms: [] });
  const { messages } = checked;
  const parts = partsOf(messages);
  const error = messages.find(({ severity }) => severity === 'error');
  if (error !== undefined) {
    const [line = ''] = error.text.split('\n', 1);
    return { ...incorrect('lean_error', `${error.line}:${error.column}: ${line.slice(0, 500)}`), parts };
  }
  if (messages.some(isSorry)) {
    return { ...incorrect('has_sorry', 'Lean accepts the file, which has a sorry'), parts };
  }
  return { status: 'CORRECT', reason: 'no_error', message: 'Lean reports no error', parts };
}

function isSorry({ text }: LeanMessage): boolean {
  return /declaration uses [`']sorry[`']/.test(text);
}

/** Of messages that are too many or too long, the texts that stay: those that decide go before what a file prints. */
function textsOf(messages: readonly LeanMessage[]): Map<LeanMessage, string> {
  const decides = (message: LeanMessage) => message.severity === 'error' || isSorry(message);
  const [first, others] = [messages.filter(decides), messages.filter((message) => !decides(message))];
  let room = maxLength;
  return new Map(
    [...first, ...others].slice(0, maxMessages).map((message) => {
      const text = message.text.slice(0, Math.min(room, maxMessageLength)).toWellFormed();
      room -= text.length;
      return [message, text];
    }),
  );
}

/** `SEVERITY at LINE:COLUMN`, then `-LINE:COLUMN` where the end is known. */
function partsOf(messages: readonly LeanMessage[]): PartInit[] {
  const texts = textsOf(messages);
  const parts: PartInit[] = [];
  for (const each of messages) {
    const message = texts.get(each);
    if (message === undefined) continue;
    const { severity, line, column, end } = each;
    const isError = severity === 'error';
    const until = end === undefined ? '' : `-${end.line}:${end.column}`;
    parts.push({
      name: `${severity} at ${line}:${column}${until}`,
      status: isError ? 'INCORRECT' : 'CORRECT',
      reason: isError ? 'lean_error' : '',
      message,
    });
  }
  return parts;
}
