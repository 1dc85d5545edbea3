// Original file: assay/v1/verifier.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DescribeRequestInit as _assay_v1_DescribeRequestInit, DescribeRequest as _assay_v1_DescribeRequest } from '../../assay/v1/DescribeRequest.ts';
import type { DescribeResponseInit as _assay_v1_DescribeResponseInit, DescribeResponse as _assay_v1_DescribeResponse } from '../../assay/v1/DescribeResponse.ts';
import type { VerifyRequestInit as _assay_v1_VerifyRequestInit, VerifyRequest as _assay_v1_VerifyRequest } from '../../assay/v1/VerifyRequest.ts';
import type { VerifyResponseInit as _assay_v1_VerifyResponseInit, VerifyResponse as _assay_v1_VerifyResponse } from '../../assay/v1/VerifyResponse.ts';

export interface VerifierClient extends grpc.Client {
  /**
   * Says what this verifier is and how much it takes. Cheap, never refused while the process lives.
   */
  Describe(argument: _assay_v1_DescribeRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_DescribeResponse>): grpc.ClientUnaryCall;
  Describe(argument: _assay_v1_DescribeRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_assay_v1_DescribeResponse>): grpc.ClientUnaryCall;
  Describe(argument: _assay_v1_DescribeRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_DescribeResponse>): grpc.ClientUnaryCall;
  Describe(argument: _assay_v1_DescribeRequestInit, callback: grpc.requestCallback<_assay_v1_DescribeResponse>): grpc.ClientUnaryCall;
  /**
   * Says what this verifier is and how much it takes. Cheap, never refused while the process lives.
   */
  describe(argument: _assay_v1_DescribeRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_DescribeResponse>): grpc.ClientUnaryCall;
  describe(argument: _assay_v1_DescribeRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_assay_v1_DescribeResponse>): grpc.ClientUnaryCall;
  describe(argument: _assay_v1_DescribeRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_assay_v1_DescribeResponse>): grpc.ClientUnaryCall;
  describe(argument: _assay_v1_DescribeRequestInit, callback: grpc.requestCallback<_assay_v1_DescribeResponse>): grpc.ClientUnaryCall;
  
  /**
   * Judges one batch: one problem, some of its candidates. Streams every candidate's verdict exactly once,
   * in the order in which they finish, then ends with OK. A call can be cancelled, and has a deadline; what is
   * unfinished then is not answered. Errors of the whole call:
   * RESOURCE_EXHAUSTED   no room for this batch now: nothing of it was judged, try later or elsewhere
   * FAILED_PRECONDITION  reason `problem_unknown` (see VerifyRequest.problem): send the batch again with the problem
   * INVALID_ARGUMENT     the request breaks this contract: no retry will help
   * UNAVAILABLE          the verifier drains or is not ready: try elsewhere
   * A trailer `assay-reason` carries the reason code of such an error; `assay-in-flight` may say, with
   * RESOURCE_EXHAUSTED, how many candidates the verifier has in all: more than the caller's are with others.
   */
  Verify(argument: _assay_v1_VerifyRequestInit, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_assay_v1_VerifyResponse>;
  Verify(argument: _assay_v1_VerifyRequestInit, options?: grpc.CallOptions): grpc.ClientReadableStream<_assay_v1_VerifyResponse>;
  /**
   * Judges one batch: one problem, some of its candidates. Streams every candidate's verdict exactly once,
   * in the order in which they finish, then ends with OK. A call can be cancelled, and has a deadline; what is
   * unfinished then is not answered. Errors of the whole call:
   * RESOURCE_EXHAUSTED   no room for this batch now: nothing of it was judged, try later or elsewhere
   * FAILED_PRECONDITION  reason `problem_unknown` (see VerifyRequest.problem): send the batch again with the problem
   * INVALID_ARGUMENT     the request breaks this contract: no retry will help
   * UNAVAILABLE          the verifier drains or is not ready: try elsewhere
   * A trailer `assay-reason` carries the reason code of such an error; `assay-in-flight` may say, with
   * RESOURCE_EXHAUSTED, how many candidates the verifier has in all: more than the caller's are with others.
   */
  verify(argument: _assay_v1_VerifyRequestInit, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_assay_v1_VerifyResponse>;
  verify(argument: _assay_v1_VerifyRequestInit, options?: grpc.CallOptions): grpc.ClientReadableStream<_assay_v1_VerifyResponse>;
  
}

export interface VerifierHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Says what this verifier is and how much it takes. Cheap, never refused while the process lives.
   */
  Describe: grpc.handleUnaryCall<_assay_v1_DescribeRequest, _assay_v1_DescribeResponseInit>;
  
  /**
   * Judges one batch: one problem, some of its candidates. Streams every candidate's verdict exactly once,
   * in the order in which they finish, then ends with OK. A call can be cancelled, and has a deadline; what is
   * unfinished then is not answered. Errors of the whole call:
   * RESOURCE_EXHAUSTED   no room for this batch now: nothing of it was judged, try later or elsewhere
   * FAILED_PRECONDITION  reason `problem_unknown` (see VerifyRequest.problem): send the batch again with the problem
   * INVALID_ARGUMENT     the request breaks this contract: no retry will help
   * UNAVAILABLE          the verifier drains or is not ready: try elsewhere
   * A trailer `assay-reason` carries the reason code of such an error; `assay-in-flight` may say, with
   * RESOURCE_EXHAUSTED, how many candidates the verifier has in all: more than the caller's are with others.
   */
  Verify: grpc.handleServerStreamingCall<_assay_v1_VerifyRequest, _assay_v1_VerifyResponseInit>;
  
}

export interface VerifierDefinition extends grpc.ServiceDefinition {
  Describe: MethodDefinition<_assay_v1_DescribeRequestInit, _assay_v1_DescribeResponseInit, _assay_v1_DescribeRequest, _assay_v1_DescribeResponse>
  Verify: MethodDefinition<_assay_v1_VerifyRequestInit, _assay_v1_VerifyResponseInit, _assay_v1_VerifyRequest, _assay_v1_VerifyResponse>
}
