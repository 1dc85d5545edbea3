import { type Language, mb } from './language.ts';

/** The file itself cannot be read: an error that the program raises has a traceback. */
const syntaxError = (stderr: string) =>
  /^(?:SyntaxError|IndentationError|TabError)\b/m.test(stderr) && !/^Traceback /m.test(stderr);
const memoryError = /^MemoryError\b/m;

/** CPython 3, forked from a warm interpreter: what that changes is said in supervisor/zygote.py. */
export const python3: Language = {
  name: 'python3',
  sourceName: () => 'main.py',
  run: ({ sourceName }) => ['/usr/bin/python3', `/box/${sourceName}`],
  env: ['PYTHONHASHSEED=0', 'PYTHONDONTWRITEBYTECODE=1'],
  warm: ['/usr/bin/python3', '/usr/local/lib/assay/zygote.py'],
  memoryExtraBytes: 16 * mb,
  syntaxError,
  memoryError,
};

/** The same with an interpreter of its own for every run. */
export const python3Cold: Language = {
  name: 'python3-cold',
  sourceName: python3.sourceName,
  run: python3.run,
  env: python3.env ?? [],
  memoryExtraBytes: 16 * mb,
  syntaxError,
  memoryError,
};

/** PyPy 3. */
export const pypy3: Language = {
  ...python3Cold,
  name: 'pypy3',
  run: ({ sourceName }) => ['/usr/bin/pypy3', `/box/${sourceName}`],
  memoryExtraBytes: 96 * mb,
};

/** Python 2.7, which Debian had as PyPy until bullseye: only in images that are made from it. */
export const python2: Language = {
  ...pypy3,
  name: 'python2',
  run: ({ sourceName }) => ['/usr/bin/pypy', `/box/${sourceName}`],
};
