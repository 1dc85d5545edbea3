/** Hints in a log that something else than the patch may have failed. They advise; they change no verdict. */

/** `environment`: not the patch's doing. `ambiguous`: perhaps. */
export interface FailureLabel {
  readonly kind: 'environment' | 'ambiguous';
  readonly reason: string;
}

const signs: readonly (readonly [FailureLabel['kind'], string, RegExp])[] = [
  [
    'environment',
    'browser',
    /(?:cannot find|could not find|no usable|failed to launch)[^\n]{0,40}(?:chrome|chromium|firefox|browser)/i,
  ],
  [
    'environment',
    'display',
    /cannot open display|no display name and no \$DISPLAY|could not connect to display/i,
  ],
  ['environment', 'out of memory', /^Killed$|Cannot allocate memory|JavaScript heap out of memory/m],
  ['environment', 'docker', /Cannot connect to the Docker daemon|Error response from daemon/],
  [
    'environment',
    'name resolution',
    /Temporary failure in name resolution|Name or service not known|Could not resolve host|getaddrinfo (?:ENOTFOUND|EAI_AGAIN)/,
  ],
  ['environment', 'disk full', /No space left on device/],
  ['ambiguous', 'missing module', /ModuleNotFoundError: No module named|Cannot find module '/],
  ['ambiguous', 'no tests', /no tests ran|collected 0 items|Ran 0 tests/],
];

/** The first hint in a log; undefined where there is none. */
export function failureLabel(log: string): FailureLabel | undefined {
  const found = signs.find(([, , pattern]) => pattern.test(log));
  return found === undefined ? undefined : { kind: found[0], reason: found[1] };
}
