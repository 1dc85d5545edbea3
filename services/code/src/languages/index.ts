/** All languages, by name. */
import { canonicalLanguage } from '../extract/index.ts';
import { c } from './c.ts';
import { cpp } from './cpp.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { javascript } from './javascript.ts';
import type { Language } from './language.ts';
import { pypy3, python2, python3, python3Cold } from './python3.ts';
import { rust } from './rust.ts';

export type { Built, Compile, Language } from './language.ts';

export const languages: ReadonlyMap<string, Language> = new Map(
  [c, cpp, go, java, javascript, pypy3, python2, python3, python3Cold, rust].map((one) => [one.name, one]),
);

/** The language of a name in any form that is known. */
export function languageOf(name: string): Language | undefined {
  return languages.get(name) ?? languages.get(canonicalLanguage(name) ?? '');
}
