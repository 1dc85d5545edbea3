/** Progress of a run on stderr: one line that is rewritten on a terminal, a plain line now and then in a pipe. */
import type { RunProgress } from '@assay/contract';
import { oneLine } from './terminal.ts';

/** What a progress line is made of. */
export interface ProgressState extends Omit<RunProgress, 'run' | 'inputShare'> {
  /** Bytes of input read, and there are; absent where they are not known. */
  input?: { bytes: number; total: number } | undefined;
}

/** `12,345 of 20,000 verdicts · 2,345/s · 7,530 correct · … · input 45 % · 1:23 left` */
export function formatProgress(state: ProgressState): string {
  const { done, submitted, rate, correct, shared, stored, skipped, errors, input } = state;
  const parts = [`${number(done)} of ${number(submitted)} verdicts`, `${number(rate)}/s`];
  const counts = { correct, errors, shared, 'stored before': stored, skipped };
  for (const [name, value] of Object.entries(counts)) {
    if (value > 0 || name === 'correct') parts.push(`${number(value)} ${name}`);
  }
  if (input !== undefined && input.total > 0) {
    parts.push(`input ${Math.floor((100 * input.bytes) / input.total)} %`);
    const seconds = secondsLeft(state);
    if (seconds !== undefined) parts.push(`${formatDuration(seconds)} left`);
  }
  return parts.join(' · ');
}

/**
 * Seconds until the end at the present rate. The rest of the input is taken to hold as many verdicts per byte as what
 * was read of it. Undefined where that says nothing: no rate, or no input yet.
 */
export function secondsLeft({ done, submitted, rate, input }: ProgressState): number | undefined {
  if (input === undefined || input.bytes === 0 || rate <= 0) return undefined;
  const all = (submitted * Math.max(input.total, input.bytes)) / input.bytes;
  return Math.max(0, all - done) / rate;
}

/** `0:07`, `1:23`, `2:03:04` */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Milliseconds between lines on a terminal, and in a pipe. */
const liveMs = 200;
const plainMs = 5_000;

/** Writes progress and notes to a stream, so that neither spoils the other. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #live: boolean;
  #timer: NodeJS.Timeout | undefined;
  #shown = '';

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
    this.#live = stream.isTTY && process.env.TERM !== 'dumb';
  }

  /** Shows what `read` tells of a run from time to time. */
  start(read: () => Promise<ProgressState | undefined>): void {
    this.startLine(async () => {
      const state = await read();
      return state !== undefined && state.submitted > 0 ? formatProgress(state) : undefined;
    });
  }

  /** Shows the line that `read` gives from time to time. */
  startLine(read: () => Promise<string | undefined>): void {
    const step = async () => {
      const line = await read().catch(() => undefined);
      if (this.#timer === undefined) return;
      if (line !== undefined) this.#show(line);
      this.#timer = setTimeout(step, this.#live ? liveMs : plainMs);
    };
    this.#timer = setTimeout(step, this.#live ? liveMs : plainMs);
    // Rates are measured between readings: the first line shall have one.
    read().catch(() => {});
  }

  #show(text: string): void {
    this.#shown = this.#live ? oneLine(text, (this.#stream.columns || 80) - 1) : text;
    this.#stream.write(this.#live ? `\r\x1b[2K${this.#shown}` : `${text}\n`);
  }

  /** Writes a line of its own. */
  note(line: string): void {
    const live = this.#live && this.#shown !== '';
    this.#stream.write(live ? `\r\x1b[2K${line}\n${this.#shown}` : `${line}\n`);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#live && this.#shown !== '') this.#stream.write('\r\x1b[2K');
    this.#shown = '';
  }
}
