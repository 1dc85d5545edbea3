// Original file: assay/v1/orchestrator.proto

import type { RunInit as _assay_v1_RunInit, Run as _assay_v1_Run } from '../../assay/v1/Run.ts';
import type { Long } from '@grpc/proto-loader';

export interface RunProgressInit {
  'run'?: (_assay_v1_RunInit | null);
  'problems'?: (number | string | Long);
  /**
   * Candidates × verifiers seen and finished in this process.
   */
  'submitted'?: (number | string | Long);
  'done'?: (number | string | Long);
  'judged'?: (number | string | Long);
  'shared'?: (number | string | Long);
  'stored'?: (number | string | Long);
  'skipped'?: (number | string | Long);
  'errors'?: (number | string | Long);
  'correct'?: (number | string | Long);
  /**
   * Verdicts per second over the last seconds.
   */
  'rate'?: (number | string);
  /**
   * Share of the whole input that has been submitted; 0: not known.
   */
  'inputShare'?: (number | string);
}

export interface RunProgress {
  'run': (_assay_v1_Run | null);
  'problems': (number);
  /**
   * Candidates × verifiers seen and finished in this process.
   */
  'submitted': (number);
  'done': (number);
  'judged': (number);
  'shared': (number);
  'stored': (number);
  'skipped': (number);
  'errors': (number);
  'correct': (number);
  /**
   * Verdicts per second over the last seconds.
   */
  'rate': (number);
  /**
   * Share of the whole input that has been submitted; 0: not known.
   */
  'inputShare': (number);
}
