/** What the audit's command answers. */
import type { Audit, LeanMessage } from '../types.ts';

const word = 'assay-audit';

/** The audit among messages; undefined where none has this nonce. What looks like one and is not is none. */
export function parseAudit(messages: readonly Pick<LeanMessage, 'text'>[], nonce: string): Audit | undefined {
  const start = `${word} ${nonce} `;
  const text = messages.find((message) => message.text.startsWith(start))?.text;
  return text === undefined ? undefined : auditIn(text.slice(start.length));
}

function auditIn(text: string): Audit | undefined {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof found !== 'object' || found === null || !('found' in found)) return undefined;
  if (found.found === false) return { found: false };
  const { kind, axioms, type } = found as Record<string, unknown>;
  if (typeof kind !== 'string' || typeof type !== 'string' || !isTexts(axioms)) return undefined;
  return { found: true, kind, axioms: [...new Set(axioms)].sort(), type };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
