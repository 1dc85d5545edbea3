/** The reward-model verifier as a process. */
import { AssayError, messageOf } from '@assay/contract';
import { runVerifier } from '@assay/verifier-kit';
import { optionsFromEnv, unknownSettings } from './config.ts';
import { rewardVerifier } from './service.ts';

for (const line of unknownSettings(process.env)) process.stderr.write(`warning: ${line}\n`);
// What model scores is part of the version, and asked first.
const options = await optionsFromEnv(process.env).catch((error: unknown) => {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exit(error instanceof AssayError && error.code === 'bad_flags' ? 2 : 1);
});
await runVerifier(
  rewardVerifier({
    ...options,
    onChanged(message) {
      // Whoever keeps it alive starts it again, under the version of what is served now.
      process.stderr.write(`error: ${message}\n`);
      process.exit(1);
    },
  }),
);
