/** Whether a statement lets a program choose among answers, or among orders of its answer. */
import { tellsCase, toleranceOf } from './comparer.ts';
import { followsAny, print, type Sequence } from './wording.ts';

const printing = new RegExp(print, 'i');
/** A few words, none of which begins a clause of its own: `print YES if any of them …` offers no choice. */
const fewWords = String.raw`(?: (?!if\b|whether\b|when\b|that\b|for\b|unless\b)[\w"'-]+){0,3}?`;
const anything = [
  'any(?: one)?(?: ?[,.;:!)]| ?$)',
  String.raw`any(?: one)? (?:of (?:them|these|those|the)|such|valid|correct|possible|suitable|feasible|optimal|appropriate|answers?|solutions?)\b`,
  String.raw`any (?:\w+ ){1,3}(?:that|which|satisfying|such)\b`,
  String.raw`(?:an arbitrary|arbitrary one|one of (?:them|these|those)|(?:an?|one|some) (?:valid|possible|suitable|appropriate|feasible)|whichever (?:one )?you)\b`,
];
const several =
  /\b(?:multiple|several|many|various|different|more than one|two or more)\b(?! (?:queries|tests?)\b)/i;
const anyOfThem =
  /\b(?:any(?: ?[,.;:!)]| ?$)|any (?:of (?:them|these|those|the)|one|valid|such|suitable|is|will)\b|arbitrary one\b)/i;
const whichever = /\b(?:does not|doesn't) matter which\b/i;

/** Of one sentence. */
const choices: Sequence[] = [
  // Print any [of them]; output any valid colouring; return a possible order.
  [new RegExp(`${print}${fewWords} (?:${anything.join('|')})`, 'i')],
  [new RegExp(`${print} (?:an|one) example\\b`, 'i')],
  // If there are several, any of them will do; there may be several answers, of which any is right.
  [/\b(?:if|in case|when|whenever) there (?:is|are|exists?|(?:may|might|can) be)\b/i, several, anyOfThem],
  [
    /\b(?:if|in case|when|whenever|since|as|may|might|can|could)\b/i,
    several,
    /\b(?:answers?|solutions?|outputs?|ways?|options?|choices|possibilit\w+|possible|valid|optimal|such|exist\w*|print|output|find|fit)\b/i,
    anyOfThem,
  ],
  [
    /\b(?:you|your program) (?:may|can|could) (?:choose|select|pick|use) (?:any|arbitrary)(?: (?:one|of (?:them|these|those)))? ?[.!)]?$/i,
  ],
  // It does not matter which one you print.
  [/\b(?:answers?|solutions?|outputs?)\b/i, whichever],
  [new RegExp(`${whichever.source}(?: \\w+){0,4}? (?:you|to) (?:choose|find|${print})`, 'i')],
  [/\bwhich(?:ever| one)\b/i, printing, /\b(?:does not|doesn't) matter\b/i],
  [/\bspecial (?:judge|checker)\b/i],
];

/** That there are several answers, of which one may yet be asked for. */
const plurality: Sequence[] = [
  [
    /\bother (?:valid |correct |possible )?(?:answers|solutions|outputs) (?:are|may|might|can|could|will|exist)\b/i,
  ],
  [
    /\bthere (?:are|exist|(?:may|might|can|could) be) (?:(?!no )\w+ )?other (?:valid |correct |possible )?(?:answers|solutions|outputs)\b/i,
  ],
  [/\bmultiple (?:answers|solutions|outputs) are (?:possible|allowed|accepted)\b/i],
  // Structures of which there are mostly several.
  [
    /\bfind an? (?:order|permutation|arrangement|colou?ring|assignment|construction)\b/i,
    /\b(?:such that|so that|satisf)/i,
  ],
];
const optimum =
  /smallest|largest|shortest|longest|minim|maxim|lexicographic|number of|how many|\d(?:th|st)\b|\bk-th\b/i;

/** Of one clause: that all of a kind are right; with an error that is allowed they are all one answer. */
const acceptance: Sequence[] = [
  [
    /\b(?:any|all)\b/i,
    /\b(?:will|would|is|are)(?: be)? (?:accepted|acceptable|considered (?:as )?(?:correct|right))/i,
  ],
  [/\b(?:judge|checker|jury|grader) (?:will |would |also )?accepts?\b/i, /\bany\b/i],
];

/** Of one clause of a sentence. */
const clauseChoices: Sequence[] = [
  [/\b(?:answers?|solutions?|outputs?) (?:is|are|may|might|need)\b/i, /\bnot\b|n't\b/i, /\bunique/i],
  // Find any such array; an array that could be the original one; lines that tell the choice of a path.
  [
    /\b(?:find|give|construct|provide|produce)\b/i,
    /\bone such\b|\b(?:an?|one) example of (?:such|an?)\b|\bany (?:such|of them|valid|suitable|correct|possible)\b/i,
  ],
  [
    new RegExp(`\\bfind\\b|${print}`, 'i'),
    /\ban? \w+ (?:that|which) could (?:be|have been) the (?:original|initial)\b/i,
  ],
  [/\b(?:indicat|describ)\w* (?:the|your) (?:choices?|construction|strategy|arrangement|selection)\b/i],
];

const anyOrder = /\bin (?:(?:any|arbitrary|whatever)|no particular) order\b/i;
const noMatter =
  /\b(?:does not matter|doesn't matter|(?:not|isn't) important|is unimportant|is arbitrary)\b/i;
const orders: Sequence[] = [
  [new RegExp(`\\banswers?\\b|${print}`, 'i'), anyOrder],
  [
    new RegExp(`\\banswers?\\b|${print}`, 'i'),
    new RegExp(String.raw`\border (?:of (?:[\w'-]+ ){1,6}?)?${noMatter.source}`, 'i'),
  ],
];
/** Without a word of printing before them; such words also say which things are counted as one. */
const bareOrders: Sequence[] = [
  [/\border of (?:the |your )?(?:answers?|outputs?|(?:output|printed) \w+|lines|pairs)\b/i, noMatter],
  [/\border of\b/i, /\b(?:you (?:print|output)|printed|in (?:the|your) (?:output|answer))\b/i, noMatter],
  [/\border of\b/i, noMatter, /\bin (?:the|your) (?:output|answer)\b/i],
];
const counting = /\b(?:ways?|counted|considered|same|different|distinct|number of)\b/i;
/** One number, whatever the order: `print the number of ways to write the letters in any order`. */
const oneNumber =
  /^\W*(?:(?:then|and) )?(?:(?:print|output|find|return)\w* )?(?:the |a )?(?:total )?(?:number|maximum|minimum|count|sum|size|length)\b/i;

export function saysSeveral(sentences: string[]): boolean {
  return sentences.some((sentence) => {
    if (tellsCase(sentence)) return false;
    if (followsAny(sentence, choices) || leavesOrder(sentence)) return true;
    if (followsAny(sentence, plurality) && !optimum.test(sentence)) return true;
    const rules = toleranceOf(sentence) === undefined ? [...clauseChoices, ...acceptance] : clauseChoices;
    return sentence.split(/[,;]/).some((clause) => followsAny(clause, rules));
  });
}

/** Whether the answer may be written in any order. */
function leavesOrder(sentence: string): boolean {
  const asked = sentence
    .split(/(?<=[,;:])| (?=and |then )/)
    .filter((clause) => !(oneNumber.test(clause) && (anyOrder.test(clause) || noMatter.test(clause))));
  return (
    followsAny(asked.join(' '), orders) || (followsAny(sentence, bareOrders) && !counting.test(sentence))
  );
}
