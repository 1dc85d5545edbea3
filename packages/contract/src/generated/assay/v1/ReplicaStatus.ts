// Original file: assay/v1/orchestrator.proto

import type { ReplicaStateInit as _assay_v1_ReplicaStateInit, ReplicaState as _assay_v1_ReplicaState } from '../../assay/v1/ReplicaState.ts';
import type { DescribeResponseInit as _assay_v1_DescribeResponseInit, DescribeResponse as _assay_v1_DescribeResponse } from '../../assay/v1/DescribeResponse.ts';
import type { Long } from '@grpc/proto-loader';

export interface ReplicaStatusInit {
  'address'?: (string);
  'state'?: (_assay_v1_ReplicaStateInit);
  'description'?: (_assay_v1_DescribeResponseInit | null);
  /**
   * Candidates that it has now, and the most that it is given.
   */
  'inFlight'?: (number);
  'window'?: (number);
  /**
   * Mean wall milliseconds per candidate and slot, over recent batches.
   */
  'serviceMs'?: (number | string);
  'verdicts'?: (number | string | Long);
  /**
   * Calls that failed, by kind: `crash`, `stall`, `garbage`, `overload`, …
   */
  'faults'?: ({[key: string]: number | string | Long});
  'lastFault'?: (string);
  /**
   * Over the last seconds: verdicts per second, and the share of its slots' time in which it had work.
   */
  'rate'?: (number | string);
  'occupied'?: (number | string);
}

export interface ReplicaStatus {
  'address': (string);
  'state': (_assay_v1_ReplicaState);
  'description': (_assay_v1_DescribeResponse | null);
  /**
   * Candidates that it has now, and the most that it is given.
   */
  'inFlight': (number);
  'window': (number);
  /**
   * Mean wall milliseconds per candidate and slot, over recent batches.
   */
  'serviceMs': (number);
  'verdicts': (number);
  /**
   * Calls that failed, by kind: `crash`, `stall`, `garbage`, `overload`, …
   */
  'faults': ({[key: string]: number});
  'lastFault': (string);
  /**
   * Over the last seconds: verdicts per second, and the share of its slots' time in which it had work.
   */
  'rate': (number);
  'occupied': (number);
}
