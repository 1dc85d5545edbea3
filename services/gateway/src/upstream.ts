/** The orchestrator behind the gateway, asked in each caller's own name. */
import { type JudgeOptions, OnlineJudge, OrchestratorClient } from '@assay/client';
import { AssayError, type Dialer, status } from '@assay/contract';

export interface UpstreamOptions {
  /** `host:port` of orchestrators that share a store. */
  orchestrators: readonly string[];
  /** For callers with this token, or without one. Errors: `bad_token`, `plain_text`. */
  dialerOf: (token: string | undefined) => Dialer;
}

/** What one caller has here. */
export interface Access {
  readonly api: OrchestratorClient;
  /** Kept for the next request of the same kind. */
  judge(options: JudgeOptions): OnlineJudge;
  /** Settles where the orchestrator lets the caller submit: its answer holds for a moment. Errors: as `cancelRun`'s. */
  maySubmit(): Promise<void>;
}

interface Entry extends Access {
  /** Requests that use it now. */
  users: number;
  /** The orchestrator has answered, and has not refused the token. */
  known: boolean;
}

/** Callers whose connections are kept while they are silent. */
const maxIdle = 64;
/** Kinds of online judging of one caller. */
const maxJudges = 32;
/** Milliseconds for which a caller that was let in is not asked about again. */
const trustMs = 5_000;
/** No run is called so: to cancel it does nothing, and takes the right to submit. */
const noRun = '/';

export class Upstream {
  readonly #options: UpstreamOptions;
  /** By token; the one used last is the last. */
  readonly #entries = new Map<string | undefined, Entry>();

  constructor(options: UpstreamOptions) {
    this.#options = options;
  }

  /** Runs `work` with the access of whoever holds the token. */
  async as<T>(token: string | undefined, work: (access: Access) => Promise<T>): Promise<T> {
    const entry = this.#entries.get(token) ?? this.#connect(token);
    this.#entries.delete(token);
    this.#entries.set(token, entry);
    entry.users++;
    try {
      const result = await work(entry);
      entry.known = true;
      return result;
    } catch (error) {
      entry.known ||= isAnswer(error);
      throw error;
    } finally {
      entry.users--;
      await this.#forgetIdle();
    }
  }

  #connect(token: string | undefined): Entry {
    const { orchestrators, dialerOf } = this.#options;
    const api = new OrchestratorClient(orchestrators, { dialer: dialerOf(token), reconnectMs: 30_000 });
    const judges = new Map<string, OnlineJudge>();
    return {
      users: 0,
      known: false,
      api,
      maySubmit: remembered(async () => {
        const error: unknown = await api.cancelRun(noRun).catch((thrown: unknown) => thrown);
        if (!(error instanceof AssayError && error.code === 'run_unknown')) throw error;
      }),
      judge(options) {
        const key = JSON.stringify(options, (_, value) =>
          typeof value === 'object' && value !== null && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).sort())
            : value,
        );
        const judge = judges.get(key) ?? new OnlineJudge(api, options);
        judges.delete(key);
        judges.set(key, judge);
        const [oldest] = judges.keys();
        if (judges.size > maxJudges && oldest !== undefined) judges.delete(oldest);
        return judge;
      },
    };
  }

  /** Strangers at once: they do not push out callers that are known. */
  async #forgetIdle(): Promise<void> {
    const idle = [...this.#entries].filter(([, { users }]) => users === 0);
    const known = idle.filter((each) => each[1].known);
    const strangers = idle.filter((each) => !each[1].known);
    const oldest = known.slice(0, Math.max(0, known.length - maxIdle));
    for (const [token] of [...strangers, ...oldest]) this.#entries.delete(token);
    for (const [, { api }] of [...strangers, ...oldest]) await api.close();
  }

  async close(): Promise<void> {
    for (const { api } of this.#entries.values()) await api.close();
    this.#entries.clear();
  }
}

/** Whether an orchestrator said so to a caller that it knows. */
function isAnswer(error: unknown): boolean {
  if (!(error instanceof AssayError) || /^token_(unknown|missing)$/.test(error.code)) return false;
  const code = (error.cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'number' && code !== status.UNAVAILABLE && code !== status.DEADLINE_EXCEEDED;
}

/** Asks once for all who want to know at the time, and for a moment after; what was refused is asked again. */
function remembered(ask: () => Promise<void>): () => Promise<void> {
  let last: { answer: Promise<void>; until: number } | undefined;
  return () => {
    if (last === undefined || performance.now() > last.until) {
      const mine = { answer: ask(), until: performance.now() + trustMs };
      last = mine;
      mine.answer.catch(() => {
        if (last === mine) last = undefined;
      });
    }
    return last.answer;
  };
}
