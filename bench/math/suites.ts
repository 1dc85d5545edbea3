/** Labelled pairs from files: which they are, under which conventions their labels were given, how they are fed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What Math-Verify is called with; what is absent has its default. */
export interface PeerOptions {
  readonly match?: readonly ('latex' | 'expr' | 'letters')[];
  readonly boxed_priority?: number;
  readonly float_rounding?: number;
  readonly strict?: boolean;
  readonly allow_set_relation_comp?: boolean;
}

export interface Pair {
  readonly gold: string;
  readonly answer: string;
  /** Whether they are equal; undefined: not labelled. */
  readonly expected: boolean | undefined;
  /** Row of the file, from 0. */
  readonly row: number;
  readonly options: PeerOptions;
}

export interface Suite {
  readonly name: string;
  /** Policy that our verifier is given. */
  readonly preset: string;
  /** Math-Verify gets bare LaTeX between dollars; false: the text as it stands, for its own tests. */
  readonly wrap: boolean;
  readonly pairs: readonly Pair[];
}

interface Source {
  readonly file: string;
  readonly preset?: string;
  readonly wrap?: boolean;
  readonly options?: (note: string) => PeerOptions;
}

const sources: readonly Source[] = [
  { file: 'hardverify_math' },
  { file: 'math_verify_tests', preset: 'math-verify', wrap: false, options: ownOptions },
  { file: 'math_verify_issues' },
  { file: 'lighteval_extractive_match', preset: 'math-verify', wrap: false, options: lightevalOptions },
  { file: 'olympiadbench_scoring_examples' },
  { file: 'nemo_skills_math_equal' },
  { file: 'skythought_math_parsing' },
  { file: 'qwen_math_equal_examples', preset: 'qwen' },
  { file: 'hendrycks_math_equivalence' },
  { file: 'open_instruct_strip_string' },
  { file: 'simple_evals_equality_prompt' },
  { file: 'trainer_reward_tests' },
  { file: 'representative_pairs' },
  { file: 'adversarial' },
  { file: 'real_qwen_math_cot100' },
  { file: 'real_tora_gsm8k' },
];

/** The suites of which there is a file below `data`, and the rows of math_rm_maj that are in none of them. */
export function loadSuites(data: string): Suite[] {
  const suites = sources.flatMap(({ file, preset = 'strict', wrap = true, options = () => ({}) }) => {
    const path = join(data, 'math_cases', `${file}.jsonl`);
    if (!existsSync(path)) return [];
    const pairs = rows<CaseRow>(path).map(({ gold, answer, expected, note }, row) => {
      return { gold, answer, expected: expected ?? undefined, row, options: options(note) };
    });
    return [{ name: file, preset, wrap, pairs }];
  });
  return [...suites, ...responses(data, suites)];
}

interface CaseRow {
  gold: string;
  answer: string;
  expected: boolean | null;
  note: string;
}

interface ResponseRow {
  gt: string;
  code: string[];
  score: boolean[];
}

function responses(data: string, others: readonly Suite[]): Suite[] {
  const path = join(data, 'math_rm_maj/first60.jsonl');
  if (!existsSync(path)) return [];
  const key = (gold: string, answer: string) => JSON.stringify([gold, answer]);
  const known = new Set(others.flatMap(({ pairs }) => pairs.map(({ gold, answer }) => key(gold, answer))));
  const pairs = rows<ResponseRow>(path).flatMap(({ gt, code, score }, row) =>
    code.map((answer, at): Pair => ({ gold: gt, answer, expected: score[at], row, options: {} })),
  );
  const own = pairs.filter(({ gold, answer }) => !known.has(key(gold, answer)));
  return [{ name: 'math_rm_maj', preset: 'strict', wrap: true, pairs: own }];
}

/** Each of Math-Verify's tests has settings of its own. */
function ownOptions(note: string): PeerOptions {
  const fields = fieldsOf(note);
  const priority = fields.get('boxed_priority');
  return {
    match: (fields.get('match') ?? 'latex+expr').split('+') as ('latex' | 'expr')[],
    ...(priority !== undefined && priority !== '-' && { boxed_priority: Number(priority) }),
    float_rounding: Number(fields.get('float_rounding') ?? 6),
    strict: fields.get('strict') !== 'False',
    allow_set_relation_comp: fields.get('allow_set_relation_comp') === 'True',
  };
}

function lightevalOptions(note: string): PeerOptions {
  const match = fieldsOf(note).get('match') ?? '';
  if (match.includes('NativeLetters')) return { match: ['letters'] };
  const kinds = (['latex', 'expr'] as const).filter((kind) => match.includes(kind));
  return kinds.length > 0 ? { match: kinds } : {};
}

function fieldsOf(note: string): Map<string, string> {
  return new Map(
    note.split('; ').map((part): [string, string] => {
      const at = part.indexOf('=');
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  );
}

function rows<T>(path: string): T[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
