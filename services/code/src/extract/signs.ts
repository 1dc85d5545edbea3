/** Cheap signs of code: which language it is in, whether it is code at all, whether it is a whole program. */
import { canonicalLanguage, type Language } from './languages.ts';

/** How much of a text is looked at. */
const looked = 1 << 16;

/** In the order in which they decide: what is rare elsewhere comes first. */
const languageSigns: readonly [RegExp, Language][] = [
  [
    /^[ \t]*#[ \t]*include[ \t]*<(?:iostream|bits\/stdc\+\+\.h|vector|algorithm|string|map|set|queue|cmath|cstdio)>/m,
    'cpp',
  ],
  [/\bfn main\(\)|^use std::|\blet mut \w|^impl(?:<[^>\n]{0,80}>)? \w/m, 'rust'],
  [/\b(?:using namespace std|std::\w|(?:cin|cout) ?(?:>>|<<))/, 'cpp'],
  [/^[ \t]*#[ \t]*include[ \t]*[<"]/m, 'c'],
  [/^package main\b/m, 'go'],
  [/\bpublic static void main\b|^import java\.|\bSystem\.(?:out|in)\b/m, 'java'],
  [
    /\bconsole\.log\(|\brequire\(['"]|\bprocess\.(?:stdin|stdout|argv)\b|^[ \t]*(?:const|let|var) \w+ = |\) => \{/m,
    'javascript',
  ],
  [/^[ \t]*print[ \t]+["'\w]|\braw_input\(|\bxrange\(/m, 'python2'],
  [
    /^[ \t]*(?:def \w+\(.{0,300}|class \w+.{0,300}|for .{1,200} in .{1,200}|while .{1,300}|(?:el)?if .{1,300}|else|try) ?:/m,
    'python3',
  ],
  [/^(?:import \w|from [\w.]+ import )[^;\n]*$|\bprint\(|\binput\(\)/m, 'python3'],
];

/** Language of a program by its first line, where that names an interpreter. */
export function shebangLanguage(code: string): Language | undefined {
  const head = code.slice(0, 200);
  const [, interpreter = ''] =
    /^\s{0,80}#!\s*(?:\S*\/)?env\s+(?:-S\s+)?(\S{1,40})/.exec(head) ??
    /^\s{0,80}#!\s*(?:\S*\/)?(\S{1,40})/.exec(head) ??
    [];
  return canonicalLanguage(interpreter);
}

/** Language that code seems to be in. */
export function detectLanguage(code: string): Language | undefined {
  const shebang = shebangLanguage(code);
  if (shebang !== undefined) return shebang;
  const head = code.slice(0, looked);
  return languageSigns.find(([sign]) => sign.test(head))?.[1];
}

const codeLine =
  /^(?:#!|#[ \t]*include\b|import \w|from [\w.]+ import |def \w+\(|class \w+|@\w|package \w|use \w+::|fn \w+\(|func \w+\(|public (?:static |final )?(?:class|interface)\b|(?:int|void|long long) \w+\(|using namespace\b|(?:const|let|var) \w+ = |function \w+\(|'use strict'|"use strict")/;

/** Whether a line can only be the beginning of a program. */
export function opensProgram(line: string): boolean {
  return codeLine.test(line);
}

const codeSign =
  /^[ \t]*(?:return\b|(?:if|while) .{1,300}:[ \t]*$|for .{1,200} in .{1,200}:[ \t]*$|else:|\w[\w.[\]]{0,60}(?:, ?\w[\w.[\]]{0,60}){0,8} [-+*/|&]?= \S|[\w.]{1,80}\(.*\)[;:]?[ \t]*$|pass$)|[;{}][ \t\r]*$/m;

/** Whether any line of a text looks like code. */
export function looksLikeCode(text: string): boolean {
  const head = text.slice(0, looked);
  return codeSign.test(head) || head.split('\n').some(opensProgram);
}

/** Whether a line can be the first of a program: code, a comment, or a doc string. */
export function beginsCode(line: string): boolean {
  return !isSentence(line) && (/^(?:\s|#|\/[/*]|"""|''')/.test(line) || looksLikeCode(line));
}

/** Whether a line is a sentence of a language that people speak. */
export function isSentence(line: string): boolean {
  return /^(?:\*\*)?[A-Z][\w']*(?:,? [\w'`*-]+){3}/.test(line) && !/[;{}=]\s*$/.test(line);
}

const mains: Partial<Record<Language, RegExp>> = {
  cpp: /\bmain\s*\(/,
  c: /\bmain\s*\(/,
  java: /\bstatic\s+(?:final\s+)?void\s+main\b|\bvoid\s+main\s*\(/,
  go: /^func\s+main\s*\(/m,
  rust: /\bfn\s+main\s*\(/,
};

/**
 * How much a piece of code is a program of its own: 3 it can run and reads its input (or has the `main` that its language
 * asks for), 2 it defines something, 1 neither.
 */
export function completeness(code: string, language: Language | undefined): 1 | 2 | 3 {
  const main = language === undefined ? undefined : mains[language];
  if (main !== undefined) return main.test(code) ? 3 : 1;
  if (language === 'javascript') {
    return /\bprocess\.stdin\b|\breadFileSync\(|\breadline\b/.test(code)
      ? 3
      : /\bfunction\b|=>/.test(code)
        ? 2
        : 1;
  }
  if (/\binput\(|\bsys\.stdin\b|\bopen\(0|\bfileinput\b|\bstdin\b|\braw_input\(/.test(code)) return 3;
  return /^(?:async def|def|class) \w/m.test(code) ? 2 : 1;
}

/** Names that a piece of Python code defines at its outermost level. */
export function definedNames(code: string): Set<string> {
  return new Set(Array.from(code.matchAll(/^(?:async +def|def|class) +(\w+)/gm), ([, name = '']) => name));
}

/** Names that a piece of Python code calls. */
export function calledNames(code: string): Set<string> {
  return new Set(Array.from(code.matchAll(/(?<![.\w])([A-Za-z_]\w{0,79})\(/g), ([, name = '']) => name));
}

/** Whether a piece of Python code uses, outside of all definitions, something that it defines. */
export function runsItself(code: string, defined: ReadonlySet<string>): boolean {
  return code.split('\n').some((line) => {
    if (/^(?:async +def|def|class)\b/.test(line)) return false;
    return (
      /^if\b.{0,40}__name__/.test(line) ||
      (/^\S/.test(line) &&
        calledNames(line)
          .values()
          .some((name) => defined.has(name)))
    );
  });
}
