// Original file: assay/v1/verifier.proto


export interface SourceFileInit {
  /**
   * Without folders.
   */
  'name'?: (string);
  'content'?: (Buffer | Uint8Array | string);
}

export interface SourceFile {
  /**
   * Without folders.
   */
  'name': (string);
  'content': (Buffer);
}
