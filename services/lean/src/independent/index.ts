/**
 * Tier 2: another program checks what Lean has accepted, from a fresh compilation. Only for accepted proofs, and one
 * for a theorem is enough: it takes from seconds to a minute.
 */
import type { Header, Proof, Statement, Toolchain } from '../types.ts';
import { runComparator } from './comparator.ts';
import { runReplay } from './replay.ts';

/** An accepted proof, with the axioms that are allowed besides the standard ones. */
export interface Accepted {
  readonly header: Header;
  readonly statement: Statement;
  readonly proof: Proof;
  readonly axioms: readonly string[];
}

export interface Independent {
  /** Undefined: it could not be run, and says nothing of the proof. */
  readonly accepted: boolean | undefined;
  /** For people: why, or what was checked. */
  readonly detail: string;
}

export type IndependentCheck = (
  toolchain: Toolchain,
  accepted: Accepted,
  signal: AbortSignal,
) => Promise<Independent>;

/** Has the toolchain's checker look at a proof. @throws the signal's reason where it aborts */
export const independentCheck: IndependentCheck = async (toolchain, accepted, signal) => {
  const { checker } = toolchain;
  if (checker === undefined) {
    return { accepted: undefined, detail: `toolchain ${toolchain.name} has no independent checker` };
  }
  return checker.kind === 'comparator'
    ? runComparator(toolchain, checker.command, accepted, signal)
    : runReplay(toolchain, checker, accepted, signal);
};
