import { type Language, mb } from './language.ts';

/** Rust 2021, its standard library only. */
export const rust: Language = {
  name: 'rust',
  sourceName: () => 'main.rs',
  compile: {
    command: (name) => [
      '/usr/bin/rustc',
      '--edition',
      '2021',
      '-O',
      '-C',
      'strip=symbols',
      '-o',
      '/tmp/program',
      `/box/${name}`,
    ],
    output: 'program',
    cpuSeconds: 20,
    memoryBytes: 1024 * mb,
  },
  run: () => ['/box/program'],
  memoryError: /^memory allocation of \d+ bytes failed/m,
};
