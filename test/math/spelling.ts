/** Ways to write the same answer: other commands, signs, spaces, and the text that a model puts around it. */
import type { Dice, Variant } from './draft.ts';

type Spelling = readonly [how: string, write: (text: string) => string];

const spellings: readonly Spelling[] = [
  ['dfrac', (text) => text.replaceAll('\\frac', '\\dfrac')],
  ['tfrac', (text) => text.replaceAll('\\frac', '\\tfrac')],
  ['unbraced fraction', (text) => text.replace(/\\frac\{(\d)\}\{(\d)\}/g, '\\frac$1$2')],
  ['spaced fraction', (text) => text.replace(/\\frac\{(\d)\}\{(\d)\}/g, '\\frac $1 $2')],
  ['unbraced root', (text) => text.replace(/\\sqrt\{(\w)\}/g, '\\sqrt $1')],
  ['left and right', leftRight],
  ['times', (text) => text.replaceAll('\\cdot', '\\times')],
  ['star', (text) => text.replaceAll('\\cdot', '*')],
  ['minus sign', (text) => text.replaceAll('-', '−')],
  ['dot sign', (text) => text.replaceAll('\\cdot', '·')],
  ['pi sign', (text) => text.replace(/\\pi\b/g, 'π')],
  ['infinity sign', (text) => text.replaceAll('\\infty', '∞')],
  ['square sign', (text) => text.replace(/\^2(?!\d)/g, '²').replaceAll('^{2}', '²')],
  [
    'relation signs',
    (text) =>
      text
        .replace(/\\le\b/g, '≤')
        .replace(/\\ge\b/g, '≥')
        .replace(/\\cup\b/g, '∪'),
  ],
  ['slanted relations', (text) => text.replace(/\\(le|ge)\b/g, '\\$1qslant')],
  ['root sign', (text) => text.replace(/\\sqrt\{(\d+)\}(?![\w\\])/g, '√$1')],
  [
    'no spaces',
    (text) => (/\\[a-z]+ [a-z]|text| \d+\/|\d [a-z]/i.test(text) ? text : text.replaceAll(' ', '')),
  ],
  ['thin spaces', (text) => text.replaceAll(', ', ',\\, ').replaceAll(' = ', '\\;=\\; ')],
  ['wide spaces', (text) => text.replaceAll(', ', ' ,  ').replaceAll(' + ', '  +  ')],
  ['tildes', (text) => (/text|\d [a-z]/i.test(text) ? text : text.replaceAll(' ', '~'))],
  ['display style', (text) => `\\displaystyle ${text}`],
  ['ln as log base e', (text) => text.replace(/\\ln(?=[ (\\])/g, '\\log_{e}')],
  ['braces around exponents', (text) => text.replace(/\^(\d)(?!\d)/g, '^{$1}')],
  ['upright e', (text) => text.replace(/(?<![a-zA-Z\\{])e(?=\^)/g, '\\mathrm{e}')],
  ['trailing period', (text) => `${text}.`],
];

function leftRight(text: string): string {
  if (/\\sqrt\[|\\left|\\begin|\]\{/.test(text)) return text;
  return text
    .replace(/\\\{/g, '\\left\\{')
    .replace(/\\\}/g, '\\right\\}')
    .replace(/[([]/g, (bracket) => `\\left${bracket}`)
    .replace(/[)\]]/g, (bracket) => `\\right${bracket}`);
}

/** The text an answer stands in, by what it is written in. */
const frames: Record<'latex' | 'plain', readonly Spelling[]> = {
  latex: [
    ['dollars', (text) => `$${text}$`],
    ['double dollars', (text) => `$$${text}$$`],
    ['parentheses', (text) => `\\(${text}\\)`],
    ['brackets', (text) => `\\[ ${text} \\]`],
    ['box', (text) => `\\boxed{${text}}`],
    ['box in dollars', (text) => `We find that $\\boxed{${text}}$.`],
    ['box in display', (text) => `Adding these up gives\n\\[\n\\boxed{${text}}\n\\]`],
    ['sentence', (text) => `Let us think. The answer is $${text}$.`],
    ['final answer', (text) => `Final Answer: The final answer is $${text}$. I hope it is correct.`],
    [
      'after work',
      (text) => `First, $1 + 1 = 2$, so we get 2.\n\nTherefore, the answer is \\boxed{${text}}.`,
    ],
    ['heading', (text) => `**Answer:** $${text}$`],
  ],
  plain: [
    ['box', (text) => `\\boxed{${text}}`],
    ['box in dollars', (text) => `So we choose $\\boxed{${text}}$.`],
    [
      'after work',
      (text) => `First, $1 + 1 = 2$, so we get 2.\n\nTherefore, the answer is \\boxed{${text}}.`,
    ],
  ],
};

/** A text whose dollars are money can stand between no others; one that is no formula stays outside of them. */
function framesFor(text: string, style: 'latex' | 'plain'): readonly Spelling[] {
  const formula =
    style === 'latex' &&
    !/(?<!\\[a-z]*)\b(?!text)[a-z]{3,}\b(?![^{]*\})/i.test(text.replaceAll(/\\[a-z]+/gi, ' '));
  return formula ? frames.latex : frames.plain;
}

/** Every spelling that changes the text, and every frame. */
export function respellings(text: string, style: 'latex' | 'plain'): Variant[] {
  const own = style === 'latex' ? spellings : [];
  const written = own.map(([how, write]) => ({ how, text: write(text) }));
  return [...written, ...framesFor(text, style).map(([how, write]) => ({ how, text: write(text) }))];
}

/** The same text, spelled and framed at random. */
export function respelled(dice: Dice, one: Variant, style: 'latex' | 'plain'): Variant {
  const { how, text } = one;
  const [spelling, write] = dice.pick(style === 'latex' ? spellings : frames.plain);
  const changed = style === 'latex' ? write(text) : text;
  const [frame, put] = dice.pick(framesFor(changed, style));
  return { ...one, how: `${how}, ${changed === text ? '' : `${spelling}, `}${frame}`, text: put(changed) };
}
