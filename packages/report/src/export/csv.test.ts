import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { csvLine } from './csv.ts';

describe('csvLine', () => {
  for (const [name, cells, line] of [
    ['plain cells', ['a', 1, true, 0.5, 'é'], 'a,1,true,0.5,é'],
    ['nothing', [null, '', null], ',,'],
    ['what is quoted', ['a,b', 'say "yes"', 'x\ny', 'x\ry'], '"a,b","say ""yes""","x\ny","x\ry"'],
    ['formulas', ['=1+1', '+cmd|x', '@SUM(1)', '-x', '\tx'], "'=1+1,'+cmd|x,'@SUM(1),'-x,'\tx"],
    ['a formula that is quoted, too', ['=HYPERLINK("x","y")'], `"'=HYPERLINK(""x"",""y"")"`],
    ['wide signs', ['＝1', '＠x'], "'＝1,'＠x"],
    ['numbers are none', ['-5', '+.5', '-1e-3', -5], '-5,+.5,-1e-3,-5'],
    ['nearly numbers', ['-5+1', '--5', '-'], "'-5+1,'--5,'-"],
    ['an apostrophe of its own', ["'tis", "'=1", "''=1"], "'tis,''=1,'''=1"],
  ] as const) {
    test(name, () => assert.equal(csvLine(cells), `${line}\r\n`));
  }
});
