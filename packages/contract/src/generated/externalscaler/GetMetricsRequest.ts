// Original file: externalscaler/externalscaler.proto

import type { ScaledObjectRefInit as _externalscaler_ScaledObjectRefInit, ScaledObjectRef as _externalscaler_ScaledObjectRef } from '../externalscaler/ScaledObjectRef.ts';

export interface GetMetricsRequestInit {
  'scaledObjectRef'?: (_externalscaler_ScaledObjectRefInit | null);
  'metricName'?: (string);
}

export interface GetMetricsRequest {
  'scaledObjectRef': (_externalscaler_ScaledObjectRef | null);
  'metricName': (string);
}
