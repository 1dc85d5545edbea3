/** Results of the suite as JUnit XML, as systems of continuous integration read it. */
import type { CheckResult } from './check.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** Characters that XML has no place for are left out. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"\n]/g, (character) => escapes[character] ?? '');
}

export function junitOf(address: string, results: readonly CheckResult[]): string {
  const count = (status: CheckResult['status']) =>
    results.filter((result) => result.status === status).length;
  const seconds = (ms: number) => (ms / 1000).toFixed(3);
  const cases = results.map(({ group, name, status, detail, ms }) => {
    const head = `    <testcase classname="assay.conformance.${escaped(group)}" name="${escaped(name)}" time="${seconds(ms)}"`;
    const message = escaped(detail);
    if (status === 'pass') return `${head}/>`;
    const tag = status === 'fail' ? 'failure' : 'skipped';
    return `${head}>\n      <${tag} message="${message}"/>\n    </testcase>`;
  });
  const total = seconds(results.reduce((sum, { ms }) => sum + ms, 0));
  const counts = `tests="${results.length}" failures="${count('fail')}" skipped="${count('skip')}" time="${total}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="assay conformance ${escaped(address)}" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
