// Original file: assay/v1/verifier.proto

import type { SourceFileInit as _assay_v1_SourceFileInit, SourceFile as _assay_v1_SourceFile } from '../../assay/v1/SourceFile.ts';

export interface ProgramOutputInit {
  'stdout'?: (Buffer | Uint8Array | string);
  'stderr'?: (Buffer | Uint8Array | string);
  'files'?: (_assay_v1_SourceFileInit)[];
}

export interface ProgramOutput {
  'stdout': (Buffer);
  'stderr': (Buffer);
  'files': (_assay_v1_SourceFile)[];
}
