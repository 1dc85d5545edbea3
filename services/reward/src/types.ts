/** What the parts of the reward verifier hand each other. */

/** One turn of a conversation. Role: `system`, `user`, `assistant` or what else the model's template knows. */
export interface Message {
  readonly role: string;
  readonly content: string;
}

/** One candidate to be scored. */
export interface Item {
  /** What the response answers: at least one message; the last one is not the assistant's. */
  readonly messages: readonly Message[];
  /** Equal for equal messages: backends that share work over a prompt group by it. */
  readonly promptKey: string;
  /** The candidate's text, as it is. */
  readonly response: string;
}

/** An item as token ids. */
export interface Encoded {
  readonly ids: readonly number[];
  /** The first so many are the prompt's with the template around it, up to the response's own first token. */
  readonly promptLength: number;
  /** Tokens of the response that were cut off so that the rest fits; 0: none. */
  readonly truncated: number;
}

/** Turns items into ids, so that no text of a prompt or response is ever read as a special token. */
export interface Encoder {
  /** Tells what decides on ids: of tokenizer, template and truncation. 12 hex digits. */
  readonly digest: string;
  /** Name of the template, for people. */
  readonly template: string;
  /** Throws BackendError `too_long` where the item exceeds the model's length and the policy is to refuse it. */
  encode(item: Item): Encoded;
  /** Text with every special token's text broken up: for servers that read text, and would find special tokens in it. */
  neutralize(text: string): string;
}

/** What a backend said of one item. */
export interface RawScore {
  /** As the model gave it: no activation. Finite. */
  readonly logit: number;
  /** Tokens read; undefined: unknown. */
  readonly tokens?: number | undefined;
  /** Tokens of the response that were cut off. @default 0 */
  readonly truncated?: number;
  /** Steps of a process reward model, objectives of a multi-objective one. */
  readonly parts?: readonly { readonly name: string; readonly score: number; readonly message?: string }[];
}

/** What gave the scores. All of it is recorded with every score, and is part of the verifier's version. */
export interface Identity {
  /** Name or folder of the model. */
  readonly model: string;
  /** Commit, hash of the weights or the server's own word; empty: unknown. */
  readonly revision: string;
  /** Server, or library, and its version where it says one. */
  readonly engine: string;
  /** Most tokens of one item; undefined: unknown. */
  readonly maxTokens?: number | undefined;
  /** How a score is read from its answer where that is a choice: `min of steps`. */
  readonly reading?: string;
}

/** One way to score. Its scores are logits: what the server would do to them is turned off, or undone exactly. */
export interface Backend {
  /** Most items in one `score`. */
  readonly maxItems: number;
  /** Asks what it is that scores. Throws BackendError. */
  identify(signal: AbortSignal): Promise<Identity>;
  /**
   * One score for each item, in their order. Makes one attempt; the caller repeats, halves and limits the time (by the
   * signal). Throws BackendError; never answers with less, more or other than a finite number for each.
   */
  score(items: readonly Item[], signal: AbortSignal): Promise<RawScore[]>;
  /** Throws BackendError where it could not score now. Cheap. */
  health(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/**
 * timeout      no answer in time
 * unavailable  not reached, or the connection broke
 * overloaded   it said so (429, 503, RESOURCE_EXHAUSTED)
 * server       it failed (5xx)
 * garbage      an answer that is none: no JSON, wrong length, not finite, half of it, an activation applied
 * rejected     it refuses this request (4xx): another one may pass
 * too_long     more tokens than the model reads
 * misuse       wrong settings: nothing will pass
 */
export type BackendFault =
  | 'timeout'
  | 'unavailable'
  | 'overloaded'
  | 'server'
  | 'garbage'
  | 'rejected'
  | 'too_long'
  | 'misuse';

/** A backend's failure: never a candidate's score. */
export class BackendError extends Error {
  readonly fault: BackendFault;
  /** Milliseconds after which it asked to be tried again. */
  readonly retryAfterMs: number | undefined;

  constructor(
    fault: BackendFault,
    message: string,
    options: { retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'BackendError';
    this.fault = fault;
    this.retryAfterMs = options.retryAfterMs;
  }
}
