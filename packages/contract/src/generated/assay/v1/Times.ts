// Original file: assay/v1/verifier.proto


/**
 * Microseconds.
 */
export interface TimesInit {
  /**
   * From acceptance to the start of judging.
   */
  'queueUs'?: (number);
  /**
   * Judging, wall.
   */
  'serviceUs'?: (number);
  /**
   * Judging, CPU, where the verifier can tell.
   */
  'cpuUs'?: (number);
}

/**
 * Microseconds.
 */
export interface Times {
  /**
   * From acceptance to the start of judging.
   */
  'queueUs': (number);
  /**
   * Judging, wall.
   */
  'serviceUs': (number);
  /**
   * Judging, CPU, where the verifier can tell.
   */
  'cpuUs': (number);
}
