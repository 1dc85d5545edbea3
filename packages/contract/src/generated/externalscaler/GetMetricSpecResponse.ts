// Original file: externalscaler/externalscaler.proto

import type { MetricSpecInit as _externalscaler_MetricSpecInit, MetricSpec as _externalscaler_MetricSpec } from '../externalscaler/MetricSpec.ts';

export interface GetMetricSpecResponseInit {
  'metricSpecs'?: (_externalscaler_MetricSpecInit)[];
}

export interface GetMetricSpecResponse {
  'metricSpecs': (_externalscaler_MetricSpec)[];
}
