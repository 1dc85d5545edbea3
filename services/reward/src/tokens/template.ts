/**
 * Chat templates, analysed by what they make of marks in the place of contents: no content is ever rendered.
 */
import { Script } from 'node:vm';
import { messageOf } from '@assay/contract';
import { Template } from '@huggingface/jinja';
import { BackendError } from '../types.ts';

/** Line breaks are expressions: Jinja would drop those that follow a tag. */
export const presets = {
  llama3:
    "{{ '<|begin_of_text|>' }}{% for message in messages %}{{ '<|start_header_id|>' + message.role + " +
    "'<|end_header_id|>\\n\\n' + message.content | trim + '<|eot_id|>' }}{% endfor %}",
  chatml:
    "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + " +
    "'<|im_end|>' + '\\n' }}{% endfor %}",
  plain:
    '{% for message in messages %}' +
    "{{ message.content if loop.last else message.content + '\\n\\n' }}{% endfor %}",
} as const;

export type Preset = keyof typeof presets;

/** What presets need of a tokenizer: without them, their texts would be read as plain text. */
export const presetTokens: Readonly<Record<Preset, readonly string[]>> = {
  llama3: ['<|begin_of_text|>', '<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>'],
  chatml: ['<|im_start|>', '<|im_end|>'],
  plain: [],
};

/** What is stripped off one side of a content: nothing, spaces, line breaks, or all white space. */
export type Strip = '' | ' ' | '\n' | 'all';

/** What a template makes of a sequence of roles. */
export interface Layout {
  /** `pieces[i]` stands before content i, the last one after all contents. */
  readonly pieces: readonly string[];
  /** Of each content, left and right. */
  readonly strips: readonly (readonly [Strip, Strip])[];
}

/** As Python's `str.strip` sees it: templates are written for that. */
const space = '[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const classes: Readonly<Record<Exclude<Strip, ''>, string>> = { ' ': ' ', '\n': '\\n', all: space };
const leading = mapped((one) => new RegExp(`^${one}+`));
const one = mapped((one) => new RegExp(one));
const blankLine = new RegExp(`\\n${space}*\\n`);

function mapped(of: (one: string) => RegExp): Readonly<Record<Exclude<Strip, ''>, RegExp>> {
  return { ' ': of(classes[' ']), '\n': of(classes['\n']), all: of(classes.all) };
}

export function strip(text: string, [left, right]: readonly [Strip, Strip]): string {
  const rest = left === '' ? text : text.replace(leading[left], '');
  if (right === '') return rest;
  // By hand: a search for white space before the end takes quadratic time.
  let end = rest.length;
  while (end > 0 && one[right].test(rest.charAt(end - 1))) end -= 1;
  return rest.slice(0, end);
}

/** The steps of a process reward model: parts between blank lines; one at least. */
export function stepsOf(text: string): string[] {
  return strip(text, ['all', 'all']).split(blankLine);
}

const call = new Script('render()');

/** What the function gives; throws Error where it takes too long, though it never yields. */
function inTime<T>(render: () => T, timeout: number): T {
  return call.runInNewContext({ render }, { timeout });
}

const rolePattern = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/;

/**
 * Templates may write the date of today into a system prompt; the same candidate must get the same score
 * tomorrow. It is 26 July 2024, which Llama's templates fall back to.
 */
function strftime(format: string): string {
  return format.replace(/%[a-zA-Z%]/g, (part) => {
    const text = today[part];
    if (text === undefined) throw new Error(`strftime_now cannot write ${part}`);
    return text;
  });
}

const today: Readonly<Record<string, string>> = {
  '%Y': '2024',
  '%m': '07',
  '%d': '26',
  '%B': 'July',
  '%b': 'Jul',
  '%A': 'Friday',
  '%a': 'Fri',
  '%H': '00',
  '%M': '00',
  '%S': '00',
  '%%': '%',
};

/**
 * What @huggingface/jinja 0.5 does otherwise than Jinja: it takes `lstrip(characters)` and its like for
 * `lstrip()`, and its `strftime_now` says today's date.
 */
const functions: Readonly<Record<string, (...texts: [string, string]) => string>> = {
  python_strip: (text, characters) => cut(text, characters, true, true),
  python_lstrip: (text, characters) => cut(text, characters, true, false),
  python_rstrip: (text, characters) => cut(text, characters, false, true),
  python_strftime_now: strftime,
};

function cut(text: string, characters: string, left: boolean, right: boolean): string {
  let [start, end] = [0, text.length];
  while (left && start < end && characters.includes(text.charAt(start))) start += 1;
  while (right && end > start && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

interface Node {
  readonly type?: string;
  value?: unknown;
  callee?: Node & { readonly object?: Node; readonly property?: Node; readonly computed?: boolean };
  readonly args?: Node[];
}

/**
 * Makes a template call those functions: `text.lstrip(characters)` becomes `python_lstrip(text, characters)`.
 */
function mend(node: Node): void {
  if (typeof node !== 'object' || node === null) return;
  const { type, callee, args = [] } = node;
  if (type === 'Identifier' && node.value === 'strftime_now') node.value = 'python_strftime_now';
  const { object, property, computed } = callee ?? {};
  const name = `python_${property?.value}`;
  if (type === 'CallExpression' && object && property && !computed && args.length > 0 && name in functions) {
    args.unshift(object);
    property.value = name;
    node.callee = property;
  }
  for (const child of node instanceof Map ? [...node].flat() : Object.values(node)) mend(child);
}

/** Roles in a message. */
const mostShown = 8;

/** A template with the texts of special tokens that it may name. */
export class ChatTemplate {
  readonly #template: Template;
  readonly #variables: Readonly<Record<string, string>>;
  readonly #renderMs: number;
  readonly #layouts = new Map<string, Layout>();

  /**
   * `variables`: `bos_token` and the like; `renderMs`: most time for one conversation, since templates have loops.
   * Throws BackendError `misuse` where the source is no template.
   */
  constructor(source: string, variables: Readonly<Record<string, string>>, renderMs = 5_000) {
    this.#renderMs = renderMs;
    try {
      this.#template = new Template(source);
    } catch (cause) {
      throw new BackendError(
        'misuse',
        `The chat template cannot be read: ${messageOf(cause)}. Choose another one.`,
        {
          cause,
        },
      );
    }
    mend(this.#template.parsed as Node);
    this.#variables = variables;
  }

  /**
   * Throws BackendError `rejected` where the template refuses these roles, or does more to contents than to
   * strip them.
   */
  layout(roles: readonly string[]): Layout {
    const key = roles.join(' ');
    const known = this.#layouts.get(key);
    if (known !== undefined) return known;
    const layout = this.#analyse(roles);
    if (this.#layouts.size >= 256) this.#layouts.clear();
    this.#layouts.set(key, layout);
    return layout;
  }

  #analyse(roles: readonly string[]): Layout {
    for (const role of roles) {
      if (rolePattern.test(role)) continue;
      const shown = JSON.stringify(role.slice(0, 40));
      throw new BackendError('rejected', `The role ${shown} is none: use letters, digits, - and _.`);
    }
    const pieces = this.#render(roles, '', '');
    const spaces = kept(pieces, this.#render(roles, ' ', '  '), ' ');
    const lines = kept(pieces, this.#render(roles, '\n', '\n\n'), '\n');
    const strips = roles.map((_, i) => {
      const side = (at: 0 | 1): Strip => {
        const [space, line] = [!spaces[i]?.[at], !lines[i]?.[at]];
        return space && line ? 'all' : space ? ' ' : line ? '\n' : '';
      };
      return [side(0), side(1)] as const;
    });
    return { pieces, strips };
  }

  /** What stands between contents that have white space around them. */
  #render(roles: readonly string[], left: string, right: string): string[] {
    const shown = roles.slice(0, mostShown).join(', ') + (roles.length > mostShown ? ', …' : '');
    const messages = roles.map((role, i) => ({ role, content: `${left}\ue000${i}\ue001${right}` }));
    let text: string;
    try {
      const variables = {
        messages,
        tools: null,
        documents: null,
        add_generation_prompt: false,
        ...functions,
        ...this.#variables,
      };
      text = inTime(() => this.#template.render(variables), this.#renderMs);
    } catch (cause) {
      throw new BackendError(
        'rejected',
        `The chat template refuses the roles ${shown}: ${messageOf(cause)}`,
        {
          cause,
        },
      );
    }
    // Every other part is a number.
    const parts = text.split(/\ue000(\d+)\ue001/);
    const numbers = parts.filter((_, at) => at % 2 === 1);
    if (numbers.length !== roles.length || numbers.some((number, i) => number !== String(i))) {
      throw new BackendError(
        'rejected',
        'The chat template changes contents, or writes them not once each in their order, ' +
          `for the roles ${shown}. Choose another template.`,
      );
    }
    return parts.filter((_, at) => at % 2 === 0);
  }
}

/**
 * Whether the pads left and right of each content are still there. A right pad is twice as long as a left
 * one.
 */
function kept(bare: readonly string[], padded: readonly string[], pad: string): [boolean, boolean][] {
  const sides: [boolean, boolean][] = bare.slice(1).map(() => [false, false]);
  bare.forEach((piece, at) => {
    const more = (padded[at] as string).length - piece.length;
    const [before, after] = [more % 2 === 1, more >= 2];
    if (padded[at] !== (after ? pad + pad : '') + piece + (before ? pad : '')) {
      throw new BackendError(
        'rejected',
        'The chat template changes contents by more than the white space around them. ' +
          'Choose another template.',
      );
    }
    const [left, right] = [sides[at - 1], sides[at]];
    if (left !== undefined) left[1] = after;
    if (right !== undefined) right[0] = before;
  });
  return sides;
}
