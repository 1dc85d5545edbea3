import type { ProgramTests } from '@assay/contract';
export function functionTask(_s: ProgramTests, _a: string, _n: string): { source: string; proof: string; how: string } { throw new Error('not yet'); }
export function callTask(_s: ProgramTests, _a: string): { source: string; how: string } { throw new Error('not yet'); }
