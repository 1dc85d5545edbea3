/** Who looks at the live view: everybody, or whoever shows a token. */
import { type Caller, hasRight, type Run, type Tokens } from '@assay/contract';
import { Tenants } from '@assay/orchestrator';
import { Figures } from './figures.ts';
import type { Refusal } from './guard.ts';
import { Reports } from './reports.ts';
import type { LiveSource } from './server.ts';

/** What one of them sees, gathered once for all of the same tenant. */
export interface Visitor {
  figures: Figures;
  reports: Reports;
}

/** Browsers ask for a user name, which may be anything, and a password: the token. */
export const noToken: Refusal = {
  status: 401,
  code: 'token_missing',
  message: 'Show a token that may read: as a bearer, or as the password of any user name.',
  headers: { 'www-authenticate': 'Basic realm="assay", charset="UTF-8"' },
};

export class Visitors {
  readonly #source: LiveSource;
  readonly #tenants: Tenants;
  readonly #known = new Map<string, Visitor>();

  constructor(source: LiveSource) {
    this.#source = source;
    this.#tenants = new Tenants(source.api);
  }

  /** Undefined where the header shows no token that may read. */
  of(authorization: string | undefined): Visitor | undefined {
    const { tokens } = this.#source;
    if (tokens === undefined) return this.#visitor('', undefined);
    const caller = callerOf(tokens, authorization);
    if (caller === undefined) return undefined;
    if (!hasRight(caller, 'read')) return undefined;
    return this.#visitor(hasRight(caller, 'admin') ? 'admin' : `tenant ${caller.tenant}`, caller);
  }

  #visitor(key: string, caller: Caller | undefined): Visitor {
    let visitor = this.#known.get(key);
    if (visitor === undefined) {
      const isAdmin = caller === undefined || hasRight(caller, 'admin');
      const sees = (run: Run) => isAdmin || run.tenant === caller.tenant;
      // The view has its own pace: it takes nothing of the tenant's rate.
      const api = this.#tenants.viewOf(caller && { ...caller, rate: 0 });
      visitor = { figures: new Figures(api, this.#source.store, sees), reports: new Reports(api) };
      this.#known.set(key, visitor);
    }
    return visitor;
  }
}

function callerOf(tokens: Tokens, authorization = ''): Caller | undefined {
  const [, scheme = '', text = ''] = /^(Bearer|Basic) ([\x21-\x7e]{1,1024})$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return tokens.callerOf(text);
  if (text === '') return undefined;
  const decoded = Buffer.from(text, 'base64').toString('latin1');
  return tokens.callerOf(decoded.slice(decoded.indexOf(':') + 1));
}
