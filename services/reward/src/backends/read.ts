/** Reading of a server's answer, field by field. Fields that nobody asked for are passed over. */
import { BackendError } from '../types.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function garbage(message: string): BackendError {
  return new BackendError('garbage', message);
}

export function fields(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw garbage(`${what} is no object`);
}

export function list(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw garbage(`${what} is no list`);
}

/** A list of `length` entries. */
export function listOf(value: unknown, what: string, length: number): readonly unknown[] {
  const entries = list(value, what);
  if (entries.length === length) return entries;
  throw garbage(`${what} has ${entries.length} entries instead of ${length}`);
}

export function finite(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw garbage(`${what} is no finite number`);
}

/** Empty where the value is no text. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Undefined where the value is no positive whole number. */
export function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : undefined;
}

/** Entries with an `index` each, in the order of it: from 0, none missing, none twice. */
export function byIndex(value: unknown, what: string, length: number): Fields[] {
  const found: Fields[] = new Array(length);
  for (const entry of listOf(value, what, length)) {
    const one = fields(entry, `an entry of ${what}`);
    const { index } = one;
    if (!Number.isInteger(index) || (index as number) < 0 || (index as number) >= length) {
      throw garbage(`an entry of ${what} has no index below ${length}`);
    }
    if (found[index as number] !== undefined) throw garbage(`${what} has index ${index} twice`);
    found[index as number] = one;
  }
  return found;
}

/** The one number of a model with one label, else that of the label that was chosen. */
export function labelOf(value: unknown, what: string, label: number | undefined): number {
  const numbers = list(value, what);
  if (numbers.length === 0) throw garbage(`${what} is empty`);
  if (label === undefined && numbers.length > 1) {
    throw new BackendError(
      'misuse',
      `the model has ${numbers.length} labels: a reward model has one, or the label to read is set`,
    );
  }
  const at = label ?? 0;
  if (at >= numbers.length) {
    throw new BackendError('misuse', `the model has ${numbers.length} labels and none with number ${at}`);
  }
  return finite(numbers[at], `${what}[${at}]`);
}
