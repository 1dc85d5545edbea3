// The Lean verifier as it is served, with the REPL's scripted stand-in for Lean: what is measured is all but Lean, whose
// new starts are left out too.

import { leanVerifier } from '@assay/lean';
import { scripted } from '@assay/lean/testing';
import { runVerifier } from '@assay/verifier-kit';

await runVerifier(
  leanVerifier({ toolchains: [scripted()], selfTest: false, repl: { maxUses: Number.POSITIVE_INFINITY } }),
);
