/** Limits of programs, as data sets write them. */
import { Fault } from '../fault.ts';
import type { Found } from '../field.ts';
import { excerpt, isObject, numberOf } from '../values.ts';

/** Smaller ones are megabytes that somebody took for bytes. */
const leastMemoryBytes = 1 << 16;

const units: Record<string, number> = {
  '': 1,
  b: 1,
  bytes: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  megabytes: 1e6,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** Seconds, from a number, `"2.5s"` or `"500 ms"`, or the {seconds, nanos} of protocol buffers. */
export function secondsOf({ name, value }: Found): number {
  const seconds = isObject(value)
    ? numberOf(value.seconds ?? 0) + numberOf(value.nanos ?? 0) / 1e9
    : numberOf(value) || ofText(value);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw new Fault(
    'wrong_type',
    `\`${name}\` must be a number of seconds, not ${excerpt(value)}`,
    'Write 2.5, "2.5s" or {"seconds": 2, "nanos": 500000000}.',
  );
}

function ofText(value: unknown): number {
  const [, amount, unit] = /^\s*(\d+(?:\.\d*)?)\s*(ms|s|secs?|seconds?)\s*$/i.exec(String(value)) ?? [];
  if (amount === undefined) return numberOf(value);
  return Number(amount) / (unit?.toLowerCase() === 'ms' ? 1000 : 1);
}

/** Bytes, from a number or a text such as `"256 MB"`; 0 stays 0. */
export function bytesOf({ name, value }: Found): number {
  const [, amount, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(String(value)) ?? [];
  const bytes = Number(amount) * (units[unit.toLowerCase()] ?? Number.NaN);
  if (Number.isSafeInteger(bytes) && (bytes === 0 || bytes >= leastMemoryBytes)) return bytes;
  throw new Fault(
    'wrong_type',
    `\`${name}\` must be a number of bytes from ${leastMemoryBytes} on, not ${excerpt(value)}`,
    'Write 256000000 or "256 MB".',
  );
}
