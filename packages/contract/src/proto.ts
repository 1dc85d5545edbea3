/** The loaded contracts: service definitions for servers, client constructors for callers, codecs for digests. */
import { join } from 'node:path';
import { type ChannelOptions, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync, type MessageTypeDefinition, type Options } from '@grpc/proto-loader';
import type { Dialed } from './credentials.ts';
import type { OrchestratorClient } from './generated/assay/v1/Orchestrator.ts';
import type { Problem, ProblemInit } from './generated/assay/v1/Problem.ts';
import type { VerifierClient } from './generated/assay/v1/Verifier.ts';
import type { ProtoGrpcType as ScalerGrpcType } from './generated/externalscaler.ts';
import type { ProtoGrpcType } from './generated/orchestrator.ts';

/** Folder of the .proto files. */
export const protoDir = join(import.meta.dirname, '../../../proto');

/** The generator (scripts/generate.ts) is given the same. */
export const loaderOptions = {
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
  includeDirs: [protoDir],
} satisfies Options;

/** Everything in proto/assay/v1, as loaded; gRPC reflection is served from it. */
export const packageDefinition = loadSync('assay/v1/orchestrator.proto', loaderOptions);

const loaded = (loadPackageDefinition(packageDefinition) as unknown as ProtoGrpcType).assay.v1;

export const verifierService = loaded.Verifier.service;
export const orchestratorService = loaded.Orchestrator.service;

/** What KEDA asks of an external scaler. */
const scaler = loadPackageDefinition(
  loadSync('externalscaler/externalscaler.proto', loaderOptions),
) as unknown as ScalerGrpcType;
export const scalerService = scaler.externalscaler.ExternalScaler.service;
export const ScalerConnection = scaler.externalscaler.ExternalScaler;

/** gRPC client classes. */
export const VerifierConnection = loaded.Verifier;
export const OrchestratorConnection = loaded.Orchestrator;
export type VerifierConnection = VerifierClient;
export type OrchestratorConnection = OrchestratorClient;

/** What whoever sends candidates to a verifier connects with; a call that was retried below would judge twice. */
export function connectVerifier(
  address: string,
  { credentials, options }: Dialed,
  further: ChannelOptions = {},
): VerifierConnection {
  return new VerifierConnection(address, credentials, {
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
    'grpc.enable_retries': 0,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2_000,
    ...options,
    ...further,
  });
}

export function connectOrchestrator(
  address: string,
  { credentials, options }: Dialed,
  further: ChannelOptions = {},
): OrchestratorConnection {
  return new OrchestratorConnection(address, credentials, {
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
    ...options,
    ...further,
  });
}

/** Deterministic wire form of a problem (the schema has no maps in it). */
export const problemCodec = packageDefinition['assay.v1.Problem'] as MessageTypeDefinition<
  ProblemInit,
  Problem
>;
