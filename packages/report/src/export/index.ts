export { type ExportFormat, exportBytes, exportFormats } from './bytes.ts';
export { type ReportTableName, reportTables, tableOfReport } from './of-report.ts';
export { type StoreTableName, storeTables, tableOfStore } from './of-store.ts';
export type { ExportTable } from './table.ts';
