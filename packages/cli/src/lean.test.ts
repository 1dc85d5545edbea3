/** `assay lean` as far as it goes without Lean. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { assay, scratch } from './testing/cli.ts';

/** A folder with proofs, statements and files of problems. */
function workplace(t: TestContext): string {
  const folder = scratch(t);
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const rows = (...list: object[]) => list.map((row) => `${JSON.stringify(row)}\n`).join('');
  write('proof.lean', '  exact ⟨h.right, h.left⟩\n');
  write('answer.md', 'So:\n\n```lean4\n  exact ⟨h.right, h.left⟩\n```\n');
  write('weaker.lean', 'theorem swap (p q : Prop) (h : q ∧ p) : q ∧ p := by\n  exact h\n');
  write('axiom.lean', '  exact ⟨h.right, h.left⟩\n\naxiom more : False\n');
  write('statement.lean', 'open Nat\n\ntheorem swap (p q : Prop) (h : p ∧ q) : q ∧ p := by\n  sorry\n');
  write('header.lean', 'set_option maxRecDepth 1000');
  const theorem = 'theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p := by\n';
  write('theorems.jsonl', rows({ id: 'swap', theorem }, { id: 'other', theorem }));
  write('broken.jsonl', rows({ id: 'broken', theorem, header: 'theorem h : 1 = 1 := rfl' }));
  write('math.jsonl', rows({ id: 'm', gold: '4' }));
  return folder;
}

const byProblem = (proof: string, ...more: string[]) => [proof, '--problem', 'theorems.jsonl', ...more];
const byStatement = (proof: string, ...more: string[]) => [proof, '--statement', 'statement.lean', ...more];

describe('assay lean, without Lean', { concurrency: 3 }, () => {
  const wrong: [args: string[], stderr: RegExp][] = [
    [[], /missing required argument 'proof'/],
    [['proof.lean'], /Nothing says what is to be proved\.\n {2}Give --problem FILE or --statement FILE/],
    [byProblem('proof.lean', '--statement', 'statement.lean'), /cannot be used with option '--problem/],
    [byStatement('proof.lean', '--id', 'swap'), /--id means nothing without --problem\./],
    [byProblem('proof.lean', '--header', 'header.lean'), /--header means nothing without --statement\./],
    [byProblem('proof.lean', '--independent', 'some'), /Allowed choices are none, first, all/],
    [byProblem('proof.lean', '--time-limit', '0'), /Give seconds, such as 2 or 0\.5/],
    [byProblem('proof.lean', '--check-only', '--toolchain', 'x'), /cannot be used with option '--toolchain/],
    [['-', '--problem', '-'], /Standard input can be only one of the files/],
    [byProblem('none.lean'), /Cannot read none\.lean: ENOENT/],
    [['proof.lean', '--problem', 'none.jsonl'], /error \[no_such_file\]/],
    [['proof.lean', '--statement', 'none.lean'], /error \[no_such_file\]/],
    [['proof.lean', '--statement', 'header.lean'], /header\.lean has no problem\..*\n.*has no theorem/],
    [byStatement('proof.lean', '--header', 'none.lean'), /Cannot read none\.lean: ENOENT/],
    [['proof.lean', '--problem', 'math.jsonl'], /The problem m has no theorem\./],
    [byProblem('proof.lean', '--id', 'x'), /has no problem "x"\.\n {2}It has swap, other\./],
  ];
  for (const [args, stderr] of wrong) {
    test(`wrong usage: assay lean ${args.join(' ')}`, async (t) => {
      const outcome = await assay(['lean', ...args], workplace(t));
      assert.match(outcome.stderr, stderr);
      assert.doesNotMatch(outcome.stderr, /\n {4}at /, 'no stack');
      assert.deepEqual([outcome.code, outcome.stdout], [2, '']);
    });
  }

  const looks: [args: string[], code: number, stdout: RegExp][] = [
    [byProblem('proof.lean'), 0, /^theorem {2}swap\nproof {4}.*proof alone\n\ncan be checked: /],
    [byProblem('answer.md', '--id', 'other'), 0, /^theorem {2}other\nproof {4}the only fence/],
    [byStatement('proof.lean', '--header', 'header.lean'), 0, /^theorem {2}swap\n.*\n\ncan be checked: /],
    [byProblem('weaker.lean'), 1, /\n\nnot proved \(statement_changed\): line 1: /],
    [byProblem('axiom.lean'), 1, /\n\nnot proved \(shape_refused\): line 3: `axiom` /],
    [['proof.lean', '--problem', 'broken.jsonl'], 3, /\n\nnot judged \(bad_problem\): header: line 1: /],
  ];
  for (const [args, code, stdout] of looks) {
    test(`assay lean ${args.join(' ')} --check-only`, async (t) => {
      const outcome = await assay(['lean', ...args, '--check-only'], workplace(t), { PATH: '/nowhere' });
      assert.match(outcome.stdout, stdout);
      assert.deepEqual([outcome.code, outcome.stderr], [code, '']);
    });
  }

  test('--check-only --json: what was found, and where', async (t) => {
    const { code, stdout } = await assay(
      ['lean', ...byProblem('axiom.lean'), '--check-only', '--json'],
      workplace(t),
    );
    const { message, ...told } = JSON.parse(stdout);
    assert.deepEqual(told, { problem: 'swap', status: 'INCORRECT', reason: 'shape_refused' });
    assert.match(message, /^line 3: /);
    assert.equal(code, 1);
  });

  /** Where there is certainly no Lean. */
  const nowhere = (folder: string): NodeJS.ProcessEnv => ({
    ...Object.fromEntries(
      Object.keys(process.env).flatMap((name) =>
        /^(ASSAY_LEAN|ELAN)/.test(name) ? [[name, undefined]] : [],
      ),
    ),
    PATH: '/nowhere',
    HOME: folder,
  });

  test('no verdict without a Lean, and how to get one', async (t) => {
    const folder = workplace(t);
    for (const args of [
      ['lean', ...byProblem('proof.lean')],
      ['run', 'theorems.jsonl', '--verifier', 'lean'],
    ]) {
      const { code, stdout, stderr } = await assay(args, folder, nowhere(folder));
      assert.match(stderr, /^error \[no_lean\]: .*\n {2}.*ASSAY_LEAN/);
      assert.deepEqual([code, stdout], [args[0] === 'lean' ? 3 : 1, '']);
    }
  });
});
