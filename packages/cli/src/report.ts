/** Where a report goes. */
import { AssayError, messageOf } from '@assay/contract';
import { problemOf, type Report, renderDisagreements, renderProblem, renderReport } from '@assay/report';
import { usageError } from './exit.ts';
import { hasColors, oneLine } from './terminal.ts';
import { writeWhole } from './write-whole.ts';

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** On stdout: for people, or as JSON. */
export function printReport(report: Report, json: boolean): void {
  process.stdout.write(json ? jsonText(report) : renderReport(report, { color: hasColors(process.stdout) }));
}

/** What the report has on one problem, on stdout. Error: `usage` where it has nothing. */
export function printProblem(report: Report, id: string, json: boolean): void {
  const problem = problemOf(report, id);
  if (problem === undefined) {
    const some =
      report.results.verifiers[0]?.perProblem.slice(0, 5).map((each) => oneLine(each.id, 40)) ?? [];
    throw usageError(
      `Run ${report.run.id} has no candidate of a problem ${oneLine(JSON.stringify(id), 200)}.`,
      some.length === 0 ? 'It has no candidates yet.' : `Its problems are named like ${some.join(', ')}.`,
    );
  }
  const color = hasColors(process.stdout);
  process.stdout.write(json ? jsonText(problem) : renderProblem(problem, { color }));
}

/** Candidates of which verdicts differ, on stdout. */
export function printDisagreements({ run, results }: Report, json: boolean): void {
  const { agreements, rechecks } = results;
  const color = hasColors(process.stdout);
  process.stdout.write(
    json ? jsonText({ run: run.id, agreements, rechecks }) : renderDisagreements({ run, results }, { color }),
  );
}

/** Into a file, as JSON: whoever reads it sees the whole old one or the whole new one. Error: `report_write`. */
export async function writeReport(report: Report, path: string): Promise<void> {
  try {
    await writeWhole(path, [jsonText(report)]);
  } catch (cause) {
    throw new AssayError('report_write', `Cannot write the report ${path}: ${messageOf(cause)}`, {
      mend: 'The verdicts are stored; assay report RUN --out FILE writes the report elsewhere.',
      cause,
    });
  }
}
