import { type Language, mb } from './language.ts';

/** JavaScript on Node.js. */
export const javascript: Language = {
  name: 'javascript',
  sourceName: (source) => (/^[ \t]*(?:import\s[^(]|export\s)/m.test(source) ? 'main.mjs' : 'main.js'),
  run: ({ sourceName }, memoryBytes) => [
    '/usr/bin/node',
    `--max-old-space-size=${Math.max(16, Math.floor(memoryBytes / mb))}`,
    '--stack-size=65500',
    `/box/${sourceName}`,
  ],
  memoryExtraBytes: 96 * mb,
  processesExtra: 32,
  stackBytes: 256 * mb,
  // The file itself cannot be read: the loader of modules is what fails.
  syntaxError: (stderr) =>
    /^SyntaxError\b.*\n\s+at (?:internalCompileFunction|wrapSafe|ModuleLoader|compileSourceTextModule)/m.test(
      stderr,
    ),
  memoryError: /JavaScript heap out of memory/,
};
