/** Whether the reward model that the environment names can be used. */
import { AssayError } from '@assay/contract';
import type { RewardOptions } from '@assay/reward';
import type { Finding } from './check.ts';

type Open = (env: NodeJS.ProcessEnv) => Promise<Pick<RewardOptions, 'backend' | 'identity'>>;

/** What `open` throws where there is none says how to name one. */
export async function reward(
  open: Open = openFromEnv,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Finding> {
  try {
    const { backend, identity } = await open(env);
    await backend.close();
    const { model, revision, engine } = identity;
    return { ok: true, detail: `${model}${revision === '' ? '' : `, revision ${revision}`}, by ${engine}` };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    const [detail = ''] = error.message.split('\n');
    return { ok: false, detail, ...(error.mend !== undefined && { mend: error.mend }) };
  }
}

async function openFromEnv(env: NodeJS.ProcessEnv) {
  return (await import('@assay/reward')).optionsFromEnv(env, { waits: false });
}
