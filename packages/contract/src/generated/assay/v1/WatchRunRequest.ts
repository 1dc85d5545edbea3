// Original file: assay/v1/orchestrator.proto


export interface WatchRunRequestInit {
  'run'?: (string);
  'once'?: (boolean);
  /**
   * Milliseconds between messages; 0 for 500.
   */
  'intervalMs'?: (number);
}

export interface WatchRunRequest {
  'run': (string);
  'once': (boolean);
  /**
   * Milliseconds between messages; 0 for 500.
   */
  'intervalMs': (number);
}
