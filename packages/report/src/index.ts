export { buildReport, type ReportOptions } from './build.ts';
export type { TerminalOptions } from './format.ts';
export { type ProblemReport, problemOf, renderProblem } from './problem.ts';
export * from './report.ts';
export { renderReport } from './terminal.ts';
