/**
 * YAML of Large Language Monkeys: one file per problem, samples read one at a time.
 *
 * That needs no YAML parser for the whole file. Under a block mapping at the top, a line with a character in its first
 * column begins a new key, or (PyYAML writes so) a new `- ` item of `samples`. Items that are indented all begin at the
 * same column, and everything that belongs to an item is indented more, block scalars and quoted text included. So
 * lines tell items apart, and each item is then parsed as YAML of its own. Files written otherwise are parsed whole.
 */
import { isUtf8 } from 'node:buffer';
import { messageOf } from '@assay/contract';
import { parseDocument, type ScalarTag } from 'yaml';
import type { Entry, Fields } from './entry.ts';
import { Fault } from './fault.ts';
import { isBlank, type Line, splitLines } from './lines.ts';
import { isObject, kindOf } from './values.ts';

/** Most bytes of YAML that are parsed at once: everything but samples, or a file that cannot be streamed. */
const maxWholeBytes = 1 << 26;

/** Scalars stay the texts that they are in the file, all but null. */
const nullTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:null',
  default: true,
  test: /^(?:~|null|Null|NULL|)$/,
  resolve: () => null,
};

export interface LlmonkOptions {
  maxLineBytes: number;
  /** Samples after this many need not be read. */
  limit: number;
}

/**
 * The problem `name` of a YAML file, then its samples.
 * @param open opens the file's bytes; it is called twice, as keys that follow the samples belong to the problem.
 * @throws Fault where the whole file cannot be used.
 */
export async function* readLlmonk(
  open: () => Promise<AsyncIterable<Buffer>>,
  name: string,
  options: LlmonkOptions,
): AsyncGenerator<Entry[]> {
  const outline = await survey(splitLines(await open(), options.maxLineBytes));
  if (outline === undefined) {
    yield [{ line: 1, id: name, fields: await parseWhole(await open()) }];
    return;
  }
  const fields = mapping(outline.rest);
  if (outline.samples === 'empty') fields.samples = [];
  yield [{ line: 1, id: name, fields }];
  if (outline.samples === 'some') yield* readItems(splitLines(await open(), options.maxLineBytes), options);
}

interface Outline {
  /** Everything but the samples. */
  rest: string;
  samples: 'none' | 'empty' | 'some';
}

type Section = 'start' | 'rest' | 'samples';

/** The section that a line is in, given the one before; undefined where lines do not tell. */
function sectionOf(line: Line, before: Section): Section | 'header' | undefined {
  const first = String.fromCharCode(line.bytes[0] ?? 32);
  if (' \t\r#'.includes(first)) return before;
  const text = line.bytes.toString('latin1', 0, 200).trimEnd();
  if (before === 'start' && /^---( *#.*)?$/.test(text)) return before;
  if (/^-(\s|$)/.test(text)) return before === 'start' ? undefined : before;
  if (/^(["']?)samples\1\s*:/.test(text)) {
    return /^(["']?)samples\1\s*:(\s*\[\s*\])?(\s+#.*)?$/.test(text) ? 'header' : undefined;
  }
  return /^[\w"']/.test(text) ? 'rest' : undefined;
}

/** Reads everything but the samples; undefined where samples are not a plain block sequence. */
async function survey(lines: AsyncIterable<Line[]>): Promise<Outline | undefined> {
  const rest: Buffer[] = [];
  let restBytes = 0;
  let section: Section = 'start';
  let samples: Outline['samples'] = 'none';
  let closed = false;
  try {
    for await (const block of lines) {
      for (const line of block) {
        const next = sectionOf(line, section);
        if (next === undefined || (next === 'header' && samples !== 'none')) return undefined;
        if (next === 'header') {
          section = 'samples';
          samples = 'empty';
          closed = line.bytes.includes('[');
        } else if (next === 'samples') {
          if (samples === 'some' || isBlank(line.bytes) || isComment(line)) continue;
          if (closed || dashColumn(line) < 0) return undefined;
          samples = 'some';
        } else {
          section = next;
          restBytes += line.bytes.length + 1;
          if (restBytes > maxWholeBytes || line.tooLong !== undefined) throw tooLarge();
          rest.push(line.bytes, newline);
        }
      }
    }
  } catch (error) {
    // A file that is cut off among its samples: those before the cut are read, then it is reported.
    if (section !== 'samples' || !(error instanceof Fault)) throw error;
  }
  return { rest: decode(Buffer.concat(rest)), samples };
}

/** Each item of `samples` as YAML of its own. */
async function* readItems(lines: AsyncIterable<Line[]>, options: LlmonkOptions): AsyncGenerator<Entry[]> {
  let section: Section = 'start';
  let column = -1;
  let item: Item | undefined;
  let count = 0;
  for await (const block of lines) {
    const entries: Entry[] = [];
    for (const line of block) {
      const next = sectionOf(line, section);
      const inside = next === 'samples';
      section = next === 'header' ? 'samples' : (next ?? 'rest');
      const dash = inside ? dashColumn(line) : -1;
      if (inside && column < 0) column = dash;
      if (item !== undefined && (!inside || dash === column)) {
        entries.push(item.entry());
        item = undefined;
        if (++count >= options.limit) {
          yield entries;
          return;
        }
      }
      if (dash >= 0 && dash === column) item = new Item(line, options.maxLineBytes);
      else if (inside) item?.add(line);
    }
    if (entries.length > 0) yield entries;
  }
  if (item !== undefined) yield [item.entry()];
}

/** One item of `samples`: its lines, as long as they are not too many. */
class Item {
  readonly #line: number;
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(line: Line, maxBytes: number) {
    this.#line = line.number;
    this.#maxBytes = maxBytes;
    this.add(line);
  }

  add({ bytes, ended, tooLong }: Line): void {
    this.#bytes += (tooLong ?? bytes.length) + (ended ? 1 : 0);
    if (this.#bytes > this.#maxBytes) this.#parts = [];
    else this.#parts.push(bytes, ended ? newline : nothing);
  }

  entry(): Entry {
    const line = this.#line;
    try {
      if (this.#bytes > this.#maxBytes) {
        throw new Fault(
          'too_long',
          `the sample has ${this.#bytes} bytes, at most ${this.#maxBytes} are read`,
          'Cut the sample, or raise the limit.',
        );
      }
      const [sample] = load(decode(Buffer.concat(this.#parts))) as unknown[];
      return { line, sample };
    } catch (fault) {
      return { line, sample: fault };
    }
  }
}

const newline = Buffer.from('\n');
const nothing = Buffer.alloc(0);

/** The column of the `- ` that a line begins with, or -1. */
function dashColumn({ bytes }: Line): number {
  let column = 0;
  while (bytes[column] === 32) column++;
  const after = bytes[column + 1];
  const ends = after === undefined || after === 32 || after === 9 || after === 13;
  return bytes[column] === 45 && ends ? column : -1;
}

function isComment({ bytes }: Line): boolean {
  return bytes.find((byte) => byte !== 32 && byte !== 9) === 35;
}

async function parseWhole(chunks: AsyncIterable<Buffer>): Promise<Fields> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxWholeBytes) throw tooLarge();
    parts.push(chunk);
  }
  return mapping(decode(Buffer.concat(parts)));
}

function mapping(yaml: string): Fields {
  const value = load(yaml) ?? {};
  if (!isObject(value)) throw badYaml(`a mapping is expected, not ${kindOf(value)}`);
  return value;
}

function load(yaml: string): unknown {
  try {
    const document = parseDocument(yaml, {
      schema: 'failsafe',
      customTags: (tags) => [...tags, nullTag],
      prettyErrors: false,
    });
    if (document.errors[0] !== undefined) throw document.errors[0];
    return document.toJS();
  } catch (error) {
    // Also aliases that would expand to far more than the file has, and nesting that is too deep.
    throw badYaml(messageOf(error));
  }
}

function decode(bytes: Buffer): string {
  if (!isUtf8(bytes)) {
    throw new Fault('bad_utf8', 'the YAML is not UTF-8', 'Convert the file to UTF-8 (`iconv -t UTF-8`).');
  }
  if (bytes.includes(0)) throw badYaml('the YAML has NUL bytes');
  return bytes.toString('utf8');
}

function badYaml(message: string): Fault {
  return new Fault(
    'invalid_yaml',
    message,
    'Write one mapping per file, with `samples` as a list of texts; `yaml.safe_dump` of PyYAML does.',
  );
}

function tooLarge(): Fault {
  return new Fault(
    'too_large',
    `what cannot be read piece by piece has more than ${maxWholeBytes} bytes`,
    'Write `samples` as a block sequence (`- ` at the beginning of a line for each sample), or use JSON Lines.',
  );
}
