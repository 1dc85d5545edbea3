/** Reading the lines of a dump strictly: whatever the file holds, what is stored has its form. */
import { AssayError, RunState, VerdictSource, VerdictStatus } from '@assay/contract';
import { type DumpEnd, type DumpHeader, type DumpLine, dumpVersion, Tally } from './dump.ts';

export type ReadLine = { header: DumpHeader } | { line: DumpLine } | { end: DumpEnd };

/** What else a line of the file is not; `number` counts from 1. */
export function damaged(number: number, what: string): AssayError {
  return new AssayError('dump_damaged', `Line ${number} of the run's file ${what}.`, {
    mend: 'Copy the file again, or export the run again. Nothing of it was stored.',
  });
}

/** Checks lines one by one, each against those before it. Errors: `dump_damaged`, `dump_cut`, `dump_version`. */
export class DumpReader {
  readonly #tally = new Tally();
  #number = 0;
  #header: DumpHeader | undefined;
  #judgements = -1;
  #ended = false;

  read(text: string): ReadLine {
    const number = ++this.#number;
    if (this.#ended) throw damaged(number, 'stands behind the end');
    const value = parse(text);
    if (value === undefined) throw damaged(number, 'is no JSON object: it is cut or changed');
    if (this.#header === undefined) {
      this.#header = headerOf(value);
      this.#tally.add(text);
      return { header: this.#header };
    }
    if (value.end !== undefined) {
      const [said, counted] = [JSON.stringify(value.end), JSON.stringify(this.#tally.end())];
      if (said !== counted) {
        throw damaged(
          number,
          'does not fit the lines before it (counts and checksum): some are changed or missing',
        );
      }
      this.#ended = true;
      return { end: this.#tally.end() };
    }
    const fault = this.#faultOf(value as DumpLine, this.#header.run.verifiers.length);
    if (fault !== undefined) throw damaged(number, fault);
    this.#tally.add(text, value as DumpLine);
    return { line: value as DumpLine };
  }

  /** To be called behind the last line. */
  finish(): void {
    if (this.#ended) return;
    throw new AssayError(
      'dump_cut',
      `The run's file ends with line ${this.#number}, before its end: it is cut.`,
      {
        mend: 'Copy the whole file, or export the run again. Nothing of it was stored.',
      },
    );
  }

  #faultOf(line: DumpLine, verifiers: number): string | undefined {
    const [kind = '', ...more] = Object.keys(line);
    if (more.length > 0) return `is of several kinds: ${kind}, ${more.join(', ')}`;
    switch (kind) {
      case 'problem':
        this.#judgements = 0;
        return isProblem(line.problem) ? undefined : 'is no problem';
      case 'judgement':
        if (this.#judgements++ < 0) return 'has a judgement before any problem';
        return judgementFault(line.judgement);
      case 'verdict': {
        const { verdict } = line;
        if (this.#judgements < 0) return 'has a verdict before any problem';
        if (!isVerdict(verdict)) return 'is no verdict';
        if (verdict.verifier >= verifiers) return `names verifier ${verdict.verifier}, of ${verifiers}`;
        const { judgement } = verdict;
        return judgement === null || judgement < this.#judgements
          ? undefined
          : 'names a judgement that is not there';
      }
      case 'fault':
        return isFault(line.fault) ? undefined : 'is no fault';
      case 'replica':
        return isReplica(line.replica) ? undefined : 'is no replica';
      default:
        return `is of no known kind: ${JSON.stringify(kind.slice(0, 40))}`;
    }
  }
}

type Fields = Record<string, unknown>;

function parse(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function headerOf(value: Fields): DumpHeader {
  if (value.assay !== 'run' || !isWhole(value.version)) throw damaged(1, 'is no header of a run');
  if (value.version > dumpVersion) {
    throw new AssayError(
      'dump_version',
      `The run's file has format ${value.version}; this Assay knows up to ${dumpVersion}.`,
      { mend: 'Use the newer Assay that wrote it.' },
    );
  }
  const { run, activeMs, loopMs } = value;
  const ok =
    isObject(run) &&
    isText(run.id) &&
    run.id !== '' &&
    Array.isArray(run.verifiers) &&
    run.verifiers.every(isText) &&
    isObject(run.labels) &&
    Object.values(run.labels).every(isText) &&
    isText(run.tenant) &&
    Object.hasOwn(RunState, run.state as string) &&
    [run.earlyStop, run.uncached].every((flag) => typeof flag === 'boolean') &&
    [run.maxAttempts, run.createdMs, run.maxInFlight, activeMs, loopMs ?? 0].every(isWhole) &&
    [run.priority, run.weight].every(Number.isFinite);
  if (!ok) throw damaged(1, 'is no header of a run');
  return value as unknown as DumpHeader;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** Smallest and largest position of a verifier that every store can hold. */
const isVerifier = (value: unknown): value is number => isWhole(value) && value < 32_768;

function isProblem(value: unknown): boolean {
  return (
    isObject(value) && [value.id, value.dataset, value.digest].every(isText) && isWhole(value.promptTokens)
  );
}

function isVerdict(value: unknown): value is NonNullable<DumpLine['verdict']> {
  return (
    isObject(value) &&
    isVerifier(value.verifier) &&
    isWhole(value.candidate) &&
    isWhole(value.tokens) &&
    Object.hasOwn(VerdictSource, value.source as string) &&
    (value.judgement === null || isWhole(value.judgement))
  );
}

function isFault(value: unknown): boolean {
  return (
    isObject(value) &&
    isVerifier(value.verifier) &&
    [value.replica, value.kind, value.detail].every(isText) &&
    isWhole(value.count)
  );
}

function isReplica(value: unknown): boolean {
  return (
    isObject(value) &&
    isVerifier(value.verifier) &&
    [value.replica, value.version].every(isText) &&
    [value.slots, value.firstMs, value.lastMs].every(isWhole) &&
    [value.slotMs, value.busyMs].every(Number.isFinite)
  );
}

function judgementFault(value: unknown): string | undefined {
  if (!isObject(value) || ![value.key, value.replica].every(isText) || !isWhole(value.attempts)) {
    return 'is no judgement';
  }
  const said = value.verdict;
  const ok =
    isObject(said) &&
    Object.hasOwn(VerdictStatus, said.status as string) &&
    [said.reason, said.message, said.answer, said.answerClass].every(isText) &&
    (said.score === undefined ? said._score === undefined : Number.isFinite(said.score)) &&
    typeof said.retryable === 'boolean' &&
    isObject(said.times) &&
    [said.times.queueUs, said.times.serviceUs, said.times.cpuUs].every(isWhole) &&
    Array.isArray(said.parts) &&
    said.parts.every((part) => isObject(part) && isText(part.name));
  return ok ? undefined : 'has a judgement without a whole verdict';
}
