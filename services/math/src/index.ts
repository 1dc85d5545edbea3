/** The math-answer verifier: its judgement as a function, and where its service starts. */
import { join } from 'node:path';

export { type Judgement, judge } from './judge.ts';
export { mathVerifier } from './service.ts';

/** How to start the service: `node …nodeFlags entry`. Flags that isolates need are given to their processes only. */
export const mathService: { readonly entry: string; readonly nodeFlags: readonly string[] } = {
  entry: join(import.meta.dirname, 'main.ts'),
  nodeFlags: [],
};
