// Original file: assay/v1/verifier.proto

import type { TurnInit as _assay_v1_TurnInit, Turn as _assay_v1_Turn } from '../../assay/v1/Turn.ts';

/**
 * The candidate is scored as a response to Problem.prompt.
 */
export interface ScoringInit {
  /**
   * Earlier turns, where the prompt is a conversation.
   */
  'turns'?: (_assay_v1_TurnInit)[];
  'system'?: (string);
}

/**
 * The candidate is scored as a response to Problem.prompt.
 */
export interface Scoring {
  /**
   * Earlier turns, where the prompt is a conversation.
   */
  'turns': (_assay_v1_Turn)[];
  'system': (string);
}
