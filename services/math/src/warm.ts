/** What an isolate judges before the first candidate comes, so that its code is compiled by then. */
import type { Head } from './inside.ts';
import type { Batch } from './messages.ts';

const golds = [
  '\\frac{3}{4}',
  '2\\sqrt{3}+1',
  'x^2-2x+1',
  '(1, 2)',
  '[0, \\infty)',
  '\\{1,2,3\\}',
  'x = 5',
  '\\pi r^2',
];

const answers = [
  ...golds,
  '0.75',
  '75\\%',
  '(x-1)^2',
  '1 < x \\le 3',
  '\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}',
  '12\\text{ cm}',
  '\\sin^2 x + \\cos^2 x',
  '1,234',
  '3 \\cdot 10^{5}',
  '\\frac{\\sqrt{5}-1}{2} \\text{ or } -1',
];

const written = ['\\boxed{#}', 'The answer is $#$.', '#', 'So we get **Answer:** #', '#### #'];

/** One batch for each of some reference answers. */
export const warmUp: readonly Batch[] = golds.map((gold) => ({
  head: JSON.stringify({ gold, policy: '' } satisfies Head),
  items: answers.flatMap((answer) => written.map((text) => text.replace('#', () => answer))),
}));
