// Original file: assay/v1/verifier.proto


export interface LanguageFactorInit {
  'language'?: (string);
  'time'?: (number | string);
}

export interface LanguageFactor {
  'language': (string);
  'time': (number);
}
