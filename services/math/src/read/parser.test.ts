import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { structureOf } from '../expression/index.ts';
import type { Node } from './node.ts';
import { parse } from './parser.ts';
import { tokenize } from './tokens.ts';
import { Unreadable } from './unreadable.ts';

function nodeOf(text: string): Node {
  const { tokens, source } = tokenize(text);
  return parse(tokens, source);
}

function structure(text: string): string {
  const node = nodeOf(text);
  if (node.kind !== 'value') throw new Error(`${text} is a ${node.kind}`);
  return structureOf(node.value);
}

describe('parse', () => {
  test('precedence: the same tree as with all brackets', () => {
    const table: [written: string, meant: string][] = [
      ['-2^2', '-(2^2)'],
      ['2^3^2', '2^(3^2)'],
      ['2^{3^2}', '2^(3^2)'],
      ['a-b-c', 'a-b-c'],
      ['a/b/c', '(a/b)/c'],
      ['1/2x', '(1/2)*x'],
      ['6/2(1+2)', '(6/2)*(1+2)'],
      ['x^10', 'x^{10}'],
      ['\\frac12', '\\frac{1}{2}'],
      ['\\frac 1 2', '\\frac{1}{2}'],
      ['\\sqrt2x', '\\sqrt{2}*x'],
      ['\\sqrt[3]{x}', '\\sqrt[3]x'],
      ['\\sin^2 x', '(\\sin x)^2'],
      ['\\sin x^2', '\\sin(x^2)'],
      ['\\sin 2x', '\\sin(2x)'],
      ['\\sin x\\cos y', '\\sin(x)*\\cos(y)'],
      ['\\sin^{-1} x', '\\arcsin x'],
      ['\\log_2 8', '\\log_{2}(8)'],
      ['n!', '(n)!'],
      ['2n!', '2*(n!)'],
      ['v^2_0', 'v_0^2'],
      ['|x|y', '\\left|x\\right|*y'],
      ['2|x|', '2*|x|'],
    ];
    for (const [written, meant] of table) assert.equal(structure(written), structure(meant), written);
  });

  test('mixed numbers are sums, all other neighbours products', () => {
    assert.equal(structure('2\\frac{1}{3}'), structure('2+\\frac{1}{3}'));
    assert.equal(structure('2\\frac13'), structure('2+\\frac{1}{3}'));
    assert.equal(structure('2 1/3'), structure('2+1/3'));
    for (const part of [
      '\\frac{x}{3}',
      '\\frac{ab}{3}',
      '\\frac{5}{3}',
      '\\frac{1}{3+x}',
      '\\frac{\\sqrt2}{3}',
    ]) {
      assert.equal(structure(`2${part}`), structure(`2*${part}`), part);
    }
  });

  test('a letter before a bracket is a function where it is named like one', () => {
    assert.notEqual(structure('f(x+1)'), structure('f*(x+1)'));
    assert.notEqual(structure('f(x+1)'), structure('f(x)+1'));
    assert.equal(structure('x(x+1)'), structure('x*(x+1)'));
    assert.equal(structure('a(b+c)'), structure('a*(b+c)'));
  });

  test('kinds', () => {
    const table: Record<string, Node['kind']> = {
      '1, 2': 'list',
      '1 and 2': 'list',
      '(1, 2)': 'tuple',
      '[1, 2)': 'tuple',
      '\\{1, 2\\}': 'set',
      '\\emptyset': 'set',
      '\\{x \\mid x > 1\\}': 'builder',
      '(0,1) \\cup (2,3)': 'operation',
      'x = 1': 'chain',
      '0 < x \\le 1': 'chain',
      '\\begin{pmatrix} 1 & 2 \\end{pmatrix}': 'matrix',
      '1 : 2': 'ratio',
      '101_2': 'based',
      '\\mathbb{R}': 'numbers',
      '5 cm': 'quantity',
      '2k where k is an integer': 'noted',
    };
    for (const [text, kind] of Object.entries(table)) assert.equal(nodeOf(text).kind, kind, text);
  });

  test('what cannot be read whole is not read at all', () => {
    const damaged = [
      '1 +',
      '(1',
      '1)',
      '\\frac{1}',
      '|x',
      'x = ',
      '< 5',
      '1 2',
      '204_1',
      '29_8',
      'green apples',
      '5 + apples',
      '0.123...',
      '1. 2',
      '\\foo{1}',
      '',
    ];
    for (const text of damaged) assert.throws(() => nodeOf(text), Unreadable, text);
  });

  test('depth is bounded, whatever nests', () => {
    const around = (open: string, inner: string, close: string) =>
      open.repeat(5_000) + inner + close.repeat(5_000);
    const deep = [
      around('(', '1', ')'), around('{', '1', '}'), around('\\{', '1', '\\}'), around('\\sqrt{', '2', '}'), around('2^{', '2', '}'),
      around('|x', '', '|'), '2^'.repeat(3_000), '1/'.repeat(3_000), 'x!'.repeat(3_000), `x${'! '.repeat(3_000)}`, '5°'.repeat(2_000),
      `5${'%'.repeat(3_000)}`, `x^${'-'.repeat(5_000)}1`, '1\\frac'.repeat(2_000), '\\sin'.repeat(2_000), '€'.repeat(5_000), 'x⇒'.repeat(3_000),
    ]; // biome-ignore format: a list
    for (const text of deep) assert.throws(() => nodeOf(text), Unreadable, text.slice(0, 20));
  });

  test('nothing is read twice at each level', () => {
    const depth = 18;
    const start = performance.now();
    nodeOf(`${'2\\frac{'.repeat(depth)}x${'}{3}'.repeat(depth)}`);
    assert.ok(performance.now() - start < 1_000);
  });
});
