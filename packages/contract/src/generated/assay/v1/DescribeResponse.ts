// Original file: assay/v1/verifier.proto

import type { NormalizationInit as _assay_v1_NormalizationInit, Normalization as _assay_v1_Normalization } from '../../assay/v1/Normalization.ts';

export interface DescribeResponseInit {
  /**
   * Name in [a-z0-9-]{1,63}: what users write after --verifier.
   */
  'name'?: (string);
  /**
   * Changes whenever any verdict could change: verdicts are cached under (name, version).
   */
  'version'?: (string);
  /**
   * Kinds of problem it takes: names of Problem.spec's fields, or Custom.kind.
   */
  'kinds'?: (string)[];
  /**
   * True: verdicts are CORRECT or INCORRECT. False: SCORED.
   */
  'decides'?: (boolean);
  /**
   * Candidates that it judges at the same time.
   */
  'slots'?: (number);
  /**
   * Candidates that it accepts in total (judged or waiting, over all calls) before RESOURCE_EXHAUSTED; >= slots.
   */
  'capacity'?: (number);
  /**
   * Most candidates in one Verify call; <= capacity.
   */
  'maxBatch'?: (number);
  /**
   * Wall milliseconds after which one candidate's judging is given up (verdict ERROR, reason `verifier_timeout`).
   */
  'candidateTimeoutMs'?: (number);
  /**
   * What makes two texts the same candidate to this verifier.
   */
  'normalization'?: (_assay_v1_NormalizationInit);
  /**
   * Largest request message that it reads, in bytes.
   */
  'maxMessageBytes'?: (number);
  /**
   * Judging changes nothing and costs little: a candidate that takes long may be given to a second replica meanwhile.
   */
  'pure'?: (boolean);
}

export interface DescribeResponse {
  /**
   * Name in [a-z0-9-]{1,63}: what users write after --verifier.
   */
  'name': (string);
  /**
   * Changes whenever any verdict could change: verdicts are cached under (name, version).
   */
  'version': (string);
  /**
   * Kinds of problem it takes: names of Problem.spec's fields, or Custom.kind.
   */
  'kinds': (string)[];
  /**
   * True: verdicts are CORRECT or INCORRECT. False: SCORED.
   */
  'decides': (boolean);
  /**
   * Candidates that it judges at the same time.
   */
  'slots': (number);
  /**
   * Candidates that it accepts in total (judged or waiting, over all calls) before RESOURCE_EXHAUSTED; >= slots.
   */
  'capacity': (number);
  /**
   * Most candidates in one Verify call; <= capacity.
   */
  'maxBatch': (number);
  /**
   * Wall milliseconds after which one candidate's judging is given up (verdict ERROR, reason `verifier_timeout`).
   */
  'candidateTimeoutMs': (number);
  /**
   * What makes two texts the same candidate to this verifier.
   */
  'normalization': (_assay_v1_Normalization);
  /**
   * Largest request message that it reads, in bytes.
   */
  'maxMessageBytes': (number);
  /**
   * Judging changes nothing and costs little: a candidate that takes long may be given to a second replica meanwhile.
   */
  'pure': (boolean);
}
