/** Names of Python's standard library that solutions in LeetCode's manner use without importing them. */

const names: Record<string, string> = {
  typing:
    'Any Callable Deque DefaultDict Dict FrozenSet Generator Iterable Iterator List Optional Sequence Set Tuple Union',
  collections: 'Counter OrderedDict defaultdict deque namedtuple',
  heapq: 'heapify heappop heappush heappushpop heapreplace merge nlargest nsmallest',
  bisect: 'bisect bisect_left bisect_right insort insort_left insort_right',
  functools: 'cache cmp_to_key lru_cache reduce',
  itertools:
    'accumulate chain combinations combinations_with_replacement count cycle groupby islice permutations product repeat zip_longest',
  math: 'ceil comb factorial floor gcd inf isqrt lcm log log10 log2 pi prod sqrt',
  copy: 'copy deepcopy',
};

const modules = [
  ...Object.keys(names),
  're',
  'string',
  'random',
  'operator',
  'json',
  'sys',
  'os',
  'datetime',
  'statistics',
];

/** Import statements for what of them code names, before its own imports and definitions, which so prevail. */
export function importsFor(code: string): string {
  const used = new Set(Array.from(code.matchAll(/(?<![.\w])[A-Za-z_]\w{0,79}/g), ([name]) => name));
  const statements: string[] = [];
  for (const [module, known] of Object.entries(names)) {
    const wanted = known.split(' ').filter((name) => used.has(name));
    if (wanted.length > 0) statements.push(`from ${module} import ${wanted.join(', ')}`);
  }
  const dotted = new Set(Array.from(code.matchAll(/(?<![.\w])([A-Za-z_]\w{0,79})\./g), ([, name]) => name));
  const whole = modules.filter((module) => dotted.has(module));
  if (whole.length > 0) statements.push(`import ${whole.join(', ')}`);
  return statements.map((statement) => `${statement}\n`).join('');
}
