import { type Language, mb } from './language.ts';

/** Go, its standard library only. */
export const go: Language = {
  name: 'go',
  sourceName: () => 'main.go',
  compile: {
    command: (name) => ['/usr/bin/go', 'build', '-o', '/tmp/program', `/box/${name}`],
    output: 'program',
    env: ['GOCACHE=/tmp/cache', 'GOPATH=/tmp/go', 'GO111MODULE=off', 'CGO_ENABLED=0', 'GOMAXPROCS=4'],
    cpuSeconds: 20,
    memoryBytes: 1024 * mb,
  },
  run: () => ['/box/program'],
  // On machines with many processors it would start more threads than a program may have.
  env: ['GOMAXPROCS=4'],
  memoryExtraBytes: 32 * mb,
  processesExtra: 32,
  memoryError: /^fatal error: (runtime: )?out of memory/m,
};
