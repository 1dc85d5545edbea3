// Original file: assay/v1/verifier.proto


export interface TurnInit {
  'role'?: (string);
  'content'?: (string);
}

export interface Turn {
  'role': (string);
  'content': (string);
}
