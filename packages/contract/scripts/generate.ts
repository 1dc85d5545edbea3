// Types of proto/, by proto-loader's generator. The options must be those of src/proto.ts.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

// Run in this folder: the generator writes the path of each source into its output.
const protoDir = join(import.meta.dirname, '../../../proto');
const require = createRequire(import.meta.url);
const generator = join(
  dirname(require.resolve('@grpc/proto-loader/package.json')),
  'build/bin/proto-loader-gen-types.js',
);
const outDir = join(import.meta.dirname, '../src/generated');

rmSync(outDir, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [
    generator,
    '--longs=Number',
    '--enums=String',
    '--defaults',
    '--oneofs',
    '--grpcLib=@grpc/grpc-js',
    '--importFileExtension=.ts',
    '--includeComments',
    '--inputTemplate=%sInit',
    '--outputTemplate=%s',
    '--includeDirs=.',
    `--outDir=${outDir}`,
    'assay/v1/orchestrator.proto',
    'externalscaler/externalscaler.proto',
  ],
  { cwd: protoDir, stdio: ['ignore', 'ignore', 'inherit'] },
);
