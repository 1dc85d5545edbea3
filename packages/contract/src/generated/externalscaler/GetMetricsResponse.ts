// Original file: externalscaler/externalscaler.proto

import type { MetricValueInit as _externalscaler_MetricValueInit, MetricValue as _externalscaler_MetricValue } from '../externalscaler/MetricValue.ts';

export interface GetMetricsResponseInit {
  'metricValues'?: (_externalscaler_MetricValueInit)[];
}

export interface GetMetricsResponse {
  'metricValues': (_externalscaler_MetricValue)[];
}
