/** Conventions on which graders differ. A request names a preset, and may change single settings of it. */
export interface Policy {
  /** The preset and the settings that differ from it, in one spelling: what verdicts record. */
  readonly name: string;
  /** When a decimal stands for a value that it does not equal. */
  readonly rounding: Rounding;
  /** Whether 50 % may be written 50, not only 0.5. */
  readonly percent: 'value' | 'either';
  /** Whether a unit may be left out. Units of different dimensions never agree; 1 m is 100 cm. */
  readonly units: 'optional' | 'required';
  /** Whether items without brackets (`1, 2`) are in an order. */
  readonly order: 'lists' | 'none';
  /** Whether the kind of brackets matters: of (1, 2), [1, 2] and {1, 2}. Without any, 1, 2 is (1, 2) in either case. */
  readonly brackets: 'required' | 'optional';
  /** Whether words differ where only their case does. */
  readonly case: 'ignored' | 'kept';
  /** Whether arguments of functions and parameters of families may have other names. */
  readonly renaming: 'bound' | 'none';
  /** Whether `x = 5` may be written 5. */
  readonly equations: 'either' | 'whole';
  /** Whether 45° may be written 45, not only as π/4. */
  readonly degrees: 'value' | 'either';
  /** Whether 1,5 may be 1.5. */
  readonly comma: 'separates' | 'either';
}

/**
 * `none`: never. `shown`: a decimal of at least three digits stands for the fraction without finite decimal that rounds to it;
 * in the reference also for an irrational number, rounded or cut off. (An answer that writes 1.414 for √2 is less exact than
 * the reference; one that writes √2 for 1.414 is more.)
 * `relative`: |a − b| ≤ 10⁻⁴ max(|a|, |b|). A number: both rounded to so many decimals are the same, where one is a decimal.
 */
export type Rounding = 'none' | 'shown' | 'relative' | number;

const strict: Policy = {
  name: 'strict',
  rounding: 'shown',
  percent: 'either',
  units: 'optional',
  order: 'none',
  brackets: 'required',
  case: 'ignored',
  renaming: 'bound',
  equations: 'either',
  degrees: 'either',
  comma: 'separates',
};

/** The presets. */
export const presets: Readonly<Record<string, Policy>> = {
  strict,
  'math-verify': { ...strict, name: 'math-verify', rounding: 6, brackets: 'optional', comma: 'either' },
  qwen: { ...strict, name: 'qwen', rounding: 'relative', brackets: 'optional' },
};

type Setting = Exclude<keyof Policy, 'name'>;

/** Every setting: its values and what it means. */
export const settings: readonly {
  readonly name: Setting;
  readonly values: readonly string[];
  readonly meaning: string;
}[] = [
  {
    name: 'rounding',
    values: ['none', 'shown', 'relative', '0 … 15'],
    meaning: 'when a decimal stands for a value that it only approximates',
  },
  { name: 'percent', values: ['value', 'either'], meaning: '50% is 0.5, or also 50' },
  { name: 'units', values: ['optional', 'required'], meaning: 'whether a unit may be left out' },
  { name: 'order', values: ['none', 'lists'], meaning: 'whether items without brackets are in an order' },
  {
    name: 'brackets',
    values: ['required', 'optional'],
    meaning: 'whether (1, 2), [1, 2] and {1, 2} differ',
  },
  { name: 'case', values: ['ignored', 'kept'], meaning: 'case of words' },
  {
    name: 'renaming',
    values: ['bound', 'none'],
    meaning: 'other names for arguments of functions and parameters of families',
  },
  { name: 'equations', values: ['either', 'whole'], meaning: 'x = 5 may be written 5' },
  { name: 'degrees', values: ['value', 'either'], meaning: '45° is π/4, or also 45' },
  { name: 'comma', values: ['separates', 'either'], meaning: '1,5 may be 1.5' },
];

/** Longest name of a policy. */
const maxLength = 500;

/**
 * Reads `PRESET`, or `PRESET,setting=value,…` with settings that differ from it; empty is `strict`.
 * `error` where it cannot be read.
 */
export function parsePolicy(text: string): Policy | { readonly error: string } {
  if (text.length > maxLength) return bad(`a policy of more than ${maxLength} characters`);
  const [preset = '', ...changes] = text.split(',').map((part) => part.trim());
  const base = Object.hasOwn(presets, preset || 'strict') ? presets[preset || 'strict'] : undefined;
  if (base === undefined) return bad(`unknown policy ${JSON.stringify(preset)}`);
  const changed = new Map<Setting, string | number>();
  for (const change of changes) {
    const [name = '', value = ''] = change.split('=').map((part) => part.trim());
    const setting = settings.find((each) => each.name === name);
    if (setting === undefined) return bad(`unknown setting ${JSON.stringify(name)}`);
    const places = setting.name === 'rounding' && /^(?:\d|1[0-5])$/.test(value) ? Number(value) : undefined;
    if (places === undefined && (!setting.values.includes(value) || value.includes('…'))) {
      return bad(`setting ${name} has no value ${JSON.stringify(value)}: use ${setting.values.join(', ')}`);
    }
    const chosen = places ?? value;
    if (chosen === base[setting.name]) changed.delete(setting.name);
    else changed.set(setting.name, chosen);
  }
  const differing = [...changed]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  return { ...base, ...Object.fromEntries(changed), name: [base.name, ...differing].join(',') };
}

/** How to mend a policy that cannot be read. */
export const policyMend = `Use one of ${Object.keys(presets).join(', ')}, or a preset with settings: strict,rounding=none. Settings: ${settings.map(({ name }) => name).join(', ')}.`;

function bad(error: string): { readonly error: string } {
  return { error };
}
