// Original file: externalscaler/externalscaler.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetMetricSpecResponseInit as _externalscaler_GetMetricSpecResponseInit, GetMetricSpecResponse as _externalscaler_GetMetricSpecResponse } from '../externalscaler/GetMetricSpecResponse.ts';
import type { GetMetricsRequestInit as _externalscaler_GetMetricsRequestInit, GetMetricsRequest as _externalscaler_GetMetricsRequest } from '../externalscaler/GetMetricsRequest.ts';
import type { GetMetricsResponseInit as _externalscaler_GetMetricsResponseInit, GetMetricsResponse as _externalscaler_GetMetricsResponse } from '../externalscaler/GetMetricsResponse.ts';
import type { IsActiveResponseInit as _externalscaler_IsActiveResponseInit, IsActiveResponse as _externalscaler_IsActiveResponse } from '../externalscaler/IsActiveResponse.ts';
import type { ScaledObjectRefInit as _externalscaler_ScaledObjectRefInit, ScaledObjectRef as _externalscaler_ScaledObjectRef } from '../externalscaler/ScaledObjectRef.ts';

export interface ExternalScalerClient extends grpc.Client {
  /**
   * How much of the metric one replica should have.
   */
  GetMetricSpec(argument: _externalscaler_ScaledObjectRefInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_externalscaler_GetMetricSpecResponse>): grpc.ClientUnaryCall;
  GetMetricSpec(argument: _externalscaler_ScaledObjectRefInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_externalscaler_GetMetricSpecResponse>): grpc.ClientUnaryCall;
  GetMetricSpec(argument: _externalscaler_ScaledObjectRefInit, options: grpc.CallOptions, callback: grpc.requestCallback<_externalscaler_GetMetricSpecResponse>): grpc.ClientUnaryCall;
  GetMetricSpec(argument: _externalscaler_ScaledObjectRefInit, callback: grpc.requestCallback<_externalscaler_GetMetricSpecResponse>): grpc.ClientUnaryCall;
  /**
   * How much of the metric one replica should have.
   */
  getMetricSpec(argument: _externalscaler_ScaledObjectRefInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_externalscaler_GetMetricSpecResponse>): grpc.ClientUnaryCall;
  getMetricSpec(argument: _externalscaler_ScaledObjectRefInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_externalscaler_GetMetricSpecResponse>): grpc.ClientUnaryCall;
  getMetricSpec(argument: _externalscaler_ScaledObjectRefInit, options: grpc.CallOptions, callback: grpc.requestCallback<_externalscaler_GetMetricSpecResponse>): grpc.ClientUnaryCall;
  getMetricSpec(argument: _externalscaler_ScaledObjectRefInit, callback: grpc.requestCallback<_externalscaler_GetMetricSpecResponse>): grpc.ClientUnaryCall;
  
  /**
   * The metric now, of all replicas together.
   */
  GetMetrics(argument: _externalscaler_GetMetricsRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_externalscaler_GetMetricsResponse>): grpc.ClientUnaryCall;
  GetMetrics(argument: _externalscaler_GetMetricsRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_externalscaler_GetMetricsResponse>): grpc.ClientUnaryCall;
  GetMetrics(argument: _externalscaler_GetMetricsRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_externalscaler_GetMetricsResponse>): grpc.ClientUnaryCall;
  GetMetrics(argument: _externalscaler_GetMetricsRequestInit, callback: grpc.requestCallback<_externalscaler_GetMetricsResponse>): grpc.ClientUnaryCall;
  /**
   * The metric now, of all replicas together.
   */
  getMetrics(argument: _externalscaler_GetMetricsRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_externalscaler_GetMetricsResponse>): grpc.ClientUnaryCall;
  getMetrics(argument: _externalscaler_GetMetricsRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_externalscaler_GetMetricsResponse>): grpc.ClientUnaryCall;
  getMetrics(argument: _externalscaler_GetMetricsRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_externalscaler_GetMetricsResponse>): grpc.ClientUnaryCall;
  getMetrics(argument: _externalscaler_GetMetricsRequestInit, callback: grpc.requestCallback<_externalscaler_GetMetricsResponse>): grpc.ClientUnaryCall;
  
  /**
   * Whether there should be any replica at all.
   */
  IsActive(argument: _externalscaler_ScaledObjectRefInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_externalscaler_IsActiveResponse>): grpc.ClientUnaryCall;
  IsActive(argument: _externalscaler_ScaledObjectRefInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_externalscaler_IsActiveResponse>): grpc.ClientUnaryCall;
  IsActive(argument: _externalscaler_ScaledObjectRefInit, options: grpc.CallOptions, callback: grpc.requestCallback<_externalscaler_IsActiveResponse>): grpc.ClientUnaryCall;
  IsActive(argument: _externalscaler_ScaledObjectRefInit, callback: grpc.requestCallback<_externalscaler_IsActiveResponse>): grpc.ClientUnaryCall;
  /**
   * Whether there should be any replica at all.
   */
  isActive(argument: _externalscaler_ScaledObjectRefInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_externalscaler_IsActiveResponse>): grpc.ClientUnaryCall;
  isActive(argument: _externalscaler_ScaledObjectRefInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_externalscaler_IsActiveResponse>): grpc.ClientUnaryCall;
  isActive(argument: _externalscaler_ScaledObjectRefInit, options: grpc.CallOptions, callback: grpc.requestCallback<_externalscaler_IsActiveResponse>): grpc.ClientUnaryCall;
  isActive(argument: _externalscaler_ScaledObjectRefInit, callback: grpc.requestCallback<_externalscaler_IsActiveResponse>): grpc.ClientUnaryCall;
  
  /**
   * The same at once and at every change, so that the first replica starts without waiting for the next question.
   */
  StreamIsActive(argument: _externalscaler_ScaledObjectRefInit, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_externalscaler_IsActiveResponse>;
  StreamIsActive(argument: _externalscaler_ScaledObjectRefInit, options?: grpc.CallOptions): grpc.ClientReadableStream<_externalscaler_IsActiveResponse>;
  /**
   * The same at once and at every change, so that the first replica starts without waiting for the next question.
   */
  streamIsActive(argument: _externalscaler_ScaledObjectRefInit, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_externalscaler_IsActiveResponse>;
  streamIsActive(argument: _externalscaler_ScaledObjectRefInit, options?: grpc.CallOptions): grpc.ClientReadableStream<_externalscaler_IsActiveResponse>;
  
}

export interface ExternalScalerHandlers extends grpc.UntypedServiceImplementation {
  /**
   * How much of the metric one replica should have.
   */
  GetMetricSpec: grpc.handleUnaryCall<_externalscaler_ScaledObjectRef, _externalscaler_GetMetricSpecResponseInit>;
  
  /**
   * The metric now, of all replicas together.
   */
  GetMetrics: grpc.handleUnaryCall<_externalscaler_GetMetricsRequest, _externalscaler_GetMetricsResponseInit>;
  
  /**
   * Whether there should be any replica at all.
   */
  IsActive: grpc.handleUnaryCall<_externalscaler_ScaledObjectRef, _externalscaler_IsActiveResponseInit>;
  
  /**
   * The same at once and at every change, so that the first replica starts without waiting for the next question.
   */
  StreamIsActive: grpc.handleServerStreamingCall<_externalscaler_ScaledObjectRef, _externalscaler_IsActiveResponseInit>;
  
}

export interface ExternalScalerDefinition extends grpc.ServiceDefinition {
  GetMetricSpec: MethodDefinition<_externalscaler_ScaledObjectRefInit, _externalscaler_GetMetricSpecResponseInit, _externalscaler_ScaledObjectRef, _externalscaler_GetMetricSpecResponse>
  GetMetrics: MethodDefinition<_externalscaler_GetMetricsRequestInit, _externalscaler_GetMetricsResponseInit, _externalscaler_GetMetricsRequest, _externalscaler_GetMetricsResponse>
  IsActive: MethodDefinition<_externalscaler_ScaledObjectRefInit, _externalscaler_IsActiveResponseInit, _externalscaler_ScaledObjectRef, _externalscaler_IsActiveResponse>
  StreamIsActive: MethodDefinition<_externalscaler_ScaledObjectRefInit, _externalscaler_IsActiveResponseInit, _externalscaler_ScaledObjectRef, _externalscaler_IsActiveResponse>
}
