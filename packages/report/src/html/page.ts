/** The report as one HTML file that needs nothing else: no network, no other file, no permission to run foreign script. */
import type { Report } from '../report.ts';
import { answersOf, bytesOf, columnsOf, type PageData, type PageDetails } from './data.ts';
import type { CandidateDetails, Details } from './details.ts';
import { embeddedJson, escapedText, inlineHash } from './embed.ts';
import { clientScript } from './script.ts';
import { styleSheet } from './style.ts';

export interface HtmlOptions {
  /**
   * Most bytes of the file, roughly: what does not fit is left out, and the page says so.
   * @default 9_500_000
   */
  maxBytes?: number;
  /**
   * Milliseconds since 1970 that the page gives as the time when it was made.
   * @default now
   */
  made?: number;
}

/** Ids of the problems that the page has, in its order: with details in files beside it, file i is on the i-th. */
export function pageProblems(report: Report, { maxBytes = 9_500_000 }: HtmlOptions = {}): string[] {
  return columnsOf(report, columnBytes(report, maxBytes)).ids;
}

function columnBytes(report: Report, maxBytes: number): number {
  return (maxBytes - bytesOf(withoutProblems(report))) * 0.6;
}

/** Renders the report with these details. */
export function renderHtml(report: Report, details: Details, options: HtmlOptions = {}): string {
  const { maxBytes = 9_500_000, made = Date.now() } = options;
  const style = styleSheet();
  const script = clientScript(['client/report.ts']);
  const slim = withoutProblems(report);
  let left = maxBytes - style.length - script.length - bytesOf(slim) - 4096;
  const { columns, ids } = columnsOf(report, columnBytes(report, maxBytes));
  left -= bytesOf(columns);
  // Candidates say more of a problem than its classes: those get what these leave.
  const answers = answersOf(report, ids, details.problems.size === 0 ? left : left * 0.35);
  left -= bytesOf(answers);
  const data: PageData = {
    made,
    report: slim,
    problems: columns,
    answers,
    details: pageDetails(details, ids, left),
  };
  const beside = details.folder === null ? '' : " 'self' file:";
  const policy = [
    "default-src 'none'",
    `script-src ${inlineHash(script)}${beside}`,
    `style-src ${inlineHash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapedText(report.run.id)} · Assay report</title>
<style>${style}</style>
</head>
<body>
<noscript><main><p class="note">This report draws its charts and tables with a script of its own, which this browser does not run.</p></main></noscript>
<script type="application/json" id="data">${embeddedJson(data)}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

/** The report but for its problems, numbers rounded to what can be seen. */
function withoutProblems(report: Report): Report {
  const verifiers = report.results.verifiers.map((verifier) => ({ ...verifier, perProblem: [] }));
  return rounded({ ...report, results: { ...report.results, verifiers } });
}

function rounded<T>(value: T): T {
  if (typeof value === 'number') {
    return (Number.isInteger(value) || !Number.isFinite(value) ? value : Number(value.toPrecision(7))) as T;
  }
  if (Array.isArray(value)) return value.map(rounded) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, rounded(own)])) as T;
}

/** Of each problem the first candidates that fit: what one problem does not need is there for those after it. */
function pageDetails({ problems, ...details }: Details, ids: readonly string[], bytes: number): PageDetails {
  let left = bytes;
  const lists = ids.map((id, i) => {
    const all = problems.get(id);
    if (all === undefined) return null;
    let room = left / (ids.length - i);
    const list: CandidateDetails[] = [];
    for (const own of all) {
      const size = bytesOf(own) + 1;
      if (size > room) continue;
      room -= size;
      left -= size;
      list.push(own);
    }
    return list;
  });
  return { ...details, problems: lists };
}
