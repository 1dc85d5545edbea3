import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Header } from '../types.ts';
import { parseHeader } from './header.ts';

function parsed(text: string): Header {
  const header = parseHeader(text);
  assert.ok(typeof header !== 'string', String(header));
  return header;
}

describe('parseHeader', () => {
  const usual =
    'import Mathlib\nimport Aesop\n\nset_option maxHeartbeats 0\n\nopen BigOperators Real Nat Topology Rat\n\n';

  it('splits imports from options and opens', () => {
    const header = parsed(usual);
    assert.deepEqual(header.imports, ['Mathlib', 'Aesop']);
    assert.equal(header.rest, usual.slice(usual.indexOf('\n\nset_option')));
    assert.equal(header.maxHeartbeats, 0);
    assert.equal(header.text, usual);
  });

  it('finds imports after a licence, and among comments (K8)', () => {
    const licence = '/-\nCopyright of somebody: import Nothing\n-/\n\n-- import Nothing\n';
    const header = parsed(
      `${licence}import Mathlib.Data.Nat.Basic -- one\n/- two -/ import Aesop\n\nopen Nat\n`,
    );
    assert.deepEqual(header.imports, ['Mathlib.Data.Nat.Basic', 'Aesop']);
    assert.equal(header.rest, '\n\nopen Nat\n');
  });

  it('keeps imports as they were asked for (K9)', () => {
    assert.deepEqual(parsed('import Mathlib.Tactic.Ring\nimport Mathlib.Tactic.Ring').imports, [
      'Mathlib.Tactic.Ring',
      'Mathlib.Tactic.Ring',
    ]);
  });

  it('knows the imports of the module system', () => {
    const header = parsed(
      'module\n\npublic import A.B\nimport all C\nmeta import D\npublic meta import E\nimport all\nopen F',
    );
    assert.deepEqual(header.imports, ['A.B', 'C', 'D', 'E', 'all']);
    assert.equal(header.rest, '\nopen F');
  });

  it('has no imports and no limit where it says nothing', () => {
    assert.deepEqual(parsed(''), { text: '', imports: [], rest: '', maxHeartbeats: undefined });
    assert.equal(parsed('-- nothing\n').rest, '-- nothing\n');
  });

  it('takes the last limit that holds for all', () => {
    assert.equal(
      parsed('set_option maxHeartbeats 400000\nset_option maxHeartbeats 200_000').maxHeartbeats,
      200_000,
    );
    assert.equal(parsed('set_option maxHeartbeats 400000 in\ndef a := 1').maxHeartbeats, undefined);
    assert.equal(parsed('-- set_option maxHeartbeats 0').maxHeartbeats, undefined);
  });

  it('takes definitions that a theorem needs', () => {
    assert.equal(
      typeof parseHeader('import Mathlib\nopen Nat\n@[simp] def f (n : ℕ) := n\nvariable (n : ℕ)'),
      'object',
    );
  });

  it('says what is wrong, and where', () => {
    assert.match(parseHeader('open Nat\nimport Mathlib') as string, /^line 2: imports come before/);
    assert.match(parseHeader('import Mathlib\n/- open') as string, /^line 2: the comment has no end/);
    assert.match(parseHeader('import Mathlib\nfoo bar') as string, /^line 2: `foo` begins no command/);
    assert.match(
      parseHeader('theorem a : True := trivial') as string,
      /^line 1: a theorem is no part of a header/,
    );
    assert.match(parseHeader('open Nat in') as string, /^line 1: `open … in`/);
  });
});
