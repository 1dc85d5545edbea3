/** The exact prompts of each data set: whoever changes one changes what is measured. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ProblemInit } from '@assay/contract';
import type { Api, Form, Shot } from './forms/form.ts';
import { type FormName, formOf, forms } from './forms/index.ts';
import { buildPrompt, type Message } from './prompt.ts';

const shot = { question: 'QUESTION', answer: 'ANSWER' };
const two: readonly Shot[] = [shot, { question: 'OTHER', answer: 'SECOND' }];

function bodyOf(
  form: FormName,
  problem: ProblemInit,
  shots: readonly Shot[] = two,
  api: Api = 'completions',
) {
  return buildPrompt(forms[form], problem, shots, api)?.body;
}

const theorem = {
  name: 'mathd_algebra_1',
  header: 'import Mathlib\n\n',
  statement: 'theorem mathd_algebra_1 (x : ℝ) (h₀ : x = 1) :\n    x + 1 = 2 := by\n',
};

describe('a completion prompt', () => {
  test('of MBPP: its tests tell what the function is called', () => {
    const programTests = { testCode: '\nimport re\nassert f(1) == 2\n' };
    assert.deepEqual(bodyOf('plain', { prompt: 'Add one.', programTests }, []), {
      prompt: 'Add one.\nYour code should pass these tests:\n\nimport re\nassert f(1) == 2\n',
    });
    const humaneval = { prefix: 'def f():\n', testCode: 'def check(f): pass', entryPoint: 'f' };
    assert.deepEqual(bodyOf('plain', { prompt: 'def f():\n', programTests: humaneval }, []), {
      prompt: 'def f():\n',
    });
  });

  test('of GSM8K', () => {
    assert.deepEqual(bodyOf('gsm8k', { prompt: 'How many?' }), {
      prompt:
        'Question: QUESTION\nAnswer: ANSWER\n\nQuestion: OTHER\nAnswer: SECOND\n\nQuestion: How many?\nAnswer:',
    });
  });

  test('of MATH', () => {
    assert.deepEqual(bodyOf('math', { prompt: 'What is $1+1$?' }, [shot]), {
      prompt: 'Problem:\nQUESTION\n\nSolution:\nANSWER\n\nProblem:\nWhat is $1+1$?\n\nSolution:',
    });
  });

  test('of MiniF2F: the theorem has no name of its own, and the fence is open', () => {
    const ask = 'Complete this proof in Lean 4. All of Mathlib may be used.\n```lean4\n';
    const body = bodyOf('minif2f', { prompt: 'in words', theorem }, [
      { question: 'STATEMENT := by', answer: '  rfl\n' },
    ]);
    assert.deepEqual(body, {
      prompt:
        `${ask}STATEMENT := by\n  rfl\n\`\`\`\n\n` +
        `${ask}import Mathlib\n\ntheorem problem (x : ℝ) (h₀ : x = 1) :\n    x + 1 = 2 := by\n`,
    });
  });

  test('of MiniF2F where the statement ends in `:=`: what was begun goes with the sample', () => {
    const bare = { ...theorem, statement: 'theorem mathd_algebra_1 : 1 + 1 = 2 :=' };
    const prompt = buildPrompt(forms.minif2f, { theorem: bare }, [], 'completions');
    assert.ok(
      'prompt' in (prompt?.body ?? {}) && JSON.stringify(prompt?.body).endsWith('1 + 1 = 2 := by\\n"}'),
    );
    assert.equal(prompt?.lead, 'by\n');
    assert.equal(buildPrompt(forms.minif2f, { theorem }, [], 'completions')?.lead, '');
  });

  test('of CodeContests', () => {
    const ask =
      'Q: Solve this problem with a Python 3 program that reads standard input and writes standard output. Put the ' +
      'program in a fence of back ticks.\n';
    assert.deepEqual(bodyOf('codecontests', { prompt: 'Print a + b.\n' }, [shot]), {
      prompt: `${ask}QUESTION\nA: ANSWER\n\n${ask}Print a + b.\nA:`,
    });
  });

  test('of SWE-bench: the issue alone', () => {
    const repositoryPatch = { repo: 'a/b', baseCommit: '0123' };
    assert.deepEqual(bodyOf('swebench', { prompt: 'It breaks.\n', repositoryPatch }, []), {
      prompt:
        'Repository: a/b\nCommit: 0123\n\nIssue:\nIt breaks.\n\n' +
        'A patch that resolves the issue, as `git diff` writes it:\n```diff\n',
    });
  });

  test('is the prompt as it is, elsewhere', () => {
    assert.deepEqual(bodyOf('plain', { prompt: 'def two():\n' }, []), { prompt: 'def two():\n' });
    assert.equal(bodyOf('plain', { prompt: ' \n' }, []), undefined);
  });
});

describe('a chat prompt', () => {
  test('has the instruction, exemplars as turns, and the question', () => {
    const { instruction } = forms.gsm8k;
    assert.deepEqual(bodyOf('gsm8k', { prompt: 'How many?' }, [shot], 'chat'), {
      messages: [
        { role: 'system', content: instruction },
        { role: 'user', content: 'QUESTION' },
        { role: 'assistant', content: 'ANSWER' },
        { role: 'user', content: 'How many?' },
      ],
    });
    assert.deepEqual(bodyOf('plain', { prompt: 'Hm?' }, [], 'chat'), {
      messages: [{ role: 'user', content: 'Hm?' }],
    });
  });

  test('keeps the name of a theorem, and shows proofs in fences', () => {
    const body = bodyOf('minif2f', { theorem }, [{ question: 'STATEMENT', answer: '  rfl\n' }], 'chat');
    const [, , answer, question] = (body as { messages: readonly Message[] }).messages;
    assert.equal(answer?.content, '```lean4\n  rfl\n```');
    assert.equal(question?.content, theorem.header + theorem.statement.trimEnd());
  });
});

test("the paper's settings (arXiv 2407.21787, v3)", () => {
  const table = Object.entries(forms as Record<string, Form>).map(
    ([name, { temperature, topP, shots, maxTokens }]) => [name, temperature, topP, shots, maxTokens],
  );
  assert.deepEqual(table.slice(0, 4), [
    ['gsm8k', 0.6, 1, 5, 512],
    ['math', 0.6, 1, 5, 512],
    ['minif2f', 0.5, 1, 5, 200],
    ['codecontests', 0.6, 0.95, 2, 1024],
  ]);
  assert.equal(forms.swebench.temperature, 1.6);
});

test('each form has exemplars of our own, answered as its verifier reads them', () => {
  const marks: Partial<Record<FormName, RegExp>> = {
    gsm8k: /\n#### \d+$/,
    math: /\\boxed\{(.+)\}.*\nFinal Answer: The final answer is \$\1\$\. I hope it is correct\.$/s,
    minif2f: /^ {2}\S[^`]*\n$/,
    codecontests: /^```python\n[^`]+\n```$/,
  };
  for (const [name, mark] of Object.entries(marks)) {
    const { own, shots } = forms[name as FormName];
    assert.equal(own.length, shots, name);
    for (const { answer } of own) assert.match(answer, mark);
  }
});

test('the sums in the exemplars of GSM8K are right', () => {
  for (const { answer } of forms.gsm8k.own) {
    const sums = [...answer.matchAll(/<<([\d*+\-/.]+)=([\d.]+)>>/g)];
    assert.ok(sums.length > 1);
    for (const [, terms = '', result] of sums) {
      const parts = /^(\d+)([-+*/])(\d+)(?:([-+*/])(\d+))?$/.exec(terms);
      assert.ok(parts, terms);
      const [, a, first, b, second, c] = parts;
      const apply = (x: number, sign: string, y: number) =>
        sign === '+' ? x + y : sign === '-' ? x - y : sign === '*' ? x * y : x / y;
      const value =
        second === undefined
          ? apply(Number(a), first as string, Number(b))
          : apply(Number(a), first as string, apply(Number(b), second, Number(c)));
      assert.equal(value, Number(result), terms);
    }
    assert.equal(answer.split('#### ')[1], sums.at(-1)?.[2]);
  }
});

test('the form follows from the data set and from what judges', () => {
  const forms = [
    { dataset: 'gsm8k', mathAnswer: { gold: '4' } },
    { dataset: 'gsm8k-test', mathAnswer: { gold: '4' } },
    { dataset: 'math500', mathAnswer: { gold: '4' } },
    { dataset: 'minif2f', theorem },
    { dataset: 'codecontests', programTests: { tests: [] } },
    { dataset: 'mine', programTests: { tests: [], language: 'cpp' } },
    { dataset: 'humaneval', programTests: { testCode: 'x', prefix: 'def', language: 'python3' } },
    { dataset: 'swebench', repositoryPatch: {} },
    { dataset: 'mine', custom: { kind: 'mine' } },
  ].map((problem) => formOf(problem));
  assert.deepEqual(forms, [
    ...([
      'gsm8k',
      'gsm8k',
      'math',
      'minif2f',
      'codecontests',
      'plain',
      'plain',
      'swebench',
      'plain',
    ] as const),
  ]);
});
