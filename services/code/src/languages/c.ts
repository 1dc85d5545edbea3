import { type Language, mb } from './language.ts';

/** C17, with the mathematics library. */
export const c: Language = {
  name: 'c',
  sourceName: () => 'main.c',
  compile: {
    command: (name) => ['/usr/bin/gcc', '-std=gnu17', '-O2', '-o', '/tmp/program', `/box/${name}`, '-lm'],
    output: 'program',
    cpuSeconds: 10,
    memoryBytes: 1024 * mb,
  },
  run: () => ['/box/program'],
};
