// Original file: assay/v1/orchestrator.proto

import type { RunStateInit as _assay_v1_RunStateInit, RunState as _assay_v1_RunState } from '../../assay/v1/RunState.ts';

export interface RunInit {
  'id'?: (string);
  'verifiers'?: (string)[];
  'earlyStop'?: (boolean);
  'maxAttempts'?: (number);
  'labels'?: ({[key: string]: string});
  'state'?: (_assay_v1_RunStateInit);
  /**
   * Milliseconds since 1970.
   */
  'createdMs'?: (number | string);
  'uncached'?: (boolean);
  'priority'?: (number);
  /**
   * 1 where none was given.
   */
  'weight'?: (number | string);
  'maxInFlight'?: (number);
  /**
   * Whose run it is: the name that the caller's token stands for; empty where the server knows no tenants.
   */
  'tenant'?: (string);
}

export interface Run {
  'id': (string);
  'verifiers': (string)[];
  'earlyStop': (boolean);
  'maxAttempts': (number);
  'labels': ({[key: string]: string});
  'state': (_assay_v1_RunState);
  /**
   * Milliseconds since 1970.
   */
  'createdMs': (number);
  'uncached': (boolean);
  'priority': (number);
  /**
   * 1 where none was given.
   */
  'weight': (number);
  'maxInFlight': (number);
  /**
   * Whose run it is: the name that the caller's token stands for; empty where the server knows no tenants.
   */
  'tenant': (string);
}
