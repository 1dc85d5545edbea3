/** Memory of processes. */
import { readFileSync } from 'node:fs';

/** The most that a process has held resident (VmHWM), MB; 0 where it has ended. */
export function peakMb(pid: number): number {
  try {
    const line = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(line?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
