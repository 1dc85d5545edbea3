/** The answer classes of one problem: counted all, kept by name only the few that tell most. */
import { type Plurality, pluralityOf } from '@assay/statistics';
import type { ClassTally, ErrorTally } from '@assay/store';
import type { ClassResults, ErrorResults } from './report.ts';

/** Most characters of each text that a report quotes. */
const maxText = 200;

/** Most reasons for which verdicts of one problem are missing, in a report. */
const maxErrors = 10;

/** Classes that a whole report names, as far as `fewest` for every problem allows. */
const inTotal = 20_000;
const [fewest, most] = [3, 20];

/** Classes to name of each problem of a run: with many problems fewer, so that the report stays small. */
export function classesPerProblem(problems: number): number {
  return Math.max(fewest, Math.min(most, Math.floor(inTotal / Math.max(1, problems))));
}

type NamedClass = Omit<ClassResults, 'share'>;

/** What one verifier said of one problem, class by class. Memory: two numbers a class, and `limit` names. */
export class Classes {
  /** A `ClassTable` of @assay/statistics. */
  readonly counts: number[] = [];
  readonly correct: number[] = [];
  abstaining = 0;
  readonly errors: ErrorResults[] = [];
  readonly #limit: number;
  /** Largest first. */
  readonly #largest: NamedClass[] = [];
  #rightest: NamedClass | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add({ answerClass, answer, count, correct }: ClassTally): void {
    if (answerClass === '') {
      this.abstaining += count;
      return;
    }
    this.counts.push(count);
    this.correct.push(correct);
    const last = this.#largest.at(-1);
    const named = this.#largest.length < this.#limit || count > (last?.count ?? 0);
    const right = correct > 0 && count > (this.#rightest?.count ?? 0);
    if (!named && !right) return;
    const entry = { answerClass: shorten(answerClass), answer: shorten(answer), count, correct };
    if (right) this.#rightest = entry;
    if (!named) return;
    // Behind its equals: classes come in their own order, so that the same ones are always first.
    const behind = this.#largest.findIndex((other) => other.count < count);
    this.#largest.splice(behind < 0 ? this.#largest.length : behind, 0, entry);
    if (this.#largest.length > this.#limit) this.#largest.pop();
  }

  addError({ reason, message, count }: ErrorTally): void {
    if (this.errors.length < maxErrors) this.errors.push({ reason, message: shorten(message), count });
  }

  /** Candidates with a verdict CORRECT or INCORRECT. */
  get judged(): number {
    return this.counts.reduce((n, count) => n + count, this.abstaining);
  }

  get top(): NamedClass | null {
    return this.#largest[0] ?? null;
  }

  /** The largest classes, and the largest with a correct candidate where that is none of them. */
  get largest(): ClassResults[] {
    const rightest = this.#rightest;
    const listed =
      rightest === undefined || this.#largest.includes(rightest)
        ? this.#largest
        : [...this.#largest, rightest];
    const { judged } = this;
    return listed.map((one) => ({ ...one, share: one.count / judged }));
  }

  get vote(): Plurality | null {
    return pluralityOf(this) ?? null;
  }
}

/** At most `maxText` characters, well-formed: the cut may be inside of one. */
function shorten(text: string): string {
  return (text.length <= maxText ? text : `${text.slice(0, maxText - 1)}…`).toWellFormed();
}
