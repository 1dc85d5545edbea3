import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildReport } from '../build.ts';
import type { Report } from '../report.ts';
import { richReport, richStore } from '../testing/rich.ts';
import { stored } from '../testing/stored.ts';
import type { PageData } from './data.ts';
import { type CandidateDetails, type Details, noDetails, readChosen, setText } from './details.ts';
import { embeddedJson } from './embed.ts';
import { pageProblems, renderHtml } from './page.ts';
import { clientScript } from './script.ts';

const limit = 10_000_000;

/** What the page's script reads. */
function dataOf(html: string): PageData {
  const [, json = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json) as PageData;
}

/** As a browser reads it: a script element ends at the first of its end tags. */
function elementsOf(html: string): string[] {
  return [...html.matchAll(/<script\b[^>]*>.*?<\/script>/gs)].map(([element]) => element.slice(0, 60));
}

const hostile = [
  '</script><script>alert(1)</script>',
  '<!--<script>',
  ']]>',
  '\u2028\u2029',
  '\u202Egnp.exe',
  '"; alert(1); "',
  '\0\x07\x1b[31m',
  '\uD800 alone',
  '__proto__',
  '$' + '{alert(1)}',
  '<img src=x onerror=alert(1)>',
];

describe('embeddedJson', () => {
  test('gives back what went in, and holds nothing that a parser of HTML would act on', () => {
    const value = { list: hostile, [hostile[0] as string]: 1 };
    const json = embeddedJson(value);
    assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(value)));
    assert.ok(!/<\/|<!--|<script/i.test(json));
  });
});

describe('clientScript', () => {
  test('is one module without imports or types', () => {
    const script = clientScript(['client/report.ts']);
    assert.ok(!/^(import|export) /m.test(script));
    assert.ok(!/<\/script|<!--/i.test(script));
    // It parses.
    assert.doesNotThrow(() => new Function(`'use strict';${script}`));
  });

  test('nothing in it reads texts as markup', () => {
    assert.ok(
      !/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/.test(
        clientScript(['client/report.ts']),
      ),
    );
  });
});

describe('renderHtml', () => {
  test('is one file: no address of another, and a policy that allows none', async () => {
    const store = await richStore();
    const html = renderHtml(await richReport(store), noDetails, { made: 0 });
    const markup = html.replace(/<script\b.*?<\/script>/gs, '').replace(/<style>.*?<\/style>/s, '');
    assert.ok(!/\b(src|href)=|https?:/.test(markup), markup);
    assert.ok(!/url\(|@import/.test(html.match(/<style>.*?<\/style>/s)?.[0] ?? ''));
    assert.match(
      html,
      /default-src 'none'; script-src 'sha256-[^' ]+'; style-src 'sha256-[^' ]+'; base-uri 'none'/,
    );
    assert.equal(dataOf(html).report.results.verifiers[0]?.perProblem.length, 0);
    assert.equal(dataOf(html).problems.id.length, 36);
  });

  test('other scripts than its own only where candidates lie beside it', async () => {
    const store = await richStore();
    const report = await richReport(store);
    const html = renderHtml(report, { ...noDetails, mode: 'all', folder: 'x.candidates' });
    assert.match(html, /script-src 'sha256-[^' ]+' 'self' file:;/);
  });

  test('hostile ids, texts and messages stay data', async () => {
    const store = await stored([
      [hostile.map((text) => ({ status: 'INCORRECT', answer: text, message: text }))],
    ]);
    const report = await buildReport(store, 'run');
    const [oracle] = report.results.verifiers;
    assert.ok(oracle);
    const evil: Report = {
      ...report,
      run: { ...report.run, id: hostile.join(''), labels: { samples: hostile.join('') } },
      results: {
        ...report.results,
        verifiers: [
          {
            ...oracle,
            perProblem: hostile.flatMap((id) => oracle.perProblem.map((own) => ({ ...own, id }))),
          },
        ],
      },
    };
    const candidates = hostile.map(
      (text, index): CandidateDetails => ({ index, text, verdicts: [{ status: text, message: text }] }),
    );
    const details: Details = {
      mode: 'some',
      folder: null,
      notes: hostile,
      problems: new Map(hostile.map((id) => [id, candidates])),
    };
    const html = renderHtml(evil, details);
    assert.deepEqual(
      elementsOf(html).map((element) => element.replace(/>.*/s, '>')),
      ['<script type="application/json" id="data">', '<script type="module">'],
    );
    const data = dataOf(html);
    assert.deepEqual(
      data.problems.id,
      hostile.map((id) => JSON.parse(JSON.stringify(id))),
    );
    assert.equal(data.details.problems[4]?.[4]?.text, '\u202Egnp.exe');
    assert.match(html, /<title>&#60;\/script&#62;/);
  });

  test('nothing but what cannot be told: a run without candidates, and one without decisions', async () => {
    for (const said of [[], [[[{ status: 'ERROR' as const }]]], [[[{ status: 'SCORED' as const }]]]]) {
      const store = await stored(said);
      const html = renderHtml(await buildReport(store, 'run'), noDetails);
      assert.ok(dataOf(html).report.run.id === 'run');
    }
  });

  test('128 × 10,000 candidates × 3 verifiers, with as many details as there are: below 10 MB', async () => {
    const html = renderHtml(await manyProblems(128, 20), manyDetails(128, 400));
    assert.ok(Buffer.byteLength(html) < limit, `${Buffer.byteLength(html)} bytes`);
    const { details, answers } = dataOf(html);
    assert.ok(details.problems.every((own) => own !== null && own.length >= 3));
    assert.ok(answers.every((own) => own !== null));
  });

  test('of 60,000 problems those that fit, and it is said how many do not', async () => {
    const report = await manyProblems(60_000, 1);
    const html = renderHtml(report, noDetails);
    assert.ok(Buffer.byteLength(html) < limit, `${Buffer.byteLength(html)} bytes`);
    const { problems } = dataOf(html);
    assert.ok(problems.omitted > 0);
    assert.equal(problems.omitted + problems.id.length, 60_000);
    assert.deepEqual(pageProblems(report), problems.id);
  });
});

/** Like a report on so many problems with long answers. */
async function manyProblems(count: number, classes: number): Promise<Report> {
  const report = await buildReport(await stored([[[{ status: 'CORRECT', answer: '4' }]]]), 'run');
  const [oracle] = report.results.verifiers;
  const [problem] = oracle?.perProblem ?? [];
  assert.ok(oracle && problem);
  const largest = Array.from({ length: classes }, (_, i) => ({
    answerClass: `<${'c'.repeat(198)}`,
    answer: '</'.repeat(100),
    count: 900 - i,
    share: (900 - i) / 10_000,
    correct: 0,
  }));
  const perProblem = Array.from({ length: count }, (_, i) => ({
    ...problem,
    id: `problem-${i}${count > 1000 ? '-'.repeat(150) : ''}`,
    candidates: 10_000,
    correct: i,
    largest,
  }));
  const verifiers = ['a', 'b', 'c'].map((name) => ({ ...oracle, name, perProblem }));
  return {
    ...report,
    run: { ...report.run, verifiers: ['a', 'b', 'c'] },
    results: { ...report.results, problems: count, verifiers },
  };
}

function manyDetails(problems: number, candidates: number): Details {
  const text = 'A line of a proof, with <b>marks</b> in it.\n'.repeat(90);
  const own = Array.from({ length: candidates }, (_, index): CandidateDetails => {
    const verdict = { status: 'INCORRECT', reason: 'wrong_answer', message: 'x'.repeat(200) };
    return { index, text, verdicts: [verdict, verdict, verdict] };
  });
  return {
    mode: 'some',
    folder: null,
    notes: [],
    problems: new Map(Array.from({ length: problems }, (_, i) => [`problem-${i}`, own])),
  };
}

describe('details', () => {
  test('candidates that tell most, each with what verifiers said', async () => {
    const store = await richStore();
    const run = await store.getRun('run');
    assert.ok(run);
    const chosen = await readChosen(store, run, 12);
    assert.equal(chosen.size, 36);
    for (const own of chosen.values()) {
      assert.ok(own.size <= 12 && own.size >= 10);
      for (const { details, keys } of own.values()) {
        assert.equal(details.verdicts.length, 3);
        assert.equal(keys.length, 3);
      }
    }
    const reasons = new Set(
      [...chosen.values()].flatMap((own) =>
        [...own.values()].map(({ details }) => details.verdicts[0]?.reason),
      ),
    );
    assert.ok(reasons.has('no_answer') && reasons.has('verifier_timeout') && reasons.has('wrong_answer'));
    const tests = [...(chosen.get('p1')?.values() ?? [])][0]?.details.verdicts[1]?.parts;
    assert.equal(tests?.length, 4);
    assert.equal(tests?.[0]?.example, true);
    assert.equal(
      [...(await readChosen(store, run, 12, 30)).values()].reduce((sum, own) => sum + own.size, 0),
      30,
    );
  });

  test('long texts are cut in their middle, and it is said by how much', () => {
    const details: CandidateDetails = { index: 0, verdicts: [] };
    setText(details, `${'a'.repeat(5000)}${'b'.repeat(5000)}`, 3000);
    assert.equal((details.text?.length ?? 0) + (details.tail?.length ?? 0) + (details.cut ?? 0), 10_000);
    assert.match(details.text ?? '', /^a+$/);
    assert.match(details.tail ?? '', /^b+$/);
    setText(details, '😀'.repeat(3000), 3001);
    assert.ok(details.text?.isWellFormed() && details.tail?.isWellFormed());
  });
});
