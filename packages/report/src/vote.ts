/** Where the vote fails, and of what: the lines below a verifier's rates. */
import { number, oneLine, percent, table } from './format.ts';
import type { ClassResults, ProblemResults, VerifierResults } from './report.ts';

/** Problems that the terminal shows of each sort. */
const shown = 5;

/** How the vote of all candidates went, and the problems on whose wrong answers most candidates agree. */
export function voteLines({ perProblem }: VerifierResults): string[] {
  const voting = perProblem.filter(({ vote }) => vote !== null);
  if (voting.length === 0) return [];
  const wrong = voting.filter(({ vote }) => vote?.success === 0);
  const right = voting.filter(({ vote }) => vote?.success === 1).length;
  const mixed = voting.length - right - wrong.length;
  const solved = wrong.filter(({ correct }) => correct > 0).length;
  const parts = [`right in ${number(right)} of ${number(voting.length)} problems`];
  if (mixed > 0) parts.push(`a matter of chance in ${number(mixed)}`);
  if (wrong.length > 0) {
    parts.push(`wrong in ${number(wrong.length)} (${number(solved)} of them with a correct candidate)`);
  }
  const lines = [`  vote of all candidates: ${parts.join(', ')}`];
  const worst = voting
    .filter(({ vote }) => (vote?.success ?? 1) < 1)
    .sort((a, b) => share(b) - share(a))
    .slice(0, shown);
  if (worst.length === 0) return lines;
  const rows = worst.map((problem) => {
    const { id, largest } = problem;
    const wrong = largest.find(({ correct }) => correct === 0) ?? largest[0];
    const right = largest.find(({ correct }) => correct > 0);
    return [oneLine(id, 24), ...cells(problem, wrong), ...cells(problem, right)];
  });
  const tied = worst.some(({ vote }) => vote !== null && vote.tied > 1);
  return [
    ...lines,
    '',
    ...table(['problem', 'most frequent wrong answer', 'votes', 'correct answer', 'votes'], rows, 5),
    `  ${tied ? '=: as many votes as another class; ' : ''}all classes of a problem: assay report RUN --problem ID`,
  ];
}

const share = ({ largest }: ProblemResults) => largest[0]?.share ?? 0;

function cells({ vote, largest }: ProblemResults, one: ClassResults | undefined): [string, string] {
  if (one === undefined) return ['(none)', ''];
  const tied = vote !== null && vote.tied > 1 && one.count === largest[0]?.count;
  return [oneLine(one.answer, 24), `${number(one.count)} (${percent(one.share, 0)})${tied ? ' =' : ''}`];
}

/** Why verdicts are missing: the reasons, the problems that cannot be judged first. */
export function errorLines({ perProblem }: VerifierResults): string[] {
  const all = perProblem.flatMap(({ id, errors }) => errors.map((error) => ({ id, ...error })));
  const rank = ({ reason }: (typeof all)[number]) => (reason === 'bad_problem' ? 0 : 1);
  const lines = all
    .sort((a, b) => rank(a) - rank(b) || b.count - a.count)
    .slice(0, shown)
    .map(
      ({ id, reason, message, count }) =>
        `  ${reason} × ${number(count)} in problem ${oneLine(id, 40)}: ${oneLine(message)}`,
    );
  const more = all.length - lines.length;
  return more > 0 ? [...lines, `  … and ${number(more)} more such lines (--json has them)`] : lines;
}
