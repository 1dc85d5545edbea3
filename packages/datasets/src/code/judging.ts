/**
 * How a contest problem must be judged, read from its statement: which differences its checker forgives, whether other
 * answers than the stored ones are right, and whether it is a talk with the judge. A statement that says nothing of
 * this can still show it: where it gives another output for the input of a stored test than that test has.
 */
import { examplesOf, sentencesOf } from './statement.ts';
import type { ProgramTests, Test } from './tests.ts';

const tolerance = /10\s?\^\s?[{(]?\s?[-−–]\s?\d+|\b10[-−–]\d+\b|\b\d(?:\.\d+)?e[-−–]\d+|\b0\.0*[1-9]\d*/i;
const verdictWords = /\b(?:answers?|outputs?|prints?|solutions?|results?|accepted|correct|jury|checker)\b/i;
const errorWords = /\b(?:errors?|difference|precision|accuracy|deviation|differs?|tolerance)\b/i;
const boundWords =
  /\b(?:exceeds?|than|at most|at least|within|up to|below|under|by|of|accuracy|precision|tolerance)\b|[≤<]/i;
const digits = /\bat least (\d+) (?:significant )?(?:digits?|decimals?|decimal (?:digits?|places))\b/i;

/** Expressions that must match one behind the other. */
type Sequence = RegExp[];

const print = String.raw`\b(?:print|output|display|write|report|return|submit)\w*\b`;
/** A few words, none of which begins a clause of its own: `print YES if any of them …` offers no choice. */
const fewWords = String.raw`(?: (?!if\b|whether\b|when\b|that\b|for\b|unless\b)[\w"'-]+){0,3}?`;
const anything = [
  'any(?: one)?(?: ?[,.;:!)]| ?$)',
  String.raw`any(?: one)? (?:of (?:them|these|those|the)|such|valid|correct|possible|suitable|feasible|optimal|appropriate|answers?|solutions?)\b`,
  String.raw`any (?:\w+ ){1,3}(?:that|which|satisfying|such)\b`,
  String.raw`(?:an arbitrary|arbitrary one|one of (?:them|these|those)|(?:an?|one|some) (?:valid|possible|suitable|appropriate|feasible))\b`,
];

/** Of one sentence. */
const choices: Sequence[] = [
  // Print any [of them]; output any valid colouring; return a possible order.
  [new RegExp(`${print}${fewWords} (?:${anything.join('|')})`, 'i')],
  // If there are several answers, any of them will do.
  [
    /\b(?:if|in case|when|whenever|since|as|may|might|can|could)\b/i,
    /\b(?:multiple|several|many|various|different|more than one|two or more)\b/i,
    /\b(?:any(?: ?[,.;:!)]| ?$)|any (?:of (?:them|these|those|the)|one|valid|such|suitable|is|will)\b|arbitrary one\b)/i,
  ],
  // Print the numbers in any order.
  [
    /\banswers?\b|\b(?:print|output|display|write|report|return|submit)\w*/i,
    /\bin (?:any|arbitrary|whatever) order\b/i,
  ],
  [
    /\banswers?\b|\b(?:print|output|display|write|report|return|submit)\w*/i,
    /\border (?:does not|doesn't) matter\b/i,
  ],
];

/** Of one clause of a sentence. */
const clauseChoices: Sequence[] = [
  [
    /\b(?:any|all)\b/i,
    /\b(?:will|would|is|are)(?: be)? (?:accepted|acceptable|considered (?:as )?(?:correct|right))/i,
  ],
  [/\banswers? (?:is|are|may be|need)\b/i, /\bnot\b|n't\b/i, /\bunique/i],
  // Find any such array; an array that could be the original one; lines that tell the choice of a path.
  [
    /\b(?:find|give|construct|provide|produce)\b/i,
    /\bany (?:such|of them|valid|suitable|correct|possible)\b/i,
  ],
  [
    new RegExp(`\\bfind\\b|${print}`, 'i'),
    /\ban? \w+ (?:that|which) could (?:be|have been) the (?:original|initial)\b/i,
  ],
  [/\b(?:indicat|describ)\w* (?:the|your) (?:choices?|construction|strategy|arrangement|selection)\b/i],
];

/** Structures of which there are mostly several, unless the best one is asked for. */
const structures: Sequence = [
  /\bfind (?:an?|the) (?:order|permutation|arrangement|colou?ring|assignment|construction)\b/i,
  /\b(?:such that|so that|satisf)/i,
];
const optimum =
  /smallest|largest|shortest|longest|minim|maxim|lexicographic|number of|how many|\d(?:th|st)\b|\bk-th\b/i;

const anyCase: Sequence[] = [
  [/\b(?:letters?|characters?|words?|verdicts?|yes|no)\b/i, /\bin any (?:case|register)\b/i],
  [/\b(?:output|answer|checker|yes|no)\b/i, /\bcase[- ]insensitive\b/i],
  [/\bcase (?:of (?:the )?letters )?(?:does not|doesn't) matter\b/i],
];

const saidInteractive =
  /\b(?:this|the) (?:problem|task) is (?:an? )?interactive\b|\bthis is an? (?:\w+ )?interactive (?:problem|task)\b|^interactive (?:problem|task)[.!]?$/i;
const flush =
  /\bfflush\b|\.flush\b|\bflush\(|\bflush(?:ing)? (?:the |your |its )?(?:standard )?(?:output|stdout|stream|buffer)|\bforget to flush\b|\bflush operation\b/i;
const protocolHeading = /^[^\S\n]*Interaction(?: protocol)?:?[^\S\n]*$/im;

/** Most characters of a statement, and of a sentence, that are looked at. */
const maxStatement = 200_000;
const maxSentence = 2_000;

/** The judge fields of a whole program; only those that the statement sets. */
export function judging(statement: string, tests: readonly Test[]): ProgramTests {
  const sentences = sentencesOf(statement.slice(0, maxStatement)).map((one) => one.slice(0, maxSentence));
  const unsupported = interactive(statement, sentences);
  if (unsupported !== undefined) return { unsupported };
  const comparer = comparerOf(sentences);
  const multiAnswer = saysSeveral(sentences) || showsSeveral(statement, tests);
  return { ...(comparer && { comparer }), ...(multiAnswer && { multiAnswer }) };
}

/** Why a statement is taken for that of an interactive problem. */
function interactive(statement: string, sentences: string[]): string | undefined {
  const talks =
    protocolHeading.test(statement) || sentences.some((sentence) => /\binteractor\b/i.test(sentence));
  const said =
    sentences.find((sentence) => saidInteractive.test(sentence)) ??
    sentences.find((sentence) => flush.test(sentence) || (talks && /\bflush/i.test(sentence)));
  if (said === undefined) return undefined;
  return `interactive problem without an interactor; its statement says: ${JSON.stringify(said.slice(0, 120))}`;
}

/** `floats` with the tolerance that is told, or `tokens(case=fold)`. */
function comparerOf(sentences: string[]): string | undefined {
  for (const sentence of sentences) {
    if (!verdictWords.test(sentence)) continue;
    const decimals = digits.exec(sentence)?.[1];
    if (decimals !== undefined && /\b(?:point|decimal|dot|comma)\b/i.test(sentence))
      return `floats(1e-${decimals})`;
    const bounded = errorWords.test(sentence) && boundWords.test(sentence);
    const epsilon = bounded ? tolerance.exec(sentence)?.[0] : undefined;
    if (epsilon === undefined) continue;
    const value = numeralOf(epsilon);
    const absolute = /\babsolute\b/i.test(sentence);
    const relative = /\brelative\b/i.test(sentence);
    if (absolute === relative) return `floats(${value})`;
    return absolute ? `floats(abs=${value},rel=0)` : `floats(abs=0,rel=${value})`;
  }
  return sentences.some((sentence) => anyCase.some((parts) => follows(sentence, parts)))
    ? 'tokens(case=fold)'
    : undefined;
}

/** `10^{ - 6}`, `10-6` and `1e−6` as 1e-6. */
function numeralOf(text: string): string {
  const plain = text.replace(/[−–]/g, '-').replace(/[\s^{(]/g, '');
  return /^10-\d+$/.test(plain) ? `1e-${Number(plain.slice(3))}` : plain.toLowerCase();
}

/** Whether a statement lets a program choose among answers, or among orders of its answer. */
function saysSeveral(sentences: string[]): boolean {
  return sentences.some((sentence) => {
    if (anyCase.some((parts) => follows(sentence, parts))) return false;
    if (choices.some((parts) => follows(sentence, parts))) return true;
    if (follows(sentence, structures) && !optimum.test(sentence)) return true;
    const clauses = sentence.split(/[,;]/);
    return clauseChoices.some((parts) => clauses.some((clause) => follows(clause, parts)));
  });
}

function follows(text: string, parts: Sequence): boolean {
  let rest = text;
  return parts.every((part) => {
    const match = part.exec(rest);
    if (match !== null) rest = rest.slice(match.index + match[0].length);
    return match !== null;
  });
}

/** Whether for one input two outputs are given that no comparer takes for the same. */
function showsSeveral(statement: string, tests: readonly Test[]): boolean {
  const outputs = new Map<string, string[]>();
  for (const { input, output } of tests) {
    const stored = tokensOf(output);
    const other = outputs.get(tokensOf(input).join(' '));
    if (other !== undefined && contradict(other, stored)) return true;
    outputs.set(tokensOf(input).join(' '), stored);
  }
  return examplesOf(statement).some((example) => {
    const stored = outputs.get(tokensOf(example.input).join(' '));
    return stored !== undefined && contradict(tokensOf(example.output), stored);
  });
}

export function tokensOf(text: Test['input']): string[] {
  return String(text ?? '')
    .split(/\s+/)
    .filter((token) => token !== '');
}

/** The stated output may go on behind the stored one: what follows it in the statement is read as a part of it. */
function contradict(stated: string[], stored: string[]): boolean {
  if (stated.length === 0 || stored.length === 0) return false;
  return stated.length < stored.length || stored.some((token, i) => !alike(token, stated[i] as string));
}

function alike(a: string, b: string): boolean {
  if (a.toLowerCase() === b.toLowerCase()) return true;
  if (!/[.e]/i.test(a + b)) return false;
  return Math.abs(Number(a) - Number(b)) <= 1e-3 * Math.max(1, Math.abs(Number(b)));
}
