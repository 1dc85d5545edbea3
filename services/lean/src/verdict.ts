/** What Lean's answer and the audit say of a proof: a verdict. No message proves anything, only the audit does. */
import type { PartInit } from '@assay/contract';
import type { VerdictBody } from '@assay/verifier-kit';
import type { Audit, Checked, LeanMessage } from './types.ts';

/** Axioms of Lean's logic, on which nearly all of Mathlib rests. */
export const standardAxioms: readonly string[] = ['propext', 'Classical.choice', 'Quot.sound'];

export interface Expected {
  /** Audit.type of the reference. */
  readonly type: string;
  /** Axioms that are allowed besides the standard ones. */
  readonly axioms: readonly string[];
}

const maxParts = 20;
const maxMessage = 2000;

/** The verdict on a proof that was checked for the last time. `lost` is ERROR; everything else is the candidate's own. */
export function verdictOf(checked: Checked, expected: Expected): VerdictBody {
  switch (checked.kind) {
    case 'answered':
      return answered(checked.messages, checked.audit, expected);
    case 'limit':
      return incorrect(
        { cpu: 'time_limit', memory: 'memory_limit', answer: 'output_limit' }[checked.limit],
        checked.detail,
      );
    case 'crash':
      return incorrect('runtime_error', `Lean died of it: ${checked.detail}`);
    case 'forged':
      return incorrect('forged_answer', `what answered was not Lean alone: ${checked.detail}`);
    case 'lost':
      return { status: 'ERROR', reason: 'verifier_crash', message: checked.detail, retryable: true };
  }
}

/** Whether an error says that the heartbeats were used up: with more of them the proof might be accepted. */
export function outOfHeartbeats(messages: readonly LeanMessage[]): boolean {
  return messages.some(
    ({ severity, text }) => severity === 'error' && /\(deterministic\) timeout|maxHeartbeats/.test(text),
  );
}

function answered(
  messages: readonly LeanMessage[],
  audit: Audit | undefined,
  expected: Expected,
): VerdictBody {
  const parts = messages.slice(0, maxParts).map(partOf);
  const error = messages.find(({ severity }) => severity === 'error');
  if (error !== undefined) {
    const reason = outOfHeartbeats(messages) ? 'heartbeats' : 'lean_error';
    const [line = ''] = error.text.split('\n', 1);
    return { ...incorrect(reason, `${placeOf(error)}: ${cut(line)}`), parts };
  }
  if (audit === undefined) {
    return {
      status: 'ERROR',
      reason: 'verifier_failure',
      message: 'Lean accepted the proof, and no audit was made',
      retryable: true,
    };
  }
  const fault = auditFault(audit, expected);
  if (fault !== undefined) {
    return { ...incorrect(fault.reason, fault.message), parts: [...parts, auditPart(audit, fault.reason)] };
  }
  return {
    status: 'CORRECT',
    reason: 'proved_tier1',
    message: `proved; axioms: ${audit.found ? audit.axioms.join(', ') || 'none' : ''}`,
    parts: [...parts, auditPart(audit, '')],
  };
}

function auditFault(
  audit: Audit,
  expected: Expected,
): { readonly reason: string; readonly message: string } | undefined {
  if (!audit.found) return { reason: 'not_found', message: 'Lean has no such theorem after the proof' };
  if (audit.kind !== 'theorem') {
    return { reason: 'statement_changed', message: `it is not a theorem: ${audit.kind}` };
  }
  if (audit.type !== expected.type) {
    return { reason: 'statement_changed', message: 'what was proved is not what the statement says' };
  }
  if (audit.axioms.includes('sorryAx')) {
    return { reason: 'has_sorry', message: 'the proof rests on sorry' };
  }
  const allowed = new Set([...standardAxioms, ...expected.axioms]);
  const bad = audit.axioms.filter((axiom) => !allowed.has(axiom));
  if (bad.length === 0) return undefined;
  const more = bad.length > 5 ? ` and ${bad.length - 5} more` : '';
  return { reason: 'bad_axiom', message: `it rests on ${cut(bad.slice(0, 5).join(', '))}${more}` };
}

function auditPart(audit: Audit, reason: string): PartInit {
  const message = audit.found
    ? `${audit.kind}; axioms: ${cut(audit.axioms.slice(0, 50).join(', ')) || 'none'}`
    : 'not found';
  return { name: 'audit', status: reason === '' ? 'CORRECT' : 'INCORRECT', reason, message };
}

function partOf(message: LeanMessage): PartInit {
  const isError = message.severity === 'error';
  return {
    name: `${message.severity} at ${placeOf(message)}`,
    status: isError ? 'INCORRECT' : 'CORRECT',
    reason: isError ? 'lean_error' : '',
    message: cut(message.text),
  };
}

function placeOf({ line, column }: LeanMessage): string {
  return `${line}:${column}`;
}

/** Well-formed, and short. */
function cut(text: string): string {
  const whole = text.toWellFormed();
  return whole.length <= maxMessage ? whole : `${whole.slice(0, maxMessage).toWellFormed()}…`;
}

export function incorrect(reason: string, message: string): VerdictBody {
  return { status: 'INCORRECT', reason, message };
}
