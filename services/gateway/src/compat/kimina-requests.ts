/** What requests in Kimina Lean Server's forms hold. Errors of all: `invalid_request`, `unsupported`. */
import { AssayError } from '@assay/contract';
import { invalid, kindOf, objectIn } from '../json.ts';
import { mostSnippets } from './kimina-schemas.ts';

const mostTimeoutS = 3_600;

export interface Snippet {
  id: string;
  code: string;
}

export interface Settings {
  timeoutS: number;
  reuse: boolean;
}

export function snippetsIn(value: unknown): Snippet[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > mostSnippets) {
    throw invalid('snippets', `expected a list of 1 to ${mostSnippets}, got ${kindOf(value)}`);
  }
  const seen = new Set<string>();
  return value.map((item, i) => {
    const { id, code } = objectIn(item, `snippets[${i}]`);
    if (typeof id !== 'string') throw invalid(`snippets[${i}].id`, `expected a text, got ${kindOf(id)}`);
    if (typeof code !== 'string')
      throw invalid(`snippets[${i}].code`, `expected a text, got ${kindOf(code)}`);
    if (seen.has(id)) throw invalid(`snippets[${i}].id`, 'this id is there twice');
    seen.add(id);
    return { id, code: code.toWellFormed() };
  });
}

export function codesIn(value: unknown): Snippet[] {
  if (!Array.isArray(value) || value.length > mostSnippets) {
    throw invalid('codes', `expected a list of at most ${mostSnippets}, got ${kindOf(value)}`);
  }
  return value.map((item, i) => {
    const { custom_id: id, proof, code } = objectIn(item, `codes[${i}]`);
    if (typeof id !== 'string' && !Number.isSafeInteger(id)) {
      throw invalid(`codes[${i}].custom_id`, `expected a text or a whole number, got ${kindOf(id)}`);
    }
    const text = proof ?? code;
    if (typeof text !== 'string') throw invalid(`codes[${i}].proof`, `expected a text, got ${kindOf(text)}`);
    return { id: String(id), code: text.toWellFormed() };
  });
}

const infotrees = ['full', 'tactics', 'original', 'substantive'];

export function settingsIn(
  given: Record<string, unknown>,
  timeout: number,
  reuse: unknown,
  infotree: unknown,
): Settings {
  if (infotree !== undefined && infotree !== null) {
    if (!infotrees.includes(infotree as string)) {
      throw invalid('infotree', `expected one of ${infotrees.join(', ')}, got ${kindOf(infotree)}`);
    }
    throw new AssayError('unsupported', 'infotree is not supported here.', {
      mend: 'Leave it out: messages and sorries are answered.',
    });
  }
  const timeoutS = given.timeout ?? timeout;
  if (!(typeof timeoutS === 'number' && timeoutS >= 0 && timeoutS <= mostTimeoutS)) {
    throw invalid('timeout', `expected seconds from 0 to ${mostTimeoutS}, got ${kindOf(timeoutS)}`);
  }
  if (reuse !== undefined && typeof reuse !== 'boolean') {
    throw invalid('reuse', `expected true or false, got ${kindOf(reuse)}`);
  }
  // 0 would mean the verifier's own limit.
  return { timeoutS: Math.max(timeoutS, 0.001), reuse: reuse ?? true };
}

export function flagIn(given: Record<string, unknown>, field: string, other: boolean): boolean {
  const value = given[field] ?? other;
  if (typeof value === 'boolean') return value;
  throw invalid(field, `expected true or false, got ${kindOf(value)}`);
}
