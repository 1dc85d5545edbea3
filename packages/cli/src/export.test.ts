import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { Verdict } from '@assay/contract';
import { readTableRows } from '@assay/datasets';
import {
  buildReport,
  type CountTable,
  exportBytes,
  exportFormats,
  type ReportTableName,
  reportTables,
  storeTables,
  tableOfReport,
} from '@assay/report';
import { openSqliteStore } from '@assay/store';
import { openCountTables, openScoreTables } from './tables.ts';
import { assay, scratch } from './testing/cli.ts';
import { writeWhole } from './write-whole.ts';

/** Texts of candidates who wish spreadsheets, readers and terminals ill. */
const hostile = [
  '=1+1',
  '-5',
  '"',
  'a,b\r\nc',
  "'=x",
  '\u0000',
  'é𝕏',
  '  ',
  "''@",
  '+',
  ';',
  '\t',
  "'",
  '＝',
];

/** A store with a run `r`: an oracle and two selectors on 3 problems of `candidates` each, one without any tokens. */
async function storeOf(t: TestContext, candidates = hostile.length) {
  const folder = scratch(t);
  const store = openSqliteStore(join(folder, 's.db'));
  const verifiers = ['oracle', 'rm', '=b'];
  await store.openRun({ id: 'r', verifiers, earlyStop: false, maxAttempts: 0, labels: { model: '=m' } });
  for (const id of ['p1', '=p2', 'a "quoted", one']) {
    const about = { id, dataset: 'd', promptTokens: 11 };
    const problem = await store.putProblem('r', about, createHash('sha256').update(id).digest('hex'));
    const rows = verifiers.flatMap((_, verifier) =>
      Array.from({ length: candidates }, (_, candidate) => {
        const text = hostile[candidate % hostile.length] as string;
        const key = `${id}/${verifier}/${candidate}`;
        const verdict = verdictOf(verifier, candidate, text);
        return {
          ...{ problem, verifier, candidate, tokens: 7, source: 'JUDGED' as const },
          judgement: { key, verdict, replica: 'r:1', attempts: 1 },
        };
      }),
    );
    await store.commit(rows);
  }
  await store.close();
  return { folder, store: join(folder, 's.db') };
}

function verdictOf(verifier: number, candidate: number, text: string): Verdict {
  const none = { index: candidate, reason: '', message: text, answer: '', answerClass: '', retryable: false };
  const plain = { ...none, parts: [], times: { queueUs: 1, serviceUs: 2, cpuUs: 3 } };
  if (verifier > 0) {
    return { ...plain, status: 'SCORED', score: candidate / 8 - verifier, _score: 'score' };
  }
  const status = (['CORRECT', 'INCORRECT', 'ERROR'] as const)[candidate % 3] as 'CORRECT';
  const parts = [
    { name: text, status, reason: '', message: '', times: null, example: false, run: null } as never,
  ];
  return { ...plain, status, reason: 'undecided', answer: text, answerClass: text, parts };
}

async function exported(folder: string, what: string, file: string) {
  const { code, stderr } = await assay(
    ['export', 'r', '--what', what, '--out', file, '--store', 's.db'],
    folder,
  );
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^[\d,]+ rows in /);
  return join(folder, file);
}

const rowsOf = async (path: string) =>
  (await Array.fromAsync(readTableRows([path]))).map(({ fields, texts }) => ({ fields, texts }));

/** As far as CSV can tell: cells as texts, without the difference of empty and missing. */
const asTexts = (fields: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value == null || value === '' ? null : String(value),
    ]),
  );

describe('assay export', { concurrency: 2 }, () => {
  test('what the help lists is what there is', async (t) => {
    const { stdout } = await assay(['export', '--help'], scratch(t));
    for (const name of Object.keys({ ...storeTables, ...reportTables })) {
      assert.match(stdout, new RegExp(`^  ${name} +a(n)? |^  ${name} +two `, 'm'));
    }
    assert.match(stdout, /choices: "counts"/);
  });

  test('counts are read back as a table, in every format', async (t) => {
    const { folder, store } = await storeOf(t);
    const [expected] = await openCountTables(['r'], { store });
    assert.deepEqual([expected?.problems.length, expected?.c, expected?.missing], [3, [5, 5, 5], [4, 4, 4]]);
    for (const format of exportFormats) {
      const path = await exported(folder, 'counts', `counts.${format}`);
      const [table] = await openCountTables([path], { store });
      const { run, ...same } = expected as CountTable;
      assert.equal(run, 'r');
      assert.deepEqual(table, { ...same, name: 'counts' });
    }
  });

  test('scores of candidates are read back as a table, in every format', async (t) => {
    const { folder, store } = await storeOf(t);
    const plain = async (arg: string) => {
      const { selectors, problems } = await openScoreTables([arg], { store });
      return {
        selectors,
        problems: problems.map(({ correct, classes = [], scores }) => ({
          correct: Array.from(correct),
          classes: Array.from(classes),
          scores: scores.map((each) => Array.from(each)),
        })),
      };
    };
    const expected = await plain('r');
    assert.deepEqual(expected.selectors, ['rm', '=b']);
    for (const format of exportFormats) {
      assert.deepEqual(await plain(await exported(folder, 'candidates', `c.${format}`)), expected);
    }
  });

  test('verdicts: every cell comes back from every format', async (t) => {
    const { folder } = await storeOf(t);
    const jsonl = await rowsOf(await exported(folder, 'verdicts', 'v.jsonl'));
    assert.equal(jsonl.length, 3 * 3 * hostile.length);
    assert.deepEqual(
      jsonl.slice(0, hostile.length).map(({ fields }) => fields.answer),
      hostile,
    );
    const parquet = await rowsOf(await exported(folder, 'verdicts', 'v.parquet'));
    const csv = await rowsOf(await exported(folder, 'verdicts', 'v.csv'));
    for (const [i, { fields }] of jsonl.entries()) {
      assert.deepEqual(asTexts(parquet[i]?.fields ?? {}), asTexts(fields));
      assert.deepEqual(csv[i]?.fields, asTexts(fields));
    }
    const { parts, score, service_us } = jsonl[0]?.fields ?? {};
    assert.deepEqual([JSON.parse(String(parts))[0].name, score, service_us], ['=1+1', null, 2]);
    assert.ok(!readFileSync(join(folder, 'v.csv'), 'utf8').includes(',=1+1'));
  });

  test('every table is written in every format, with its columns', async (t) => {
    const { folder, store: path } = await storeOf(t);
    const store = openSqliteStore(path);
    const report = await buildReport(store, 'r').finally(() => store.close());
    for (const what of Object.keys(reportTables) as ReportTableName[]) {
      const rows = await Promise.all(
        exportFormats.map(async (format) => {
          const path = join(folder, `${what}.${format}`);
          await writeWhole(path, exportBytes(tableOfReport(report, what), format));
          // A file without rows has its columns all the same.
          return rowsOf(path).catch((error: { code: string }) => {
            assert.equal(error.code, 'empty_file');
            return [];
          });
        }),
      );
      const [csv = [], jsonl = [], parquet = []] = rows;
      assert.deepEqual(
        csv.map(({ fields }) => fields),
        jsonl.map(({ fields }) => asTexts(fields)),
      );
      assert.deepEqual(
        parquet.map(({ fields }) => asTexts(fields)),
        jsonl.map(({ fields }) => asTexts(fields)),
      );
      if (['problems', 'curves', 'selection'].includes(what)) assert.ok(jsonl.length > 0, what);
    }
  });

  test('to standard output; CSV where nothing says otherwise', async (t) => {
    const { folder } = await storeOf(t);
    const args = ['export', 'r', '--what', 'counts', '--store', 's.db'];
    const csv = await assay(args, folder);
    assert.deepEqual([csv.code, csv.stderr], [0, '']);
    assert.match(csv.stdout, /^model,problem,n,c,missing,prompt_tokens,tokens\r\n'=m,p1,10,5,4,11,98\r\n/);
    const { stdout } = await assay([...args, '--format', 'jsonl'], folder);
    assert.equal(JSON.parse(stdout.split('\n')[1] ?? '').problem, '=p2');
  });

  for (const [name, args, code, message] of [
    ['Parquet without a file', ['r', '--what', 'counts', '--format', 'parquet'], 2, /--out FILE\.parquet/],
    ['a name that tells no format', ['r', '--what', 'counts', '--out', 'x.xls'], 2, /tells no format/],
    ['no such table', ['r', '--what', 'all'], 2, /Allowed choices are counts,/],
    ['no table', ['r'], 2, /--what/],
    ['no such run', ['s', '--what', 'counts'], 2, /\[run_unknown\]/],
    ['no such run, in a report', ['s', '--what', 'curves'], 2, /\[run_unknown\]/],
    ['where nothing can be written', ['r', '--what', 'counts', '--out', 's.db/x.csv'], 1, /\[export_write\]/],
  ] as const) {
    test(`refused: ${name}`, async (t) => {
      const { folder } = await storeOf(t);
      const before = readdirSync(folder);
      const outcome = await assay(['export', ...args, '--store', 's.db'], folder);
      assert.match(outcome.stderr, message);
      assert.deepEqual([outcome.code, outcome.stdout], [code, '']);
      assert.deepEqual(readdirSync(folder), before, 'nothing is left');
    });
  }
});
