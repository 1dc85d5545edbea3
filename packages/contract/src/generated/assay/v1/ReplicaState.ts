// Original file: assay/v1/orchestrator.proto

export const ReplicaState = {
  REPLICA_STATE_UNSPECIFIED: 'REPLICA_STATE_UNSPECIFIED',
  CONNECTING: 'CONNECTING',
  READY: 'READY',
  /**
   * Failed lately: gets no work until its pause is over and it answers Describe.
   */
  EJECTED: 'EJECTED',
  DRAINING: 'DRAINING',
} as const;

export type ReplicaStateInit =
  | 'REPLICA_STATE_UNSPECIFIED'
  | 0
  | 'CONNECTING'
  | 1
  | 'READY'
  | 2
  /**
   * Failed lately: gets no work until its pause is over and it answers Describe.
   */
  | 'EJECTED'
  | 3
  | 'DRAINING'
  | 4

export type ReplicaState = typeof ReplicaState[keyof typeof ReplicaState]
