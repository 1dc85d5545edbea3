/** Lean by a pool of warm REPLs. */
import { randomWord } from '../audit/index.ts';
import { moved } from '../plain/messages.ts';
import { type Program, programOf, referenceText } from '../program.ts';
import type {
  Backend,
  Budget,
  Check,
  Checked,
  Header,
  Outcome,
  Statement,
  Toolchain,
  WholeText,
} from '../types.ts';
import { Pool, type PoolOptions } from './pool.ts';
import { type NoSession, Session, type SessionOptions } from './session.ts';

export interface ReplBackendOptions extends SessionOptions, Omit<PoolOptions, 'start'> {
  readonly toolchain: Toolchain;
}

/** How often a check is looked at. */
const lookMs = 100;

/** How long a check that nobody waits for goes on: a new start of the REPL would cost more. */
const abandonedMs = 2_000;

/** A statement by itself. */
const referenceBudget: Budget = {
  cpuMs: 300_000,
  wallMs: 900_000,
  memoryBytes: 16 * 2 ** 30,
  answerBytes: 64 * 2 ** 20,
  heartbeats: undefined,
};

export class ReplBackend implements Backend {
  readonly kind = 'repl';
  readonly #pool: Pool;
  /** Headers by which the audit command does not find Lean's own modules. */
  readonly #bare = new Set<string>();
  #watch: NodeJS.Timeout | undefined;
  #running = 0;

  constructor({ toolchain, ...options }: ReplBackendOptions) {
    const start = async (header: Header, signal: AbortSignal): Promise<Session | NoSession> => {
      if (!this.#bare.has(header.text)) {
        const session = await Session.start(toolchain, header, false, signal, options);
        if (session instanceof Session || session.kind !== 'bare') return session;
        this.#bare.add(header.text);
      }
      return Session.start(toolchain, header, true, signal, options);
    };
    this.#pool = new Pool({ ...options, start });
  }

  /** Processes that start, work, stand ready or are being ended: at most the slots and the spares. */
  get processes(): number {
    return this.#pool.processes;
  }

  /** Whether `import Lean` was added to the header's imports, for the audit. */
  widened(header: Header): boolean {
    return this.#bare.has(header.text);
  }

  /** Whether a process stands ready for the header. */
  warm(header: Header): boolean {
    return this.#pool.warm(header);
  }

  async check(check: Check, signal: AbortSignal): Promise<Checked> {
    const { header, statement, proof, budget } = check;
    const session = await this.#pool.lease(header, check.fresh, signal);
    if (!(session instanceof Session)) {
      if (session.kind !== 'refused') return nothing({ kind: 'lost', detail: session.detail });
      const [first] = session.messages;
      return nothing({ kind: 'lost', detail: `Lean refuses the header: ${first?.line}: ${first?.text}` });
    }
    session.judged++;
    return this.#run(session, signal, () => {
      return session.check(programOf(statement, proof, budget.heartbeats), statement.name, budget);
    });
  }

  /** Where Lean refuses the header, its messages are the answer. */
  async reference(header: Header, statement: Statement, signal: AbortSignal): Promise<Checked> {
    // What a candidate leaves in a process must not decide what the statement means.
    const session = await this.#pool.lease(header, true, signal);
    if (!(session instanceof Session)) {
      if (session.kind !== 'refused') return nothing({ kind: 'lost', detail: session.detail });
      return nothing({ kind: 'answered', messages: session.messages, audit: undefined });
    }
    const program: Program = { text: referenceText(statement), place: (message) => message };
    return this.#run(session, signal, () => session.check(program, statement.name, referenceBudget));
  }

  /** Lean's complaints about the imports are among them. */
  async messages(
    { header, text, offset }: WholeText,
    budget: Budget,
    fresh: boolean,
    signal: AbortSignal,
  ): Promise<Checked> {
    const session = await this.#pool.lease(header, fresh, signal);
    if (!(session instanceof Session)) {
      if (session.kind !== 'refused') return nothing({ kind: 'lost', detail: session.detail });
      return nothing({ kind: 'answered', messages: session.messages, audit: undefined });
    }
    session.judged++;
    const program: Program = { text, place: (message) => moved(message, offset) };
    // Nobody's theorem: what the audit says of it is not looked at.
    return this.#run(session, signal, () => session.check(program, `assay_${randomWord()}`, budget));
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** Runs it to its end, also where nobody waits for that any more, and gives the session back. */
  async #run(session: Session, signal: AbortSignal, check: () => Promise<Checked>): Promise<Checked> {
    if (signal.aborted) {
      this.#pool.release(session, true);
      throw signal.reason;
    }
    this.#watchMore(1);
    const checked = check();
    const ended = checked
      .then(
        ({ kind }) => this.#pool.release(session, kind === 'answered'),
        () => this.#pool.release(session, false),
      )
      .then(() => this.#watchMore(-1));
    return new Promise((resolve, reject) => {
      const abort = () => {
        reject(signal.reason);
        const timer = setTimeout(() => void session.close(), abandonedMs);
        void ended.then(() => clearTimeout(timer));
      };
      signal.addEventListener('abort', abort, { once: true });
      void ended.then(() => signal.removeEventListener('abort', abort));
      checked.then(resolve, reject);
    });
  }

  #watchMore(by: number): void {
    this.#running += by;
    if (this.#running > 0) {
      this.#watch ??= setInterval(() => {
        for (const session of this.#pool.busy) session.look();
      }, lookMs);
    } else {
      clearInterval(this.#watch);
      this.#watch = undefined;
    }
  }
}

function nothing(outcome: Outcome): Checked {
  return { ...outcome, cpuMs: 0, wallMs: 0 };
}
