/**
 * Postgres keeps no character U+0000 in texts. It is stored as U+0001 U+0001, and U+0001 as U+0001 U+0002: texts come
 * back as they were, and their order stays what it was.
 */

export function toStored(text: string): string {
  if (!text.includes('\u0000') && !text.includes('\u0001')) return text;
  return text.replaceAll('\u0001', '\u0001\u0002').replaceAll('\u0000', '\u0001\u0001');
}

export function fromStored(text: string): string {
  if (!text.includes('\u0001')) return text;
  return text.replaceAll('\u0001\u0001', '\u0000').replaceAll('\u0001\u0002', '\u0001');
}
