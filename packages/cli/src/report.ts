/** Where a report goes. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AssayError, messageOf } from '@assay/contract';
import { type Report, renderReport } from '@assay/report';
import { hasColors } from './terminal.ts';

function jsonText(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** On stdout: for people, or as JSON. */
export function printReport(report: Report, json: boolean): void {
  process.stdout.write(json ? jsonText(report) : renderReport(report, { color: hasColors(process.stdout) }));
}

/** Into a file, as JSON: whoever reads it sees the whole old one or the whole new one. Error: `report_write`. */
export async function writeReport(report: Report, path: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, jsonText(report));
    await rename(draft, path);
  } catch (cause) {
    throw new AssayError('report_write', `Cannot write the report ${path}: ${messageOf(cause)}`, {
      mend: 'The verdicts are stored; assay report RUN --out FILE writes the report elsewhere.',
      cause,
    });
  }
}
