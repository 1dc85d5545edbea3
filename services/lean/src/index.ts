/** The Lean verifier: its parts as a library, and where its service starts. */
import { join } from 'node:path';

export { ReplBackend } from './repl/backend.ts';
export { type LeanOptions, leanVerifier } from './service.ts';
export { statementHash } from './task.ts';
export { proofOf } from './theorem/candidate.ts';
export { parseHeader } from './theorem/header.ts';
export { parseStatement } from './theorem/statement.ts';
export { findToolchains } from './toolchains.ts';
export type { Checked, Header, Proof, Statement, Toolchain } from './types.ts';
export { verdictOf } from './verdict.ts';

/** How to start the service: `node …nodeFlags entry`. */
export const leanService = {
  entry: join(import.meta.dirname, 'main.ts'),
  nodeFlags: [] as readonly string[],
  /** The self-test imports Lean's libraries first, from a slow disk perhaps. */
  readyMs: 300_000,
};
