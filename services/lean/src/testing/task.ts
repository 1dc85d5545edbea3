/** A task for tests: `theorem target : P`. */
import type { Task } from '../task.ts';
import type { Budget, Proof } from '../types.ts';

export const budget: Budget = {
  cpuMs: 60_000,
  wallMs: 600_000,
  memoryBytes: 1 << 30,
  answerBytes: 1 << 20,
  heartbeats: 2000,
};

export const task: Task = {
  header: { text: '', imports: [], rest: '', maxHeartbeats: 0 },
  statement: { name: 'target', text: 'theorem target : P', signature: ['target', ':', 'P'], begun: 'by' },
  toolchain: {
    name: 'test',
    version: '4.9.0',
    folder: '/',
    env: {},
    lean: ['lean'],
    json: true,
    repl: undefined,
    checker: { kind: 'comparator', command: ['comparator'] },
  },
  budget,
  mostHeartbeats: 2000,
  axioms: [],
  independent: 'none',
};

export const proof: Proof = {
  helpers: '',
  body: ':= by trivial',
  lines: { helpers: 0, body: 0 },
  choice: 'whole text',
  key: 'k',
  cost: 1,
};
