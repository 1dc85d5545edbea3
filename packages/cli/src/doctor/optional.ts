/** What single verifiers need. */
import type { Check, Finding } from './check.ts';
import { dockerEngine, sandboxImage } from './docker.ts';
import { lean } from './lean.ts';
import { tryProgram } from './program.ts';
import { reward } from './reward.ts';

export const optionalChecks: Check[] = [
  { name: 'Docker', neededFor: 'the code verifier', run: dockerEngine },
  { name: 'sandbox image', neededFor: 'the code verifier', run: sandboxImage },
  { name: 'Lean', neededFor: 'the lean verifier', run: lean },
  { name: 'reward model', neededFor: 'the reward verifier', run: reward },
  { name: 'NVIDIA GPU', neededFor: 'the GPU worker of the reward verifier', run: gpu },
];

async function gpu(): Promise<Finding> {
  const { ok, output } = await tryProgram('nvidia-smi', [
    '--query-gpu=name,memory.total',
    '--format=csv,noheader',
  ]);
  const found = ok && output !== '';
  return {
    ok: found,
    detail: found ? output.replaceAll('\n', '; ') : output || 'none',
    mend: 'Use a machine with an NVIDIA GPU and its driver; in a container start it with --gpus all.',
  };
}
