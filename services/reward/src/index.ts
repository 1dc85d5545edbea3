/** The reward-model verifier: its parts as a library, and where its service starts. */
import { join } from 'node:path';

export { onnxBackend } from './backends/onnx.ts';
export { optionsFromEnv, unknownSettings } from './config.ts';
export { messagesOf, type RewardOptions, rewardVerifier } from './service.ts';
export { openEncoder } from './tokens/index.ts';
export {
  type Backend,
  BackendError,
  type Encoded,
  type Encoder,
  type Identity,
  type Item,
  type RawScore,
} from './types.ts';

/** How to start the service: `node …nodeFlags entry`. */
export const rewardService = {
  entry: join(import.meta.dirname, 'main.ts'),
  nodeFlags: [] as readonly string[],
  /** A large model is read from a slow disk perhaps. */
  readyMs: 120_000,
};
