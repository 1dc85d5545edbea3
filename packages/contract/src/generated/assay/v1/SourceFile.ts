// Original file: assay/v1/verifier.proto


export interface SourceFileInit {
  /**
   * Without folders, unless said otherwise.
   */
  'name'?: (string);
  'content'?: (Buffer | Uint8Array | string);
}

export interface SourceFile {
  /**
   * Without folders, unless said otherwise.
   */
  'name': (string);
  'content': (Buffer);
}
