/**
 * Checks with plain `lean`, a process a file: for every Lean 4 there has been, without REPL, Lake or `--json`. The
 * candidate's file is compiled to a module; another process, which runs nothing of the candidate's, reads that module
 * as data and audits it.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditFile, constantName, parseAudit, randomWord } from '../audit/index.ts';
import { boundToThis, confinement } from '../os/confine.ts';
import { type Ended, type Limits, run } from '../os/run.ts';
import { fileOf, programOf, referenceText } from '../program.ts';
import type {
  Audit,
  Backend,
  Budget,
  Check,
  Checked,
  Header,
  LeanMessage,
  Outcome,
  Statement,
  Toolchain,
  WholeText,
} from '../types.ts';
import { crash, endingOf } from './ending.ts';
import { messagesIn, moved } from './messages.ts';

/** What a statement with `sorry` may take; imports from a cold disk of the network take minutes. */
const referenceBudget: Budget = {
  cpuMs: 600_000,
  wallMs: 900_000,
  memoryBytes: 16 * 2 ** 30,
  answerBytes: 16 * 2 ** 20,
  heartbeats: undefined,
};

/** Of an audit: the type of a constant and what it refers to. */
const auditBytes = 64 * 2 ** 20;

/** Headers whose costs are remembered. */
const maxHeaders = 256;

/** CPU time and private memory of two processes: one that compiles, one that audits. */
interface Cost {
  readonly compile: { readonly cpuMs: number; readonly peakBytes: number };
  readonly audit: { readonly cpuMs: number; readonly peakBytes: number };
}

const nothing = { cpuMs: 0, peakBytes: 0 };

/** A text to check, and how its messages are placed. */
interface Source {
  readonly header: Header;
  readonly name: string;
  readonly text: string;
  readonly place: (message: LeanMessage) => LeanMessage;
}

/** What is done with a compiled module that was audited, before it is deleted: the folder that holds it as `moduleName`. */
export type Afterwards = (folder: string) => Promise<void>;

/** Of the module that a candidate is compiled to. */
export const moduleName = 'AssayCandidate';

export class PlainBackend implements Backend {
  readonly kind = 'plain' as const;
  readonly #toolchain: Toolchain;
  /** What the imports of a header cost every process anew: of that, no candidate's budget is spent. */
  readonly #costs = new Map<string, Cost>();
  readonly #closing = new AbortController();

  constructor({ toolchain }: { readonly toolchain: Toolchain }) {
    this.#toolchain = toolchain;
  }

  async check(
    { header, statement, proof, budget }: Check,
    signal: AbortSignal,
    afterwards?: Afterwards,
  ): Promise<Checked> {
    const program = programOf(statement, proof, budget.heartbeats);
    const { text, offset } = fileOf(header, program.text);
    const name = constantName(header, statement.name);
    const place = (message: LeanMessage) => program.place({ ...message, line: message.line - offset });
    const { checked } = await this.#judge({ header, name, text, place }, budget, signal, afterwards);
    return checked;
  }

  async reference(header: Header, statement: Statement, signal: AbortSignal): Promise<Checked> {
    const { text } = fileOf(header, referenceText(statement));
    const name = constantName(header, statement.name);
    const source = { header, name, text, place: (message: LeanMessage) => message };
    const { checked, cost } = await this.#judge(source, referenceBudget, signal);
    if (checked.kind === 'answered' && checked.audit !== undefined) this.#remember(header, cost);
    return checked;
  }

  /** Every process is a fresh one. */
  async messages(
    { header, text, offset }: WholeText,
    budget: Budget,
    _fresh: boolean,
    caller: AbortSignal,
  ): Promise<Checked> {
    const signal = AbortSignal.any([caller, this.#closing.signal]);
    signal.throwIfAborted();
    const started = performance.now();
    const folder = await mkdtemp(join(tmpdir(), 'assay-lean-'));
    try {
      const file = join(folder, `${moduleName}.lean`);
      const whole = fileOf(header, text);
      await writeFile(file, whole.text);
      const cost = this.#costs.get(header.text) ?? (await this.#importCost(header, folder, signal));
      const limits = within(budget, cost.compile, budget.answerBytes);
      const ended = await this.#lean([file], limits, signal);
      const messages = messagesIn(ended.stdout, file, this.#toolchain.json).map((message) =>
        moved(message, offset - whole.offset),
      );
      const failed = messages.some(({ severity }) => severity === 'error');
      const outcome: Outcome =
        endingOf(ended, limits) ??
        (ended.exitCode !== 0 && !failed ? crash(ended) : { kind: 'answered', messages, audit: undefined });
      return { ...outcome, cpuMs: ended.cpuMs, wallMs: performance.now() - started };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** What the imports alone cost, once for each header. */
  async #importCost(header: Header, folder: string, signal: AbortSignal): Promise<Cost> {
    const file = join(folder, 'Imports.lean');
    await writeFile(file, header.text);
    const compile = await this.#lean(
      [file],
      within(referenceBudget, nothing, referenceBudget.answerBytes),
      signal,
    );
    const cost = { compile, audit: nothing };
    if (compile.exitCode === 0) this.#remember(header, cost);
    return cost;
  }

  /** Ends all checks; they reject. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the backend is closed'));
  }

  #remember(header: Header, cost: Cost): void {
    this.#costs.delete(header.text);
    this.#costs.set(header.text, cost);
    const [oldest] = this.#costs.keys();
    if (this.#costs.size > maxHeaders && oldest !== undefined) this.#costs.delete(oldest);
  }

  async #judge(
    source: Source,
    budget: Budget,
    caller: AbortSignal,
    afterwards?: Afterwards,
  ): Promise<{ readonly checked: Checked; readonly cost: Cost }> {
    const signal = AbortSignal.any([caller, this.#closing.signal]);
    signal.throwIfAborted();
    const started = performance.now();
    const folder = await mkdtemp(join(tmpdir(), 'assay-lean-'));
    try {
      const known = this.#costs.get(source.header.text);
      const compiled = await this.#compile(source, folder, budget, known?.compile ?? nothing, signal);
      let { outcome } = compiled;
      let audited: Ended | undefined;
      if (outcome === undefined) {
        const audit = await this.#audit(source, folder, budget, known, signal);
        audited = audit.ended;
        outcome =
          'audit' in audit
            ? { kind: 'answered', messages: compiled.messages, audit: audit.audit }
            : audit.outcome;
      }
      if (outcome.kind === 'answered' && outcome.audit !== undefined) await afterwards?.(folder);
      const cpuMs = compiled.ended.cpuMs + (audited?.cpuMs ?? 0);
      return {
        checked: { ...outcome, cpuMs, wallMs: performance.now() - started },
        cost: { compile: compiled.ended, audit: audited ?? nothing },
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Compiles to a module. No outcome: there is one, and Lean reported no error. */
  async #compile(
    { text, place }: Source,
    folder: string,
    budget: Budget,
    cost: Cost['compile'],
    signal: AbortSignal,
  ): Promise<{ outcome: Outcome | undefined; messages: readonly LeanMessage[]; ended: Ended }> {
    const file = join(folder, `${moduleName}.lean`);
    await writeFile(file, text);
    const limits = within(budget, cost, budget.answerBytes);
    const ended = await this.#lean(['-o', moduleIn(folder), file], limits, signal);
    const messages = messagesIn(ended.stdout, file, this.#toolchain.json).map(place);
    const outcome = endingOf(ended, limits) ?? this.#answer(ended, messages, folder);
    return { outcome, messages, ended };
  }

  #answer(ended: Ended, messages: readonly LeanMessage[], folder: string): Outcome | undefined {
    if (messages.some(({ severity }) => severity === 'error')) {
      return { kind: 'answered', messages, audit: undefined };
    }
    if (ended.exitCode !== 0) return crash(ended);
    if (existsSync(moduleIn(folder))) return undefined;
    return { kind: 'forged', detail: 'Lean ended well, and has written no module' };
  }

  async #audit(
    { header, name }: Source,
    folder: string,
    budget: Budget,
    known: Cost | undefined,
    signal: AbortSignal,
  ): Promise<{ audit: Audit; ended: Ended } | { outcome: Outcome; ended: Ended }> {
    const file = join(folder, 'Audit.lean');
    const nonce = randomWord();
    await writeFile(file, auditFile(header, moduleIn(folder), name, nonce));
    const limits = within(budget, known?.audit ?? nothing, auditBytes);
    const ended = await this.#lean([file], limits, signal);
    const messages = messagesIn(ended.stdout, file, this.#toolchain.json);
    const audit = ended.limit === undefined ? parseAudit(linesOf(messages), nonce) : undefined;
    if (audit !== undefined) return { audit, ended };
    const ending = endingOf(ended, limits);
    if (ending !== undefined) return { outcome: ending, ended };
    const error = messages.find(({ severity }) => severity === 'error')?.text ?? ended.stderr;
    const detail = `the module cannot be audited: ${error.slice(0, 500)}`;
    // The statement's own module could be: then it is this one that is none.
    return { outcome: { kind: known === undefined ? 'lost' : 'forged', detail }, ended };
  }

  async #lean(args: readonly string[], limits: Limits, signal: AbortSignal): Promise<Ended> {
    const { lean, json, folder, env } = this.#toolchain;
    const before = [...(await boundToThis()), ...(await confinement())];
    const argv = [...before, ...lean, ...(json ? ['--json'] : []), ...args];
    return run({ argv, folder, env, limits }, signal);
  }
}

function moduleIn(folder: string): string {
  return join(folder, `${moduleName}.olean`);
}

/** In text nothing marks where an info begins: it may look like part of a warning before it. */
function linesOf(messages: readonly LeanMessage[]): { readonly text: string }[] {
  return messages.flatMap(({ text }) => text.split('\n').map((line) => ({ text: line })));
}

/** Limits of a process that pays for the imports first. */
function within(budget: Budget, cost: Cost['compile'], outputBytes: number): Limits {
  return {
    cpuMs: budget.cpuMs + cost.cpuMs,
    wallMs: budget.wallMs,
    memoryBytes: budget.memoryBytes + cost.peakBytes,
    outputBytes,
  };
}
