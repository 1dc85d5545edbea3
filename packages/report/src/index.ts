export { buildReport, type ReportOptions } from './build.ts';
export * from './report.ts';
export { renderReport, type TerminalOptions } from './terminal.ts';
