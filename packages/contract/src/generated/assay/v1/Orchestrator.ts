// Original file: assay/v1/orchestrator.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CancelRunRequestInit as _assay_v1_CancelRunRequestInit, CancelRunRequest as _assay_v1_CancelRunRequest } from '../../assay/v1/CancelRunRequest.ts';
import type { CreateRunRequestInit as _assay_v1_CreateRunRequestInit, CreateRunRequest as _assay_v1_CreateRunRequest } from '../../assay/v1/CreateRunRequest.ts';
import type { GetReportRequestInit as _assay_v1_GetReportRequestInit, GetReportRequest as _assay_v1_GetReportRequest } from '../../assay/v1/GetReportRequest.ts';
import type { GetReportResponseInit as _assay_v1_GetReportResponseInit, GetReportResponse as _assay_v1_GetReportResponse } from '../../assay/v1/GetReportResponse.ts';
import type { ListRunsRequestInit as _assay_v1_ListRunsRequestInit, ListRunsRequest as _assay_v1_ListRunsRequest } from '../../assay/v1/ListRunsRequest.ts';
import type { ListRunsResponseInit as _assay_v1_ListRunsResponseInit, ListRunsResponse as _assay_v1_ListRunsResponse } from '../../assay/v1/ListRunsResponse.ts';
import type { ListVerifiersRequestInit as _assay_v1_ListVerifiersRequestInit, ListVerifiersRequest as _assay_v1_ListVerifiersRequest } from '../../assay/v1/ListVerifiersRequest.ts';
import type { ListVerifiersResponseInit as _assay_v1_ListVerifiersResponseInit, ListVerifiersResponse as _assay_v1_ListVerifiersResponse } from '../../assay/v1/ListVerifiersResponse.ts';
import type { RegisterVerifierRequestInit as _assay_v1_RegisterVerifierRequestInit, RegisterVerifierRequest as _assay_v1_RegisterVerifierRequest } from '../../assay/v1/RegisterVerifierRequest.ts';
import type { RegisterVerifierResponseInit as _assay_v1_RegisterVerifierResponseInit, RegisterVerifierResponse as _assay_v1_RegisterVerifierResponse } from '../../assay/v1/RegisterVerifierResponse.ts';
import type { RunInit as _assay_v1_RunInit, Run as _assay_v1_Run } from '../../assay/v1/Run.ts';
import type { RunProgressInit as _assay_v1_RunProgressInit, RunProgress as _assay_v1_RunProgress } from '../../assay/v1/RunProgress.ts';
import type { SubmitRequestInit as _assay_v1_SubmitRequestInit, SubmitRequest as _assay_v1_SubmitRequest } from '../../assay/v1/SubmitRequest.ts';
import type { SubmitResponseInit as _assay_v1_SubmitResponseInit, SubmitResponse as _assay_v1_SubmitResponse } from '../../assay/v1/SubmitResponse.ts';
import type { WatchRunRequestInit as _assay_v1_WatchRunRequestInit, WatchRunRequest as _assay_v1_WatchRunRequest } from '../../assay/v1/WatchRunRequest.ts';

export interface OrchestratorClient extends grpc.Client {
  /**
   * Stops a run: nothing more is dispatched, open Submit streams end with ABORTED. Stored verdicts stay, and
   * submitting to the run again goes on.
   */
  CancelRun(argument: _assay_v1_CancelRunRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_Run>): grpc.ClientUnaryCall;
  CancelRun(argument: _assay_v1_CancelRunRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_assay_v1_Run>): grpc.ClientUnaryCall;
  CancelRun(argument: _assay_v1_CancelRunRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_Run>): grpc.ClientUnaryCall;
  CancelRun(argument: _assay_v1_CancelRunRequestInit, callback: grpc.requestCallback<_assay_v1_Run>): grpc.ClientUnaryCall;
  /**
   * Stops a run: nothing more is dispatched, open Submit streams end with ABORTED. Stored verdicts stay, and
   * submitting to the run again goes on.
   */
  cancelRun(argument: _assay_v1_CancelRunRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_Run>): grpc.ClientUnaryCall;
  cancelRun(argument: _assay_v1_CancelRunRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_assay_v1_Run>): grpc.ClientUnaryCall;
  cancelRun(argument: _assay_v1_CancelRunRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_Run>): grpc.ClientUnaryCall;
  cancelRun(argument: _assay_v1_CancelRunRequestInit, callback: grpc.requestCallback<_assay_v1_Run>): grpc.ClientUnaryCall;
  
  /**
   * Creates a run, or opens the one with this id: creating it again with the same settings is no error, with
   * others it is ALREADY_EXISTS.
   */
  CreateRun(argument: _assay_v1_CreateRunRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_Run>): grpc.ClientUnaryCall;
  CreateRun(argument: _assay_v1_CreateRunRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_assay_v1_Run>): grpc.ClientUnaryCall;
  CreateRun(argument: _assay_v1_CreateRunRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_Run>): grpc.ClientUnaryCall;
  CreateRun(argument: _assay_v1_CreateRunRequestInit, callback: grpc.requestCallback<_assay_v1_Run>): grpc.ClientUnaryCall;
  /**
   * Creates a run, or opens the one with this id: creating it again with the same settings is no error, with
   * others it is ALREADY_EXISTS.
   */
  createRun(argument: _assay_v1_CreateRunRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_Run>): grpc.ClientUnaryCall;
  createRun(argument: _assay_v1_CreateRunRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_assay_v1_Run>): grpc.ClientUnaryCall;
  createRun(argument: _assay_v1_CreateRunRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_Run>): grpc.ClientUnaryCall;
  createRun(argument: _assay_v1_CreateRunRequestInit, callback: grpc.requestCallback<_assay_v1_Run>): grpc.ClientUnaryCall;
  
  /**
   * Success rates of the verdicts stored so far.
   */
  GetReport(argument: _assay_v1_GetReportRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_GetReportResponse>): grpc.ClientUnaryCall;
  GetReport(argument: _assay_v1_GetReportRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_assay_v1_GetReportResponse>): grpc.ClientUnaryCall;
  GetReport(argument: _assay_v1_GetReportRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_GetReportResponse>): grpc.ClientUnaryCall;
  GetReport(argument: _assay_v1_GetReportRequestInit, callback: grpc.requestCallback<_assay_v1_GetReportResponse>): grpc.ClientUnaryCall;
  /**
   * Success rates of the verdicts stored so far.
   */
  getReport(argument: _assay_v1_GetReportRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_GetReportResponse>): grpc.ClientUnaryCall;
  getReport(argument: _assay_v1_GetReportRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_assay_v1_GetReportResponse>): grpc.ClientUnaryCall;
  getReport(argument: _assay_v1_GetReportRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_GetReportResponse>): grpc.ClientUnaryCall;
  getReport(argument: _assay_v1_GetReportRequestInit, callback: grpc.requestCallback<_assay_v1_GetReportResponse>): grpc.ClientUnaryCall;
  
  ListRuns(argument: _assay_v1_ListRunsRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_ListRunsResponse>): grpc.ClientUnaryCall;
  ListRuns(argument: _assay_v1_ListRunsRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_assay_v1_ListRunsResponse>): grpc.ClientUnaryCall;
  ListRuns(argument: _assay_v1_ListRunsRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_ListRunsResponse>): grpc.ClientUnaryCall;
  ListRuns(argument: _assay_v1_ListRunsRequestInit, callback: grpc.requestCallback<_assay_v1_ListRunsResponse>): grpc.ClientUnaryCall;
  listRuns(argument: _assay_v1_ListRunsRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_ListRunsResponse>): grpc.ClientUnaryCall;
  listRuns(argument: _assay_v1_ListRunsRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_assay_v1_ListRunsResponse>): grpc.ClientUnaryCall;
  listRuns(argument: _assay_v1_ListRunsRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_ListRunsResponse>): grpc.ClientUnaryCall;
  listRuns(argument: _assay_v1_ListRunsRequestInit, callback: grpc.requestCallback<_assay_v1_ListRunsResponse>): grpc.ClientUnaryCall;
  
  /**
   * Every known verifier with its replicas and their load.
   */
  ListVerifiers(argument: _assay_v1_ListVerifiersRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_ListVerifiersResponse>): grpc.ClientUnaryCall;
  ListVerifiers(argument: _assay_v1_ListVerifiersRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_assay_v1_ListVerifiersResponse>): grpc.ClientUnaryCall;
  ListVerifiers(argument: _assay_v1_ListVerifiersRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_ListVerifiersResponse>): grpc.ClientUnaryCall;
  ListVerifiers(argument: _assay_v1_ListVerifiersRequestInit, callback: grpc.requestCallback<_assay_v1_ListVerifiersResponse>): grpc.ClientUnaryCall;
  /**
   * Every known verifier with its replicas and their load.
   */
  listVerifiers(argument: _assay_v1_ListVerifiersRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_ListVerifiersResponse>): grpc.ClientUnaryCall;
  listVerifiers(argument: _assay_v1_ListVerifiersRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_assay_v1_ListVerifiersResponse>): grpc.ClientUnaryCall;
  listVerifiers(argument: _assay_v1_ListVerifiersRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_ListVerifiersResponse>): grpc.ClientUnaryCall;
  listVerifiers(argument: _assay_v1_ListVerifiersRequestInit, callback: grpc.requestCallback<_assay_v1_ListVerifiersResponse>): grpc.ClientUnaryCall;
  
  /**
   * A verifier replica makes itself known. To be repeated within the lease that is answered; with drain set it
   * is taken out of service at once.
   */
  RegisterVerifier(argument: _assay_v1_RegisterVerifierRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_RegisterVerifierResponse>): grpc.ClientUnaryCall;
  RegisterVerifier(argument: _assay_v1_RegisterVerifierRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_assay_v1_RegisterVerifierResponse>): grpc.ClientUnaryCall;
  RegisterVerifier(argument: _assay_v1_RegisterVerifierRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_RegisterVerifierResponse>): grpc.ClientUnaryCall;
  RegisterVerifier(argument: _assay_v1_RegisterVerifierRequestInit, callback: grpc.requestCallback<_assay_v1_RegisterVerifierResponse>): grpc.ClientUnaryCall;
  /**
   * A verifier replica makes itself known. To be repeated within the lease that is answered; with drain set it
   * is taken out of service at once.
   */
  registerVerifier(argument: _assay_v1_RegisterVerifierRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_RegisterVerifierResponse>): grpc.ClientUnaryCall;
  registerVerifier(argument: _assay_v1_RegisterVerifierRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_assay_v1_RegisterVerifierResponse>): grpc.ClientUnaryCall;
  registerVerifier(argument: _assay_v1_RegisterVerifierRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_RegisterVerifierResponse>): grpc.ClientUnaryCall;
  registerVerifier(argument: _assay_v1_RegisterVerifierRequestInit, callback: grpc.requestCallback<_assay_v1_RegisterVerifierResponse>): grpc.ClientUnaryCall;
  
  /**
   * Streams candidates in and their verdicts out. Every verdict is durable before it is sent. Candidates that
   * already have a verdict in this run are answered from the store. The server stops reading while it has enough
   * work: writers must heed backpressure. Several streams may feed one run.
   */
  Submit(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_assay_v1_SubmitRequestInit, _assay_v1_SubmitResponse>;
  Submit(options?: grpc.CallOptions): grpc.ClientDuplexStream<_assay_v1_SubmitRequestInit, _assay_v1_SubmitResponse>;
  /**
   * Streams candidates in and their verdicts out. Every verdict is durable before it is sent. Candidates that
   * already have a verdict in this run are answered from the store. The server stops reading while it has enough
   * work: writers must heed backpressure. Several streams may feed one run.
   */
  submit(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_assay_v1_SubmitRequestInit, _assay_v1_SubmitResponse>;
  submit(options?: grpc.CallOptions): grpc.ClientDuplexStream<_assay_v1_SubmitRequestInit, _assay_v1_SubmitResponse>;
  
  /**
   * Streams progress until the run ends, or once where `once` is set.
   */
  WatchRun(argument: _assay_v1_WatchRunRequestInit, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_assay_v1_RunProgress>;
  WatchRun(argument: _assay_v1_WatchRunRequestInit, options?: grpc.CallOptions): grpc.ClientReadableStream<_assay_v1_RunProgress>;
  /**
   * Streams progress until the run ends, or once where `once` is set.
   */
  watchRun(argument: _assay_v1_WatchRunRequestInit, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_assay_v1_RunProgress>;
  watchRun(argument: _assay_v1_WatchRunRequestInit, options?: grpc.CallOptions): grpc.ClientReadableStream<_assay_v1_RunProgress>;
  
}

export interface OrchestratorHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Stops a run: nothing more is dispatched, open Submit streams end with ABORTED. Stored verdicts stay, and
   * submitting to the run again goes on.
   */
  CancelRun: grpc.handleUnaryCall<_assay_v1_CancelRunRequest, _assay_v1_RunInit>;
  
  /**
   * Creates a run, or opens the one with this id: creating it again with the same settings is no error, with
   * others it is ALREADY_EXISTS.
   */
  CreateRun: grpc.handleUnaryCall<_assay_v1_CreateRunRequest, _assay_v1_RunInit>;
  
  /**
   * Success rates of the verdicts stored so far.
   */
  GetReport: grpc.handleUnaryCall<_assay_v1_GetReportRequest, _assay_v1_GetReportResponseInit>;
  
  ListRuns: grpc.handleUnaryCall<_assay_v1_ListRunsRequest, _assay_v1_ListRunsResponseInit>;
  
  /**
   * Every known verifier with its replicas and their load.
   */
  ListVerifiers: grpc.handleUnaryCall<_assay_v1_ListVerifiersRequest, _assay_v1_ListVerifiersResponseInit>;
  
  /**
   * A verifier replica makes itself known. To be repeated within the lease that is answered; with drain set it
   * is taken out of service at once.
   */
  RegisterVerifier: grpc.handleUnaryCall<_assay_v1_RegisterVerifierRequest, _assay_v1_RegisterVerifierResponseInit>;
  
  /**
   * Streams candidates in and their verdicts out. Every verdict is durable before it is sent. Candidates that
   * already have a verdict in this run are answered from the store. The server stops reading while it has enough
   * work: writers must heed backpressure. Several streams may feed one run.
   */
  Submit: grpc.handleBidiStreamingCall<_assay_v1_SubmitRequest, _assay_v1_SubmitResponseInit>;
  
  /**
   * Streams progress until the run ends, or once where `once` is set.
   */
  WatchRun: grpc.handleServerStreamingCall<_assay_v1_WatchRunRequest, _assay_v1_RunProgressInit>;
  
}

export interface OrchestratorDefinition extends grpc.ServiceDefinition {
  CancelRun: MethodDefinition<_assay_v1_CancelRunRequestInit, _assay_v1_RunInit, _assay_v1_CancelRunRequest, _assay_v1_Run>
  CreateRun: MethodDefinition<_assay_v1_CreateRunRequestInit, _assay_v1_RunInit, _assay_v1_CreateRunRequest, _assay_v1_Run>
  GetReport: MethodDefinition<_assay_v1_GetReportRequestInit, _assay_v1_GetReportResponseInit, _assay_v1_GetReportRequest, _assay_v1_GetReportResponse>
  ListRuns: MethodDefinition<_assay_v1_ListRunsRequestInit, _assay_v1_ListRunsResponseInit, _assay_v1_ListRunsRequest, _assay_v1_ListRunsResponse>
  ListVerifiers: MethodDefinition<_assay_v1_ListVerifiersRequestInit, _assay_v1_ListVerifiersResponseInit, _assay_v1_ListVerifiersRequest, _assay_v1_ListVerifiersResponse>
  RegisterVerifier: MethodDefinition<_assay_v1_RegisterVerifierRequestInit, _assay_v1_RegisterVerifierResponseInit, _assay_v1_RegisterVerifierRequest, _assay_v1_RegisterVerifierResponse>
  Submit: MethodDefinition<_assay_v1_SubmitRequestInit, _assay_v1_SubmitResponseInit, _assay_v1_SubmitRequest, _assay_v1_SubmitResponse>
  WatchRun: MethodDefinition<_assay_v1_WatchRunRequestInit, _assay_v1_RunProgressInit, _assay_v1_WatchRunRequest, _assay_v1_RunProgress>
}
