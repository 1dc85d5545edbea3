// Original file: assay/v1/orchestrator.proto

import type { ReplicaStatusInit as _assay_v1_ReplicaStatusInit, ReplicaStatus as _assay_v1_ReplicaStatus } from '../../assay/v1/ReplicaStatus.ts';

export interface VerifierStatusInit {
  'name'?: (string);
  'replicas'?: (_assay_v1_ReplicaStatusInit)[];
  /**
   * Candidates that wait for a free slot.
   */
  'queued'?: (number);
  /**
   * Seconds of one slot that what waits and what is at replicas will take, by the recent service times.
   */
  'workS'?: (number | string);
  /**
   * Slots of the replicas that are READY.
   */
  'slots'?: (number);
  /**
   * Submissions that wait for its first replica.
   */
  'waiting'?: (number);
}

export interface VerifierStatus {
  'name': (string);
  'replicas': (_assay_v1_ReplicaStatus)[];
  /**
   * Candidates that wait for a free slot.
   */
  'queued': (number);
  /**
   * Seconds of one slot that what waits and what is at replicas will take, by the recent service times.
   */
  'workS': (number);
  /**
   * Slots of the replicas that are READY.
   */
  'slots': (number);
  /**
   * Submissions that wait for its first replica.
   */
  'waiting': (number);
}
