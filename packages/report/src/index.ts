export { buildReport, type ReportOptions } from './build.ts';
export type { TerminalOptions } from './format.ts';
export { type ProblemReport, problemOf, renderProblem } from './problem.ts';
export * from './report.ts';
export { selectorResults } from './selector-thread.ts';
export type { ScoreTable, ScoreTables, SelectorFigures } from './selectors.ts';
export { renderReport, renderSelection } from './terminal.ts';
