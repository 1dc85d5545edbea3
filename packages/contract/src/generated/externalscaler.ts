import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ExternalScalerClient as _externalscaler_ExternalScalerClient, ExternalScalerDefinition as _externalscaler_ExternalScalerDefinition } from './externalscaler/ExternalScaler.ts';
import type { GetMetricSpecResponseInit as _externalscaler_GetMetricSpecResponseInit, GetMetricSpecResponse as _externalscaler_GetMetricSpecResponse } from './externalscaler/GetMetricSpecResponse.ts';
import type { GetMetricsRequestInit as _externalscaler_GetMetricsRequestInit, GetMetricsRequest as _externalscaler_GetMetricsRequest } from './externalscaler/GetMetricsRequest.ts';
import type { GetMetricsResponseInit as _externalscaler_GetMetricsResponseInit, GetMetricsResponse as _externalscaler_GetMetricsResponse } from './externalscaler/GetMetricsResponse.ts';
import type { IsActiveResponseInit as _externalscaler_IsActiveResponseInit, IsActiveResponse as _externalscaler_IsActiveResponse } from './externalscaler/IsActiveResponse.ts';
import type { MetricSpecInit as _externalscaler_MetricSpecInit, MetricSpec as _externalscaler_MetricSpec } from './externalscaler/MetricSpec.ts';
import type { MetricValueInit as _externalscaler_MetricValueInit, MetricValue as _externalscaler_MetricValue } from './externalscaler/MetricValue.ts';
import type { ScaledObjectRefInit as _externalscaler_ScaledObjectRefInit, ScaledObjectRef as _externalscaler_ScaledObjectRef } from './externalscaler/ScaledObjectRef.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  externalscaler: {
    ExternalScaler: SubtypeConstructor<typeof grpc.Client, _externalscaler_ExternalScalerClient> & { service: _externalscaler_ExternalScalerDefinition }
    GetMetricSpecResponse: MessageTypeDefinition<_externalscaler_GetMetricSpecResponseInit, _externalscaler_GetMetricSpecResponse>
    GetMetricsRequest: MessageTypeDefinition<_externalscaler_GetMetricsRequestInit, _externalscaler_GetMetricsRequest>
    GetMetricsResponse: MessageTypeDefinition<_externalscaler_GetMetricsResponseInit, _externalscaler_GetMetricsResponse>
    IsActiveResponse: MessageTypeDefinition<_externalscaler_IsActiveResponseInit, _externalscaler_IsActiveResponse>
    MetricSpec: MessageTypeDefinition<_externalscaler_MetricSpecInit, _externalscaler_MetricSpec>
    MetricValue: MessageTypeDefinition<_externalscaler_MetricValueInit, _externalscaler_MetricValue>
    ScaledObjectRef: MessageTypeDefinition<_externalscaler_ScaledObjectRefInit, _externalscaler_ScaledObjectRef>
  }
}

