/** Sizes on the disk. */
import { InvalidArgumentError } from 'commander';

const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Bytes of `50G`, `1.5T`, `500M`, `0`; the units are powers of 1024. */
export function sizeOf(value: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?$/i.exec(value) ?? [];
  const bytes = Math.round(Number(amount) * (units[unit.toUpperCase()] ?? Number.NaN));
  // Nobody keeps 50 bytes: that was to be 50G, and would remove everything.
  if (Number.isSafeInteger(bytes) && (bytes === 0 || bytes >= 2 ** 20)) return bytes;
  throw new InvalidArgumentError('Give 0, or 1M or more, such as 500M or 50G.');
}

/** `3.4 GiB`, `208 MiB` */
export function sizeText(bytes: number): string {
  if (bytes >= 2 ** 30) return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
