import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { AssayError, type ProblemInit } from '@assay/contract';
import { openFewShot } from './few-shot.ts';
import { type FormName, forms } from './forms/index.ts';
import { folder } from './testing/place.ts';

const code = (wanted: string) => (error: unknown) => error instanceof AssayError && error.code === wanted;

const asked = (problem: ProblemInit, form: FormName = 'gsm8k') => [
  { problem: { id: 'p', ...problem }, form },
];

function open(source: string, problem: ProblemInit, form: FormName = 'gsm8k', shots?: number) {
  return openFewShot({ source, shots, seed: 3, asked: asked(problem, form) });
}

describe('exemplars', () => {
  test('of our own are the first of the form', async () => {
    const few = await open('own', { prompt: 'How many?' }, 'gsm8k', 2);
    assert.deepEqual(few.shots('gsm8k', {}), forms.gsm8k.own.slice(0, 2));
    assert.equal(few.name, 'own');
    assert.deepEqual((await open('none', {})).shots('gsm8k', {}), []);
    assert.deepEqual((await open('own', {}, 'gsm8k', 0)).shots('gsm8k', {}), []);
    await assert.rejects(open('own', {}, 'gsm8k', 6), code('few_shot'));
    await assert.rejects(open('own', {}, 'swebench', 1), code('few_shot'));
  });

  test('are drawn from a training file: for each problem others, and always the same', async (t) => {
    const path = join(folder(t), 'train.jsonl');
    const rows = Array.from({ length: 200 }, (_, i) => ({ question: `Q${i}?`, answer: `#### ${i}` }));
    writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const few = await open(path, { prompt: 'How many?' });
    const drawn = (id: string) => few.shots('gsm8k', { id }).map(({ question }) => question);
    assert.equal(new Set(drawn('a')).size, 5);
    assert.deepEqual(drawn('a'), drawn('a'));
    assert.notDeepEqual(drawn('a'), drawn('b'));
    assert.match(few.name, /^[0-9a-f]{64}$/);
    const all = new Set(Array.from({ length: 400 }, (_, i) => drawn(`p${i}`)).flat());
    assert.equal(all.size, 200, 'each row is drawn now and then');
  });

  test('never are a problem that is asked, however it is written', async (t) => {
    const path = join(folder(t), 'train.jsonl');
    const write = (row: object) => writeFileSync(path, `${JSON.stringify(row)}\n`);
    write({ question: 'How  many\neggs?', answer: '#### 4' });
    await assert.rejects(open(path, { prompt: 'how many eggs? ' }, 'gsm8k', 1), code('few_shot_leak'));
    assert.equal((await open(path, { prompt: 'how many legs?' }, 'gsm8k', 1)).shots('gsm8k', {}).length, 1);
    const [own] = forms.math.own;
    await assert.rejects(open('own', { prompt: own?.question ?? '' }, 'math'), code('few_shot_leak'));
    write({
      header: 'import A\n',
      formal_statement: 'theorem one (x : ℕ) : x = x := by sorry',
      proof: ':= by\n  rfl',
    });
    const statement = 'theorem other (x : ℕ) :\n x = x := by';
    const theorem = { name: 'other', header: 'import B\n', statement };
    await assert.rejects(open(path, { theorem }, 'minif2f', 1), code('few_shot_leak'));
  });

  test("are made of each data set's rows", () => {
    assert.deepEqual(forms.math.shotOf({ problem: 'P', solution: 'So it is $\\boxed{\\frac{1}{2}}$.' }), {
      question: 'P',
      answer:
        'So it is $\\boxed{\\frac{1}{2}}$.\nFinal Answer: The final answer is $\\frac{1}{2}$. I hope it is correct.',
    });
    assert.equal(forms.math.shotOf({ problem: 'P', solution: 'nothing is boxed' }), undefined);
    const solutions = { language: [2, 3], solution: ['int main() {}', 'print(1)\n'] };
    assert.deepEqual(forms.codecontests.shotOf({ name: 'n', description: 'D', solutions }), {
      question: 'D',
      answer: '```python\nprint(1)\n```',
    });
    const row = { header: 'H\n', formal_statement: 'theorem t : 1 = 1 := by sorry', proof: 'by\n  rfl\n' };
    assert.deepEqual(forms.minif2f.shotOf(row), {
      question: 'H\ntheorem t : 1 = 1 := by',
      answer: '  rfl\n',
    });
    assert.equal(forms.gsm8k.shotOf({ question: 'Q' }), undefined);
  });
});
