// Original file: assay/v1/orchestrator.proto


export interface GetReportResponseInit {
  /**
   * The report as documented in packages/report (JSON, schema `assay.report/v1`).
   */
  'json'?: (string);
}

export interface GetReportResponse {
  /**
   * The report as documented in packages/report (JSON, schema `assay.report/v1`).
   */
  'json': (string);
}
