// Original file: assay/v1/verifier.proto


export interface ProgramTestInit {
  'name'?: (string);
  'input'?: (Buffer | Uint8Array | string);
  'output'?: (Buffer | Uint8Array | string);
  /**
   * Shown in the task's statement: may be used to filter candidates.
   */
  'example'?: (boolean);
}

export interface ProgramTest {
  'name': (string);
  'input': (Buffer);
  'output': (Buffer);
  /**
   * Shown in the task's statement: may be used to filter candidates.
   */
  'example': (boolean);
}
