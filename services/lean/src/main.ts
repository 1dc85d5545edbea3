/** The Lean verifier as a process. */
import { AssayError, messageOf } from '@assay/contract';
import { runVerifier } from '@assay/verifier-kit';
import { leanVerifier } from './service.ts';
import { findToolchains } from './toolchains.ts';

// What Lean there is decides on verdicts: it is part of the version, and looked for first.
const toolchains = await findToolchains(process.env).catch((error: unknown) => {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exit(error instanceof AssayError && error.code === 'bad_flags' ? 2 : 1);
});
await runVerifier(leanVerifier({ toolchains }));
