export { renderDisagreements, renderRechecks } from './agreement-lines.ts';
export { readAgreements } from './agreements.ts';
export { buildReport, type ReportOptions } from './build.ts';
export {
  type Change,
  type Compared,
  type CompareOptions,
  type CompareResults,
  type Comparison,
  compareSchema,
  compareTables,
  type Solved,
} from './compare.ts';
export { renderComparison } from './compare-lines.ts';
export { amountIn, type CostSettings, costOf, onSharedProblems, tokenPricesIn } from './cost.ts';
export { type CostResults, renderCost } from './cost-lines.ts';
export type { CountTable } from './count-table.ts';
export { countTableOf } from './count-tables.ts';
export * from './export/index.ts';
export type { TerminalOptions } from './format.ts';
export {
  type CandidateDetails,
  type Chosen,
  type Details,
  noDetails,
  readCandidates,
  readChosen,
  setText,
} from './html/details.ts';
export { embeddedJson } from './html/embed.ts';
export * from './html/live/figures.ts';
export { type LiveAssets, liveAssets } from './html/live/page.ts';
export { type HtmlOptions, pageProblems, renderHtml } from './html/page.ts';
export { readLoad } from './load.ts';
export { loadLines } from './load-lines.ts';
export * from './load-test.ts';
export { type OptimalSettings, optimalOf } from './optimal.ts';
export { renderOptimal } from './optimal-lines.ts';
export { type ProblemReport, problemOf, renderProblem } from './problem.ts';
export { againLabel, readRechecks, rechecksOf } from './rechecks.ts';
export * from './report.ts';
export { familyLines, type ScalingLinesOptions, scalingLines } from './scaling-lines.ts';
export { readScores } from './scores.ts';
export { selectorResults } from './selector-thread.ts';
export type { ScoreTable, ScoreTables, SelectorFigures } from './selectors.ts';
export { renderReport, renderSelection } from './terminal.ts';
