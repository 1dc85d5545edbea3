/** MATH, in the form of Minerva (Lewkowycz et al. 2022, arXiv 2206.14858): the answer is said once more at the end. */
import { type Form, promptOf, type Shot, textIn, workedShot } from './form.ts';

/** An answer that ends as all must. */
function final(solution: string, answer: string): string {
  return `${solution.trimEnd()}\nFinal Answer: The final answer is $${answer}$. I hope it is correct.`;
}

/** What the last `\boxed{…}` of a solution holds; undefined: there is none that ends. */
function boxed(solution: string): string | undefined {
  const mark = '\\boxed{';
  const start = solution.lastIndexOf(mark) + mark.length;
  if (start < mark.length) return undefined;
  for (let at = start, depth = 1; at < solution.length; at++) {
    if (solution[at] === '\\') at++;
    else if (solution[at] === '{') depth++;
    else if (solution[at] === '}' && --depth === 0) return solution.slice(start, at);
  }
  return undefined;
}

/** A row of the data set: `answer`, or what its `solution` boxes, is said at the end. */
function shotOf(fields: Readonly<Record<string, unknown>>): Shot | undefined {
  const solution = textIn(fields, ['solution']);
  const question = workedShot(fields)?.question;
  const answer = textIn(fields, ['answer']) ?? boxed(solution ?? '');
  if (question === undefined || solution === undefined || answer === undefined) return undefined;
  return { question, answer: final(solution, answer) };
}

export const math: Form = {
  temperature: 0.6,
  topP: 1,
  maxTokens: 512,
  stop: ['\nProblem:'],
  shots: 5,
  instruction:
    'Solve the problem step by step. Then end your answer with this sentence, with your answer in place of ANSWER: ' +
    'Final Answer: The final answer is $ANSWER$. I hope it is correct.',
  question: promptOf,
  ask: (question) => `Problem:\n${question}\n\nSolution:`,
  gap: '\n',
  end: '\n\n',
  shotOf,
  own: [
    {
      question:
        'For which real numbers $x$ is $\\sqrt{2x-6}+\\frac{1}{x-8}$ defined? Write the set as a union of intervals.',
      answer: final(
        'The root needs $2x-6\\ge 0$, which is $x\\ge 3$. The fraction needs $x\\ne 8$. Both hold for ' +
          '$x\\in\\boxed{[3,8)\\cup(8,\\infty)}$.',
        '[3,8)\\cup(8,\\infty)',
      ),
    },
    {
      question: 'What is the remainder when $7^{50}$ is divided by $10$?',
      answer: final(
        'The last digits of $7, 7^2, 7^3, 7^4$ are $7, 9, 3, 1$, and then they repeat. Since $50=4\\cdot 12+2$, the last digit ' +
          'of $7^{50}$ is that of $7^2$, which is $\\boxed{9}$.',
        '9',
      ),
    },
    {
      question:
        'A box holds four red and six blue balls. Two balls are drawn at random without replacement. What is the probability ' +
        'that both are red? Give a common fraction.',
      answer: final(
        'There are $\\binom{10}{2}=45$ equally likely pairs, and $\\binom{4}{2}=6$ of them are red. The probability is ' +
          '$\\frac{6}{45}=\\boxed{\\frac{2}{15}}$.',
        '\\frac{2}{15}',
      ),
    },
    {
      question:
        'The legs of a right triangle have lengths $9$ and $12$. What is the length of the altitude to its hypotenuse?',
      answer: final(
        'The hypotenuse is $\\sqrt{9^2+12^2}=15$. The area is $\\frac12\\cdot 9\\cdot 12=54$, and it is also ' +
          '$\\frac12\\cdot 15\\cdot h$. So $h=\\frac{108}{15}=\\boxed{\\frac{36}{5}}$.',
        '\\frac{36}{5}',
      ),
    },
    {
      question: 'Let $f(x)=x^2+bx+c$ with $f(1)=2$ and $f(3)=12$. What is $f(2)$?',
      answer: final(
        'The two values say\n\\begin{align*}\n1+b+c&=2,\\\\\n9+3b+c&=12.\n\\end{align*}\nSubtracting gives $8+2b=10$, so $b=1$ and ' +
          '$c=0$. Then $f(2)=4+2=\\boxed{6}$.',
        '6',
      ),
    },
  ],
};
