/**
 * A REPL that holds a header: imports, our audit command under a random name, options and opens are its environment 0.
 * Every candidate starts from there, and whatever it answers, a second command with a fresh nonce follows: the audit
 * where Lean reported no error, else one of a theorem that does not exist. An answer that somebody else wrote puts the
 * two out of step, or has no nonce.
 */
import { auditCommand, auditRequest, constantName, parseAudit, randomWord } from '../audit/index.ts';
import type { Program } from '../program.ts';
import type { Audit, Budget, Checked, Header, LeanMessage, Outcome, Toolchain } from '../types.ts';
import { type Exit, type ReplOptions, ReplProcess, type Reply } from './process.ts';
import { type Answer, type CommandAnswer, parseAnswer, type ReplMessage } from './protocol.ts';

export interface SessionOptions extends ReplOptions {
  /** Wall milliseconds for the imports. From a cold disk of the network they take minutes. @default 600000 */
  readonly startMs?: number;
}

/** Why there is no session. */
export type NoSession =
  /** Lean refuses the header: the problem's fault. Places are those of the header's text. */
  | { readonly kind: 'refused'; readonly messages: readonly LeanMessage[] }
  /** The audit command needs Lean's own modules, which the header does not import. */
  | { readonly kind: 'bare'; readonly detail: string }
  | { readonly kind: 'lost'; readonly detail: string };

/** Of what is not a candidate's: a header's messages, an audit. */
const ownAnswerBytes = 16 * 2 ** 20;

/** Signals that come from outside, the kernel's end of a process without memory among them. */
const foreignSignals = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']);

/** Between two looks at what is used and what was left behind, of checks that end sooner. */
const measureMs = 20;

interface Running {
  readonly budget: Budget;
  readonly since: number;
  /** What was in use before. */
  readonly cpuMs: number;
  readonly privateBytes: number;
  /** CPU time so far. */
  usedMs: number;
  /** Looks in a row that found it stopped. */
  stopped: number;
  /** Why it was ended. */
  cause: Outcome | undefined;
}

export class Session {
  readonly header: Header;
  /** Checks of candidates that it has run. */
  judged = 0;
  readonly #process: ReplProcess;
  readonly #suffix: string;
  /** Highest number of an environment so far: numbers only grow. */
  #env = 0;
  /** Private memory with nothing but the header. */
  #baseline = 0;
  #privateBytes = 0;
  #cpuMs = 0;
  #measuredAt = Number.NEGATIVE_INFINITY;
  #running: Running | undefined;
  /** The one that was checked last. */
  #theorem = { name: '', constant: '' };

  /**
   * Starts a REPL and gives it the header.
   * @param withLean adds `import Lean` to the imports
   */
  static async start(
    toolchain: Toolchain,
    header: Header,
    withLean: boolean,
    signal: AbortSignal,
    { startMs = 600_000, ...options }: SessionOptions = {},
  ): Promise<Session | NoSession> {
    const process = await ReplProcess.start(toolchain, options);
    const session = new Session(process, header);
    const stop = () => void process.kill();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const timer = setTimeout(stop, startMs);
    const began = performance.now();
    const fault = await session.#open(withLean);
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    if (fault === undefined) return session;
    await process.kill();
    if (performance.now() - began < startMs || fault.kind !== 'lost') return fault;
    return { kind: 'lost', detail: `the header was not there after ${startMs} ms` };
  }

  private constructor(process: ReplProcess, header: Header) {
    this.#process = process;
    this.#suffix = randomWord();
    this.header = header;
  }

  /** Called when it comes to an end, or says something, between two checks: it is of no use then. */
  set onTrouble(call: () => void) {
    this.#process.onTrouble = call;
  }

  get process(): ReplProcess {
    return this.#process;
  }

  /** Whether it can take a check. */
  get sound(): boolean {
    return !this.#process.ended && this.#process.surplus === undefined;
  }

  /** Private bytes with nothing but the header. */
  get baselineBytes(): number {
    return this.#baseline;
  }

  /** Private bytes that checks have left behind. */
  get growthBytes(): number {
    return this.#privateBytes - this.#baseline;
  }

  /** Ends it, and waits for that. */
  async close(): Promise<void> {
    await this.#process.kill();
  }

  /** Runs a program from the header on, and audits the theorem of that name if Lean reports no error. */
  async check(program: Program, name: string, budget: Budget): Promise<Checked> {
    const since = performance.now();
    const running: Running = {
      ...{ budget, since, cpuMs: this.#cpuMs, privateBytes: this.#privateBytes },
      ...{ usedMs: 0, stopped: 0, cause: undefined },
    };
    this.#running = running;
    const outcome = await this.#exchange(program, name, budget);
    this.#running = undefined;
    // A proof is none where something of it still runs.
    const strangers = this.#measure(outcome.kind === 'answered' && outcome.audit?.found === true);
    if (this.#cpuMs > running.cpuMs) running.usedMs = Math.max(running.usedMs, this.#cpuMs - running.cpuMs);
    return {
      ...(running.cause ?? settled(outcome, running, strangers)),
      cpuMs: running.usedMs,
      wallMs: performance.now() - since,
    };
  }

  /** Looks whether the check that runs has used up its budget, and ends the process where it has. */
  look(): void {
    const running = this.#running;
    if (running === undefined || running.cause !== undefined) return;
    const { budget } = running;
    const now = this.#process.meter.read();
    // It has ended, and says so itself.
    if (now === undefined) return;
    running.usedMs = Math.max(running.usedMs, now.cpuMs - running.cpuMs);
    running.stopped = now.stopped ? running.stopped + 1 : 0;
    const grown = now.privateBytes - running.privateBytes;
    const wallMs = performance.now() - running.since;
    if (running.usedMs > budget.cpuMs) running.cause = outOfTime(running);
    else if (grown > budget.memoryBytes) {
      const detail = `${megabytes(grown)} MB of ${megabytes(budget.memoryBytes)} MB`;
      running.cause = { kind: 'limit', limit: 'memory', detail };
    } else if (running.stopped > 1) running.cause = { kind: 'lost', detail: 'Lean was stopped by a signal' };
    else if (wallMs > budget.wallMs) {
      const detail = `no answer in ${Math.round(wallMs)} ms, with ${running.usedMs} ms of CPU time`;
      running.cause = { kind: 'lost', detail };
    }
    if (running.cause !== undefined) void this.#process.kill();
  }

  /** The header as environment 0, and a first word with the audit command. */
  async #open(withLean: boolean): Promise<NoSession | undefined> {
    const { imports, rest, text } = this.header;
    const modules = withLean && !imports.includes('Lean') ? [...imports, 'Lean'] : imports;
    const head = modules.map((module) => `import ${module}\n`).join('');
    const before = `${head}${auditCommand(this.#suffix)}\n`;
    const answer = await this.#ask({ cmd: `${before}${rest}` }, ownAnswerBytes);
    if ('fault' in answer) return { kind: 'lost', detail: `the header failed: ${answer.fault.detail}` };
    if (answer.kind === 'error') return { kind: 'refused', messages: [errorAt(1, answer.message)] };
    if (answer.env !== 0) return { kind: 'lost', detail: `environment ${answer.env} is the first one` };
    const errors = (answer.messages ?? []).filter(({ severity }) => severity === 'error');
    const restAt = lines(before) + 1;
    const ours = errors.find(({ pos }) => pos.line > modules.length && pos.line < restAt);
    if (ours !== undefined) {
      const detail = `the audit command does not compile: ${ours.data.slice(0, 500)}`;
      return { kind: withLean ? 'lost' : 'bare', detail };
    }
    if (errors.length > 0) {
      const shift = lines(text.slice(0, Math.max(0, text.lastIndexOf(rest)))) + 1 - restAt;
      const place = (line: number) => (line < restAt ? line : line + shift);
      return { kind: 'refused', messages: errors.map((error) => leanMessage(error, place)) };
    }
    const audit = await this.#audit(undefined, 0, ownAnswerBytes);
    if ('fault' in audit) return { kind: 'lost', detail: `the audit failed: ${audit.fault.detail}` };
    this.#process.meter.settle();
    this.#measure();
    this.#baseline = this.#privateBytes;
    return undefined;
  }

  async #exchange(program: Program, name: string, budget: Budget): Promise<Outcome> {
    const answer = await this.#ask({ cmd: program.text, env: 0 }, budget.answerBytes);
    if ('fault' in answer) return answer.fault;
    const messages = answer.kind === 'error' ? [errorAt(1, answer.message)] : messagesOf(answer);
    const failed = messages.some(({ severity }) => severity === 'error');
    const env = answer.kind === 'error' || failed ? 0 : answer.env;
    const audit = await this.#audit(
      failed ? undefined : name,
      env,
      Math.max(ownAnswerBytes, budget.answerBytes),
    );
    if ('fault' in audit) return audit.fault;
    return {
      kind: 'answered',
      messages: messages.map((message) => program.place(message)),
      audit: failed ? undefined : audit.audit,
    };
  }

  /** @param name undefined: of a theorem that does not exist */
  async #audit(
    name: string | undefined,
    env: number,
    maxBytes: number,
  ): Promise<{ audit: Audit } | { fault: Outcome & { readonly detail: string } }> {
    const nonce = randomWord();
    const constant = name === undefined ? nonce : this.#constantOf(name);
    const cmd = auditRequest(this.#suffix, constant, nonce);
    const answer = await this.#ask({ cmd, env }, maxBytes);
    if ('fault' in answer) return answer;
    const said = answer.kind === 'error' ? [errorAt(1, answer.message)] : messagesOf(answer);
    const audit = parseAudit(said, nonce);
    if (audit !== undefined && (name !== undefined || !audit.found)) return { audit };
    const error = said.find(({ severity }) => severity === 'error');
    // The audit has come to grief where it was asked to: not the candidate's word.
    if (name !== undefined && error !== undefined) {
      return { fault: { kind: 'lost', detail: `the audit failed: ${error.text.slice(0, 500)}` } };
    }
    return { fault: forged('an answer of the candidate’s stands in for the audit’s: it has no nonce') };
  }

  /** Its header is read for that once, for all candidates of a theorem. */
  #constantOf(name: string): string {
    if (this.#theorem.name !== name) this.#theorem = { name, constant: constantName(this.header, name) };
    return this.#theorem.constant;
  }

  async #ask(
    request: { readonly cmd: string; readonly env?: number },
    maxBytes: number,
  ): Promise<Exclude<Answer, { kind: 'tactic' }> | { fault: Outcome & { readonly detail: string } }> {
    const reply = await this.#process.ask(request, maxBytes);
    if (reply.kind !== 'document') return { fault: faultOf(reply, maxBytes) };
    // Voids the answer before it.
    if (this.#process.surplus !== undefined) return { fault: forged(this.#process.surplus) };
    let answer: Answer;
    try {
      answer = parseAnswer(reply.value);
    } catch (error) {
      return { fault: forged((error as Error).message) };
    }
    if (answer.kind === 'tactic') return { fault: forged('an answer to a tactic that was not sent') };
    if (answer.kind === 'error' && answer.message === 'Unknown environment.') {
      return { fault: { kind: 'lost', detail: `the REPL has lost environment ${request.env}` } };
    }
    if (answer.kind === 'command') {
      if (request.env !== undefined && answer.env <= this.#env) {
        return { fault: forged(`environment ${answer.env} comes after ${this.#env}`) };
      }
      this.#env = answer.env;
    }
    return answer;
  }

  /**
   * Gives the number of processes that are not the REPL's own. What was measured just now is not again, unless it must be:
   * it costs more than a quick check.
   */
  #measure(must = true): number {
    const now = performance.now();
    if (!must && now - this.#measuredAt < measureMs) return 0;
    this.#measuredAt = now;
    const reading = this.#process.meter.read();
    if (reading === undefined) return 0;
    this.#cpuMs = reading.cpuMs;
    this.#privateBytes = reading.privateBytes;
    return reading.strangers;
  }
}

function faultOf(
  reply: Exclude<Reply, { kind: 'document' }>,
  maxBytes: number,
): Outcome & { detail: string } {
  switch (reply.kind) {
    case 'long':
      return { kind: 'limit', limit: 'answer', detail: `an answer of more than ${maxBytes} bytes` };
    case 'garbage':
      return forged(reply.detail);
    case 'exit':
      return ended(reply.exit);
  }
}

function ended({ code, signal, stderr }: Exit): Outcome & { detail: string } {
  const words = stderr === '' ? '' : `: ${stderr.slice(-500)}`;
  if (signal === undefined && code === undefined)
    return { kind: 'lost', detail: `Lean was not started${words}` };
  const detail = `Lean ended with ${signal ?? `code ${code}`}${words}`;
  return { kind: signal !== undefined && foreignSignals.has(signal) ? 'lost' : 'crash', detail };
}

/** An answer in time counts: the same for each run, however often it was looked at meanwhile. */
function settled(outcome: Outcome, running: Running, strangers: number): Outcome {
  if (outcome.kind !== 'answered') return outcome;
  if (strangers > 0) return forged(`it has left ${strangers} processes behind`);
  return running.usedMs > running.budget.cpuMs ? outOfTime(running) : outcome;
}

function outOfTime({ usedMs, budget }: Running): Outcome {
  return { kind: 'limit', limit: 'cpu', detail: `${usedMs} ms of CPU time of ${budget.cpuMs} ms` };
}

function forged(detail: string): { readonly kind: 'forged'; readonly detail: string } {
  return { kind: 'forged', detail };
}

/** Its messages, then each `sorry` that stands in the text, with its goal. */
function messagesOf({ messages = [], sorries = [] }: CommandAnswer): LeanMessage[] {
  return [
    ...messages.map((message) => leanMessage(message, (line) => line)),
    ...sorries.map(({ pos = { line: 1, column: 0 }, goal }): LeanMessage => {
      return { severity: 'info', ...pos, text: `sorry, with the goal\n${goal}` };
    }),
  ];
}

function leanMessage(
  { severity, pos, endPos, data }: ReplMessage,
  place: (line: number) => number,
): LeanMessage {
  const end = endPos === null ? {} : { end: { line: place(endPos.line), column: endPos.column } };
  return { severity, line: place(pos.line), column: pos.column, ...end, text: data };
}

function errorAt(line: number, text: string): LeanMessage {
  return { severity: 'error', line, column: 0, text };
}

function lines(text: string): number {
  return text.split('\n').length - 1;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
