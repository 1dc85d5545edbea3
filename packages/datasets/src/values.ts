/** What a value of unknown type is. */

/** The start of a text, or what another value is, fit for a message. */
export function excerpt(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : kindOf(value);
}

/** The type of a value, in the words of JSON. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'boolean' ? 'true or false' : `a ${typeof value}`;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number, also from the 64-bit integers of Parquet and the texts of YAML and proto JSON; else NaN. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  const numeral = typeof value === 'bigint' || (typeof value === 'string' && value.trim() !== '');
  return numeral ? Number(value) : Number.NaN;
}
