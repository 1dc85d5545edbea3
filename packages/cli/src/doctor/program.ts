/** Other programs. */
import { execFile } from 'node:child_process';

export interface Attempt {
  ok: boolean;
  /** What it wrote, or why it failed. */
  output: string;
}

/** Runs a program for at most 20 s. Never rejects. */
export function tryProgram(file: string, args: readonly string[], cwd?: string): Promise<Attempt> {
  return new Promise((resolve) => {
    execFile(
      file,
      [...args],
      { timeout: 20_000, ...(cwd !== undefined && { cwd }) },
      (error, stdout, stderr) => {
        if (error === null) resolve({ ok: true, output: stdout.trim() });
        else resolve({ ok: false, output: lastError(stderr) ?? error.message });
      },
    );
  });
}

/** The line that says what went wrong, of a program that may say much more. */
function lastError(stderr: string): string | undefined {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /error/i.test(line)) ?? lines.at(-1);
}
