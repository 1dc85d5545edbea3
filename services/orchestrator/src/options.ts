/** What an operator may set, with its defaults. */
export interface OrchestratorOptions {
  /**
   * Candidates × verifiers of one run that may be under way; bounds memory and makes the reader wait.
   * @default 8192
   */
  maxOutstanding: number;
  /**
   * Characters of candidates of one run that may be under way.
   * @default 64 Mi
   */
  maxOutstandingChars: number;
  /**
   * Work that a replica is given at a time, in milliseconds of each of its slots: decides batch sizes.
   * @default 50
   */
  targetBatchMs: number;
  /**
   * Times that a candidate is tried after ERRORs that may be retried, where the run does not say.
   * @default 3
   */
  maxAttempts: number;
  /**
   * Times that a candidate, alone on a replica, may kill or stall it before it gets ERROR.
   * @default 3
   */
  maxSoloKills: number;
  /**
   * Milliseconds without any verdict, beyond the verifier's own time limit for a candidate, after which a replica
   * counts as stalled.
   * @default 5000
   */
  stallSlackMs: number;
  /**
   * Milliseconds without a replica that answers, after which waiting candidates get ERROR unavailable.
   * @default 60000
   */
  unavailableMs: number;
  /**
   * Milliseconds for Describe and connecting.
   * @default 5000
   */
  connectMs: number;
  /**
   * First and longest pause of a replica that failed, milliseconds.
   * @default 200, 15000
   */
  ejectMinMs: number;
  ejectMaxMs: number;
  /**
   * Milliseconds between look-ups of DNS names.
   * @default 5000
   */
  dnsIntervalMs: number;
  /**
   * Seconds for which a registration lasts.
   * @default 15
   */
  leaseS: number;
  /**
   * Milliseconds over which verdicts are gathered into one transaction.
   * @default 10
   */
  commitMs: number;
  /** Rows that are committed at once without waiting. @default 2048 */
  commitRows: number;
}

export const defaultOptions: OrchestratorOptions = {
  maxOutstanding: 8_192,
  maxOutstandingChars: 64 * 1024 * 1024,
  targetBatchMs: 50,
  maxAttempts: 3,
  maxSoloKills: 3,
  stallSlackMs: 5_000,
  unavailableMs: 60_000,
  connectMs: 5_000,
  ejectMinMs: 200,
  ejectMaxMs: 15_000,
  dnsIntervalMs: 5_000,
  leaseS: 15,
  commitMs: 10,
  commitRows: 2_048,
};
