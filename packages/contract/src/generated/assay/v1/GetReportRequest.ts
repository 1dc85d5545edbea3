// Original file: assay/v1/orchestrator.proto


export interface GetReportRequestInit {
  'run'?: (string);
  /**
   * Confidence level of intervals; 0 for 0.95.
   */
  'level'?: (number | string);
}

export interface GetReportRequest {
  'run': (string);
  /**
   * Confidence level of intervals; 0 for 0.95.
   */
  'level': (number);
}
