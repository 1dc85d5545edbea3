/**
 * Compares a program's output with the stored one. A comparer is named by a text:
 *
 *   tokens                     the default: tokens parted by white space. The same bytes, or the same integer of any size
 *                              (`0110` is `110`, `+5` is `5`), or, where one has a point or an exponent, within 1e-6,
 *                              absolute or relative. `case=fold`, `floats=off`, `eps=1e-9`
 *   exact                      the same bytes, but for one final newline; where only white space differs, `presentation`
 *   floats(1e-9)               as tokens, and integers too may differ by the tolerance; `abs=`, `rel=`, `case=fold`
 *   unordered                  the same lines in any order; `unordered(tokens)`: the same tokens
 *   json                       the same JSON value, numbers as in tokens; `floats=off`, `eps=1e-9`
 *   any                        every output is right
 *   deepmind, llmonk           as CodeContests and Large Language Monkeys judge, faults included
 *   kattis                     the default validator of Kattis with its flags: `case_sensitive`,
 *                              `space_change_sensitive`, `float_tolerance=1e-6`, `float_absolute_tolerance=1e-6`,
 *                              `float_relative_tolerance=1e-6`; also written as there, with spaces
 */
import { type Comparer, equal } from './comparison.ts';
import { compareDeepMind, compareMonkeys } from './compatible.ts';
import { compareExact } from './exact.ts';
import { jsonComparer } from './json.ts';
import { kattisComparer } from './kattis.ts';
import { isNumber, SettingError, Settings, tolerance } from './settings.ts';
import { matchOf, type TokenRules, tokenComparer } from './tokens.ts';
import { unorderedComparer } from './unordered.ts';

export type { Comparer, Comparison } from './comparison.ts';

const defaultTolerance = 1e-6;

const makers: Record<string, (settings: Settings) => Comparer> = {
  tokens: (settings) => tokenComparer(tokenRules(settings)),
  exact: () => compareExact,
  floats(settings) {
    const bare = settings.bare(isNumber);
    const both = bare === undefined ? undefined : tolerance(bare);
    const absolute = settings.tolerance('abs') ?? both;
    const relative = settings.tolerance('rel') ?? both;
    const none = absolute === undefined && relative === undefined;
    return tokenComparer({
      fold: settings.choice('case', ['fold']) !== undefined,
      absolute: none ? defaultTolerance : (absolute ?? -1),
      relative: none ? defaultTolerance : (relative ?? -1),
      exactIntegers: false,
    });
  },
  unordered: (settings) => unorderedComparer(settings.flag('tokens') ? 'token' : 'line'),
  json: (settings) => {
    const rules = tokenRules(settings);
    return jsonComparer(matchOf({ ...rules, fold: false }), tokenComparer(rules));
  },
  any: () => () => equal,
  deepmind: () => compareDeepMind,
  llmonk: () => compareMonkeys,
  kattis(settings) {
    const both = settings.tolerance('float_tolerance') ?? -1;
    return kattisComparer({
      caseSensitive: settings.flag('case_sensitive'),
      spaceSensitive: settings.flag('space_change_sensitive'),
      absolute: settings.tolerance('float_absolute_tolerance') ?? both,
      relative: settings.tolerance('float_relative_tolerance') ?? both,
    });
  },
};

function tokenRules(settings: Settings): TokenRules {
  const off = settings.choice('floats', ['off']) !== undefined;
  const epsilon = settings.tolerance('eps');
  if (off && epsilon !== undefined) throw new SettingError('"eps" means nothing with "floats=off"');
  const allowed = off ? undefined : (epsilon ?? defaultTolerance);
  return {
    fold: settings.choice('case', ['fold']) !== undefined,
    absolute: allowed,
    relative: allowed,
    exactIntegers: true,
  };
}

/** Finds the comparer that a text names, empty for `tokens`; `name` is how a verdict says which it was. */
export function parseComparer(text: string): { name: string; compare: Comparer } | { error: string } {
  const [, name, inside] = /^\s*([a-z]*)\s*(?:\(([^()]*)\))?\s*$/.exec(text) ?? [];
  const maker = Object.hasOwn(makers, name || 'tokens') ? makers[name || 'tokens'] : undefined;
  if (name === undefined || maker === undefined || (name === '' && inside !== undefined)) {
    const known = Object.keys(makers).join(', ');
    return { error: `unknown comparer ${JSON.stringify(text.slice(0, 80))}: there are ${known}` };
  }
  const parts = partsOf(name, inside ?? '');
  try {
    const settings = new Settings(parts);
    const compare = maker(settings);
    settings.done();
    return { name: parts.length === 0 ? name || 'tokens' : `${name}(${parts.join(',')})`, compare };
  } catch (error) {
    if (error instanceof SettingError) return { error: `comparer ${name || 'tokens'}: ${error.message}` };
    throw error;
  }
}

/** Settings as `name` or `name=value`. Kattis parts them, and a name from its value, by spaces. */
function partsOf(name: string, inside: string): string[] {
  const written =
    name === 'kattis' ? inside.replace(/(_tolerance)\s+(?=[\d.])/g, '$1=').replace(/\s+(?!=)/g, ',') : inside;
  const parts = written.split(',').map((part) => part.replace(/\s+/g, ''));
  return inside.trim() === '' ? [] : name === 'kattis' ? parts.filter((part) => part !== '') : parts;
}
