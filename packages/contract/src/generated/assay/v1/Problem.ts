// Original file: assay/v1/verifier.proto

import type { MathAnswerInit as _assay_v1_MathAnswerInit, MathAnswer as _assay_v1_MathAnswer } from '../../assay/v1/MathAnswer.ts';
import type { ProgramTestsInit as _assay_v1_ProgramTestsInit, ProgramTests as _assay_v1_ProgramTests } from '../../assay/v1/ProgramTests.ts';
import type { RepositoryPatchInit as _assay_v1_RepositoryPatchInit, RepositoryPatch as _assay_v1_RepositoryPatch } from '../../assay/v1/RepositoryPatch.ts';
import type { TheoremInit as _assay_v1_TheoremInit, Theorem as _assay_v1_Theorem } from '../../assay/v1/Theorem.ts';
import type { ScoringInit as _assay_v1_ScoringInit, Scoring as _assay_v1_Scoring } from '../../assay/v1/Scoring.ts';
import type { CustomInit as _assay_v1_CustomInit, Custom as _assay_v1_Custom } from '../../assay/v1/Custom.ts';

export interface ProblemInit {
  /**
   * Unique within its run.
   */
  'id'?: (string);
  'dataset'?: (string);
  /**
   * What the model was asked; may be empty where the verifier does not need it.
   */
  'prompt'?: (string);
  /**
   * Tokens of the prompt; 0: unknown. Does not bear on verdicts.
   */
  'promptTokens'?: (number);
  'mathAnswer'?: (_assay_v1_MathAnswerInit | null);
  'programTests'?: (_assay_v1_ProgramTestsInit | null);
  'repositoryPatch'?: (_assay_v1_RepositoryPatchInit | null);
  'theorem'?: (_assay_v1_TheoremInit | null);
  'scoring'?: (_assay_v1_ScoringInit | null);
  'custom'?: (_assay_v1_CustomInit | null);
  'spec'?: "mathAnswer"|"programTests"|"repositoryPatch"|"theorem"|"scoring"|"custom";
}

export interface Problem {
  /**
   * Unique within its run.
   */
  'id': (string);
  'dataset': (string);
  /**
   * What the model was asked; may be empty where the verifier does not need it.
   */
  'prompt': (string);
  /**
   * Tokens of the prompt; 0: unknown. Does not bear on verdicts.
   */
  'promptTokens': (number);
  'mathAnswer'?: (_assay_v1_MathAnswer | null);
  'programTests'?: (_assay_v1_ProgramTests | null);
  'repositoryPatch'?: (_assay_v1_RepositoryPatch | null);
  'theorem'?: (_assay_v1_Theorem | null);
  'scoring'?: (_assay_v1_Scoring | null);
  'custom'?: (_assay_v1_Custom | null);
  'spec'?: "mathAnswer"|"programTests"|"repositoryPatch"|"theorem"|"scoring"|"custom";
}
