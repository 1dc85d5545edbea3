import { type Language, mb } from './language.ts';

/** C++17. The image has a precompiled <bits/stdc++.h> for exactly these flags. */
export const cpp: Language = {
  name: 'cpp',
  sourceName: () => 'main.cpp',
  compile: {
    command: (name) => ['/usr/bin/g++', '-std=gnu++17', '-O2', '-o', '/tmp/program', `/box/${name}`],
    output: 'program',
    cpuSeconds: 10,
    memoryBytes: 1024 * mb,
  },
  run: () => ['/box/program'],
};
