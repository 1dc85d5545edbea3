// Original file: assay/v1/verifier.proto

import type { ProgramOutputInit as _assay_v1_ProgramOutputInit, ProgramOutput as _assay_v1_ProgramOutput } from '../../assay/v1/ProgramOutput.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * How a program's process ended.
 */
export interface ProgramRunInit {
  'exitCode'?: (number);
  /**
   * Signal that ended it; 0: none.
   */
  'signal'?: (number);
  /**
   * Largest resident memory of its processes.
   */
  'memoryBytes'?: (number | string | Long);
  /**
   * Bytes that it wrote to stdout, and whether more were cut off.
   */
  'outputBytes'?: (number | string | Long);
  'truncated'?: (boolean);
  /**
   * Where ProgramTests.return_bytes or fetch_files asks for it.
   */
  'output'?: (_assay_v1_ProgramOutputInit | null);
}

/**
 * How a program's process ended.
 */
export interface ProgramRun {
  'exitCode': (number);
  /**
   * Signal that ended it; 0: none.
   */
  'signal': (number);
  /**
   * Largest resident memory of its processes.
   */
  'memoryBytes': (number);
  /**
   * Bytes that it wrote to stdout, and whether more were cut off.
   */
  'outputBytes': (number);
  'truncated': (boolean);
  /**
   * Where ProgramTests.return_bytes or fetch_files asks for it.
   */
  'output': (_assay_v1_ProgramOutput | null);
}
