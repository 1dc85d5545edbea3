/** How the page writes numbers and times. What is no number (in JSON, what is infinite is null) is a dash. */

const none = '–';

const digits = (value: number, most: number) =>
  value.toLocaleString('en-US', { maximumFractionDigits: most });

/** `12,345`, `3.4` */
export function countText(value: number): string {
  if (!Number.isFinite(value)) return none;
  return digits(value, Math.abs(value) < 100 ? 1 : 0);
}

/** `12 candidates` */
export function nounText(value: number, noun: string): string {
  return `${countText(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `12.3 %` */
export function percentText(share: number, most = 1): string {
  if (!Number.isFinite(share)) return none;
  const percent = 100 * share;
  // What is neither all nor nothing does not look so.
  if (share > 0 && percent < 0.5 * 10 ** -most) return `< ${digits(10 ** -most, most)} %`;
  if (share < 1 && percent > 100 - 0.5 * 10 ** -most) return `> ${digits(100 - 10 ** -most, most)} %`;
  return `${percent.toFixed(most)} %`;
}

/** For an axis: `40 %` */
export function percentTick(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

export function intervalText({ low, high }: { low: number; high: number }, most = 1): string {
  return `[${(100 * low).toFixed(most)}, ${(100 * high).toFixed(most)}]\u00A0%`;
}

/** `950`, `1.5k`, `20M` */
export function shortCount(value: number): string {
  if (!Number.isFinite(value)) return none;
  const units = ['', 'k', 'M', 'B', 'T'];
  let own = value;
  let unit = 0;
  while (Math.abs(own) >= 999.5 && unit < units.length - 1) {
    own /= 1000;
    unit++;
  }
  return `${Number(own.toPrecision(3))}${units[unit]}`;
}

const raised = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `3.2 × 10¹⁸` */
export function powerText(value: number): string {
  if (!Number.isFinite(value)) return none;
  if (value === 0) return '0';
  const power = Math.floor(Math.log10(Math.abs(value)) + 1e-12);
  const factor = Number((value / 10 ** power).toPrecision(2));
  const exponent = String(power).replace(/./g, (mark) =>
    mark === '-' ? '⁻' : (raised[Number(mark)] as string),
  );
  return factor === 1 ? `10${exponent}` : `${factor} × 10${exponent}`;
}

/** Money of whatever currency the prices are in: `$0.012`, `$0.5`, `$12.30`, `$4.5k`. */
export function moneyText(value: number): string {
  if (!Number.isFinite(value)) return none;
  if (value !== 0 && Math.abs(value) < 1) return `$${Number(value.toPrecision(2))}`;
  return Math.abs(value) < 1000 ? `$${value.toFixed(2)}` : `$${shortCount(value)}`;
}

/** For an axis: `$0.001`, `$100` */
export function moneyTick(value: number): string {
  if (!Number.isFinite(value)) return none;
  return Math.abs(value) < 1000 ? `$${Number(value.toPrecision(2))}` : `$${shortCount(value)}`;
}

/** A number with so many significant digits, never in powers where people would not. */
export function fixedText(value: number, significant = 3): string {
  if (!Number.isFinite(value)) return none;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return powerText(value);
  return digits(Number(value.toPrecision(significant)), 6);
}

/** `340 µs`, `12.3 ms`, `4.5 s`, `2 min 5 s`, `3 h 20 min` */
export function timeText(ms: number): string {
  if (!Number.isFinite(ms)) return none;
  if (ms < 0.1) return `${Math.round(ms * 1000)} µs`;
  if (ms < 1000) return `${Number(ms.toPrecision(3))} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${Number(seconds.toPrecision(3))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `3 May 2026, 14:05`, in the reader's time. */
export function dateText(ms: number): string {
  return new Date(ms).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}

/** `1.5/s` */
export function rateText(perSecond: number): string {
  return `${countText(perSecond)}/s`;
}
