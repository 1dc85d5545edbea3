/** What an operator may set, with its defaults. */
import type { Dialer } from '@assay/contract';
import type { TenantLimitsOf } from './allowance.ts';
import type { Meters } from './metrics.ts';

export interface OrchestratorOptions {
  /**
   * TLS to verifiers, and the token to show them.
   * @default as the environment says: ASSAY_TLS_…, ASSAY_VERIFIER_TOKEN_FILE
   */
  dialer?: Dialer;
  /** Told of what happens; default: nobody is. */
  meters?: Meters;
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
   * Milliseconds for which the work of a submission goes on whose caller is gone: back by then, they find it under way.
   * @default 5000
   */
  lingerMs: number;
  /**
   * First and longest pause of a replica that failed, milliseconds.
   * @default 200, 15000
   */
  ejectMinMs: number;
  ejectMaxMs: number;
  /**
   * Most replicas of a verifier that are given less, or nothing, because they do far worse than their peers: a share.
   * @default 0.34
   */
  outlierShare: number;
  /**
   * Most candidates that are given to a second replica because the first one takes long, as a share of all; only of
   * verifiers that say they are pure. 0: none.
   * @default 0.03
   */
  hedgeShare: number;
  /**
   * Milliseconds at a replica before which no candidate is given to a second one.
   * @default 250
   */
  hedgeMinMs: number;
  /**
   * Times for each replica that a large problem whose turn it is may be passed over in a row, as replicas go on with
   * problems that they have; 0: problems take turns, wherever they have to travel.
   * @default 8
   */
  passOvers: number;
  /** Candidates × verifiers at replicas at a time. @default no limits, and no tenants */
  tenantLimits?: TenantLimitsOf;
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
  lingerMs: 5_000,
  ejectMinMs: 200,
  ejectMaxMs: 15_000,
  outlierShare: 0.34,
  hedgeShare: 0.03,
  hedgeMinMs: 250,
  passOvers: 8,
  dnsIntervalMs: 5_000,
  leaseS: 15,
  commitMs: 10,
  commitRows: 2_048,
};
