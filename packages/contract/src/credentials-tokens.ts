/** Who may call a server: a file of tokens, of which it holds only hashes. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  status,
} from '@grpc/grpc-js';
import { badFile, LiveFiles, type Note, readCredential } from './credentials-files.ts';
import { grpcError } from './errors.ts';

/**
 * `read` watches runs and reads reports; `submit` also makes runs, feeds and cancels them; `register` makes replicas known;
 * `verify` asks a verifier; `admin` does everything, with everybody's runs.
 */
export const rights = ['submit', 'read', 'register', 'verify', 'admin'] as const;
export type Right = (typeof rights)[number];

/** Highest priority and weight that a run may have, whoever makes it. */
export const mostPriority = 1_000;
export const mostWeight = 1_000;

/** What is granted to all tokens of a tenant together; 0 of the first three: as much as there is room for. */
export interface TenantLimits {
  /** Candidates × verifiers at replicas at a time. */
  maxInFlight: number;
  /** Runs that are open at a time. */
  maxRuns: number;
  /** Candidates per second, and as many calls. */
  rate: number;
  /** Highest priority and weight of a run. @default mostPriority, mostWeight */
  maxPriority: number;
  maxWeight: number;
}

/** Who a token stands for. */
export interface Caller extends TenantLimits {
  tenant: string;
  rights: readonly Right[];
}

interface Entry {
  hash: Buffer;
  caller: Caller;
}

const limitNames = {
  max_in_flight: 'maxInFlight',
  max_runs: 'maxRuns',
  rate: 'rate',
  max_priority: 'maxPriority',
  max_weight: 'maxWeight',
} as const;
const unlimited: TenantLimits = {
  ...{ maxInFlight: 0, maxRuns: 0, rate: 0, maxPriority: mostPriority, maxWeight: mostWeight },
};
/** Where not all from 0 up; what runs have by default is in them. */
const ranges: Partial<Record<keyof TenantLimits, readonly [number, number]>> = {
  maxPriority: [0, mostPriority],
  maxWeight: [1, mostWeight],
};
const format = 'each line is {"sha256":"…","tenant":"…","rights":["submit"]}';

/** The tokens that a server knows, read again when their file changes. */
export class Tokens {
  readonly #entries: LiveFiles<readonly Entry[]>;

  /** Error: `bad_file`, which names the line. */
  constructor(file: string, note?: Note) {
    this.#entries = new LiveFiles<readonly Entry[]>([file], () => parse(file), note);
  }

  /** Whom the token that a call shows stands for; undefined: it is not known (any more). */
  find(metadata: Metadata): Caller | undefined {
    const [, token] = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(authorizationOf(metadata)) ?? [];
    return token === undefined ? undefined : this.callerOf(token);
  }

  callerOf(token: string): Caller | undefined {
    const hash = hashOf(token);
    let found: Caller | undefined;
    // All are compared, so that the time tells nothing.
    for (const entry of this.#entries.value) if (timingSafeEqual(entry.hash, hash)) found = entry.caller;
    return found;
  }

  /** The caller, who has this right. gRPC errors, with reasons `token_missing`, `token_unknown`, `right_missing`. */
  demand(metadata: Metadata, right: Right): Caller {
    const caller = this.find(metadata);
    if (caller === undefined) {
      const missing = authorizationOf(metadata) === '';
      const message = missing ? 'this needs a token: authorization: Bearer …' : 'this token is not known';
      throw grpcError(status.UNAUTHENTICATED, message, missing ? 'token_missing' : 'token_unknown');
    }
    if (!hasRight(caller, right)) {
      const has = caller.rights.join(', ');
      const message = `this needs the right ${right}, and the token has ${has}`;
      throw grpcError(status.PERMISSION_DENIED, message, 'right_missing');
    }
    return caller;
  }

  /** The limits of a tenant; undefined: it has no token (any more). */
  limits(tenant: string): TenantLimits | undefined {
    return this.#entries.value.find(({ caller }) => caller.tenant === tenant)?.caller;
  }
}

export function hasRight({ rights }: Caller, right: Right): boolean {
  return (
    rights.includes(right) || rights.includes('admin') || (right === 'read' && rights.includes('submit'))
  );
}

function authorizationOf(metadata: Metadata): string {
  const values = metadata.get('authorization');
  return values.length === 1 ? String(values[0]) : '';
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token, 'latin1').digest();
}

/** A new token, and the line that a file of tokens has for it. */
export function newToken(caller: Pick<Caller, 'tenant' | 'rights'> & Partial<TenantLimits>): {
  token: string;
  line: string;
} {
  const token = `assay_${randomBytes(32).toString('base64url')}`;
  const { tenant, rights } = caller;
  const limits = Object.entries(limitNames).flatMap(([name, key]) =>
    caller[key] === undefined ? [] : [[name, caller[key]]],
  );
  const entry = { sha256: hashOf(token).toString('hex'), tenant, rights, ...Object.fromEntries(limits) };
  return { token, line: JSON.stringify(entry) };
}

function parse(file: string): Entry[] {
  const lines = readCredential('the tokens in', file).toString('utf8').split(/\r?\n/);
  const entries: Entry[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const entry = entryOf(line);
    const other = typeof entry === 'string' ? undefined : entries.find((each) => sameTenant(each, entry));
    const fault = typeof entry === 'string' ? entry : other && limitsFault(entry, other);
    if (fault !== undefined || typeof entry === 'string') {
      throw badFile('the tokens in', file, `line ${i + 1}: ${fault}`);
    }
    entries.push(entry);
  }
  return entries;
}

const sameTenant = (a: Entry, b: Entry) => a.caller.tenant === b.caller.tenant;

function limitsFault({ caller }: Entry, other: Entry): string | undefined {
  const differs = Object.values(limitNames).some((key) => caller[key] !== other.caller[key]);
  return differs ? `tenant ${caller.tenant} has other limits in a line above` : undefined;
}

/** An entry, or what is wrong with it; what the line holds is not repeated, as it may be a token by mistake. */
function entryOf(line: string): Entry | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return `no JSON; ${format}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `no object; ${format}`;
  const { sha256, tenant, rights: given = ['submit'], ...rest } = value as Record<string, unknown>;
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/i.test(sha256)) return 'sha256 is not 64 hex digits';
  if (!isTenant(tenant)) return `tenant is not ${tenantForm}`;
  if (!isRights(given)) return `rights is not a list of ${rights.join(', ')}`;
  const limits = { ...unlimited };
  for (const [name, limit] of Object.entries(rest)) {
    const key = limitNames[name as keyof typeof limitNames];
    if (key === undefined) return `there is no setting ${JSON.stringify(name.slice(0, 40))}`;
    const whole = key !== 'rate' && key !== 'maxWeight';
    const [least, most] = ranges[key] ?? [0, Number.POSITIVE_INFINITY];
    if (
      typeof limit !== 'number' ||
      !(limit >= least && limit <= most) ||
      (whole && !Number.isInteger(limit))
    ) {
      const range = most === Number.POSITIVE_INFINITY ? `of ${least} or more` : `from ${least} to ${most}`;
      return `${name} is no ${whole ? 'whole number' : 'number'} ${range}`;
    }
    limits[key] = limit;
  }
  return { hash: Buffer.from(sha256, 'hex'), caller: { tenant, rights: given, ...limits } };
}

export const tenantForm = '[A-Za-z0-9._-]{1,64}';

function isTenant(value: unknown): value is string {
  return typeof value === 'string' && new RegExp(`^${tenantForm}$`).test(value);
}

function isRights(value: unknown): value is Right[] {
  return Array.isArray(value) && value.length > 0 && value.every((right) => rights.includes(right));
}

/**
 * Refuses calls before their first message is read: without the right that their method needs, by its path; methods
 * without one are open to all.
 */
export function tokenGuard(tokens: Tokens, rightFor: (path: string) => Right | undefined): ServerInterceptor {
  return ({ path }, call) =>
    new ServerInterceptingCall(call, {
      start(next) {
        next({
          onReceiveMetadata(metadata, proceed) {
            const right = rightFor(path);
            try {
              if (right !== undefined) tokens.demand(metadata, right);
            } catch (error) {
              call.sendStatus(error as Parameters<ServerInterceptingCallInterface['sendStatus']>[0]);
              return;
            }
            proceed(metadata);
          },
        });
      },
    });
}
