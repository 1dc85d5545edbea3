/** Names of programming languages, as models, data sets and judges write them. */

export type Language = 'cpp' | 'c' | 'python3' | 'pypy3' | 'python2' | 'java' | 'go' | 'rust' | 'javascript';

/** Patterns of names in lower case without white space, each with versions where they are usual. */
const names: readonly [RegExp, Language][] = [
  [/^(?:(?:gnu|ms|g|clang)?c\+\+|(?:gnu)?(?:cpp|cxx)|g\+\+|clang\+\+|cc)(?:-?\d[\da-z]?)?$/, 'cpp'],
  [/^(?:(?:gnu)?c(?:89|90|99|11|17|18|23)?|gcc|clang|ansic)$/, 'c'],
  [/^(?:pypy|pypy-?3(?:\.\d+)*|python3?-?\(?pypy(?:-?3)?\)?)$/, 'pypy3'],
  [/^(?:python-?2(?:\.\d+)*|py-?2(?:\.?7)?|pypy-?2(?:\.\d+)*)$/, 'python2'],
  [/^(?:(?:c?python|py)(?:-?3(?:\.?\d+){0,2})?|python-?3\.x|pyw|ipython3?|python3-cold)$/, 'python3'],
  [/^(?:java|jdk|openjdk)-?\d{0,2}$/, 'java'],
  [/^(?:go|golang)(?:-?1(?:\.\d+){0,2})?$/, 'go'],
  [/^(?:rust|rs)(?:-?(?:20\d\d|1(?:\.\d+){0,2}))?$/, 'rust'],
  [
    /^(?:javascript|js|mjs|cjs|node|nodejs|node\.?js|ecmascript|es\d{1,4})(?:-?\d{1,2}(?:\.\d+)*)?$/,
    'javascript',
  ],
];

/**
 * The one name that the service has for a language: `cpp`, `c`, `python3`, `pypy3`, `python2`, `java`, `go`, `rust` or
 * `javascript`; undefined for what it does not know. Case, white space and versions do not matter: `GNU C++17`, `py`,
 * `PyPy 3-64`, `node.js`. A Python without a version is Python 3.
 */
export function canonicalLanguage(name: string): Language | undefined {
  if (name.length > 40) return undefined;
  const written = name.toLowerCase().replace(/\s+|-?(?:64|32)(?:-?bit)?$/g, '');
  return names.find(([pattern]) => pattern.test(written))?.[1];
}

const families: readonly (readonly Language[])[] = [
  ['python3', 'pypy3', 'python2'],
  ['cpp', 'c'],
];

/** Whether a program that is said to be in one language may be meant for the other: any Python, and C for C++. */
export function related(said: Language, wanted: Language): boolean {
  return said === wanted || families.some((family) => family.includes(said) && family.includes(wanted));
}
