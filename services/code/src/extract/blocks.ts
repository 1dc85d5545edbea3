/** Which of several pieces of code is the program. */
import { canonicalLanguage, type Language, related } from './languages.ts';
import {
  calledNames,
  completeness,
  definedNames,
  detectLanguage,
  looksLikeCode,
  runsItself,
  shebangLanguage,
} from './signs.ts';

/** A piece of code in an answer. */
export interface Block {
  readonly code: string;
  /** As the fence says it. */
  readonly label: string;
  /** Language that it says, by its label or its first line. */
  readonly language: Language | undefined;
  /** Labelled as something that is no program of a known language. */
  readonly other: boolean;
  /** Place among the blocks of its answer, from 1. */
  readonly number: number;
}

export interface Choice {
  readonly code: string;
  readonly language: Language | undefined;
  /** E.g. `last of 3 fences (python)`. */
  readonly how: string;
}

/** The language that an info string names: `python`, `cpp title="a"`, `{.python}`, `solution.py`. */
export function infoLanguage(info: string): Language | undefined {
  const first = /^\{?\s?\.?([^\s,{}:]{1,60})/.exec(info)?.[1] ?? '';
  const extension = /^[\w./-]+\.(\w{1,4})$/.exec(first)?.[1];
  return canonicalLanguage(first) ?? (extension === undefined ? undefined : canonicalLanguage(extension));
}

export function blockOf(code: string, info: string, number: number): Block {
  const said = infoLanguage(info);
  const label = /^\S{1,30}/.exec(info)?.[0] ?? '';
  return {
    code,
    label,
    language: said ?? shebangLanguage(code),
    other: said === undefined && label !== '',
    number,
  };
}

/**
 * The last block that is most of a program among those in the wanted language. In the wanted language are, in this order:
 * blocks that say it or a related one; blocks that say nothing and look like it; all that say any language; all that say
 * nothing; all. Most of a program is, for Python and JavaScript, what reads the input, then what defines something;
 * for the others, what has a `main`. Where no block of theirs has one, all blocks are one program, in order. A block of
 * Python that calls what only another block defines gets that one before it; one that only defines gets the later block
 * that calls it.
 */
export function chooseBlock(blocks: readonly Block[], wanted: Language | undefined): Choice | undefined {
  const pool = poolOf(blocks, wanted);
  const last = pool.at(-1);
  if (last === undefined) return undefined;
  const said = pool.findLast((block) => block.language)?.language ?? detectLanguage(last.code);
  const language = wanted !== undefined && (said === undefined || related(said, wanted)) ? wanted : said;
  const levels: number[] = pool.map((block) => completeness(block.code, language));
  const highest = levels.reduce((most, level) => Math.max(most, level), 1);
  const compiled = language !== undefined && ['cpp', 'c', 'java', 'go', 'rust'].includes(language);
  if (compiled && highest < 3 && pool.length > 1) return joined(blocks.length, pool, said);
  const chosen = pool[levels.lastIndexOf(highest)] as Block;
  return isPython(language) ? completed(blocks, pool, chosen) : joined(blocks.length, [chosen], said);
}

/** The last block that defines a function of this name, with what it calls of other blocks. */
export function chooseFunction(blocks: readonly Block[], name: string): Choice | undefined {
  const definition = definitionOf(name);
  const chosen = blocks.findLast((block) => !block.other && definition.test(block.code));
  return chosen === undefined ? undefined : completed(blocks, blocks, chosen, false);
}

/** Matches Python code that defines a function, method or other value of this name. */
export function definitionOf(name: string): RegExp {
  return new RegExp(
    `^(?:[ \\t]*(?:async[ \\t]+)?def[ \\t]+${name}\\b|${name}[ \\t]*(?::[^=\\n]{0,200})?=[^=])`,
    'm',
  );
}

function isPython(language: Language | undefined): boolean {
  return language !== undefined && related(language, 'python3');
}

function poolOf(blocks: readonly Block[], wanted: Language | undefined): readonly Block[] {
  const silent = blocks.filter((block) => block.language === undefined && !block.other);
  const saying = blocks.filter((block) => block.language !== undefined);
  if (wanted === undefined) {
    const language = saying.at(-1)?.language;
    const pool = blocks.filter((block) => !block.other && (block.language ?? language) === language);
    return pool.length > 0 ? pool : blocks;
  }
  const pools = [
    saying.filter(({ language }) => language !== undefined && related(language, wanted)),
    silent.filter(({ code }) => looksLikeCode(code) && related(detectLanguage(code) ?? wanted, wanted)),
    saying,
    silent,
  ];
  return pools.find((pool) => pool.length > 0) ?? blocks;
}

function completed(blocks: readonly Block[], pool: readonly Block[], chosen: Block, calls = true): Choice {
  const own = definedNames(chosen.code);
  const definers = new Map<string, Block>();
  for (const block of pool) for (const name of definedNames(block.code)) definers.set(name, block);
  const helpers = new Set<Block>();
  const known = new Set(own);
  for (const name of calledNames(chosen.code)) {
    const helper = known.has(name) ? undefined : definers.get(name);
    if (helper === undefined) continue;
    helpers.add(helper);
    for (const its of definedNames(helper.code)) known.add(its);
  }
  const before = pool.filter((block) => helpers.has(block));
  const later =
    calls && own.size > 0 && !runsItself(chosen.code, own) ? pool.slice(pool.indexOf(chosen) + 1) : [];
  const caller = later.find((block) => {
    return (
      definedNames(block.code).size === 0 &&
      calledNames(block.code)
        .values()
        .some((name) => own.has(name))
    );
  });
  const parts = caller === undefined ? [...before, chosen] : [...before, chosen, caller];
  return joined(blocks.length, parts, chosen.language ?? detectLanguage(chosen.code));
}

function joined(count: number, parts: readonly Block[], language: Language | undefined): Choice {
  const [only] = parts;
  const label = only?.label ? ` (${only.label})` : '';
  const code = parts.map((part) => part.code).join('\n');
  const said = parts.findLast((part) => part.language)?.language ?? language;
  if (parts.length > 1) {
    const numbers = parts.slice(0, 8).map((part) => part.number);
    const which = parts.length > numbers.length ? `${parts.length}` : numbers.join(', ');
    return { code, language: said, how: `fences ${which} of ${count} joined${label}` };
  }
  if (count === 1) return { code, language: said, how: `the only fence${label}` };
  const place = only?.number === count ? 'last' : `number ${only?.number}`;
  return { code, language: said, how: `${place} of ${count} fences${label}` };
}
