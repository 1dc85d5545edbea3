// Original file: externalscaler/externalscaler.proto

import type { Long } from '@grpc/proto-loader';

export interface MetricSpecInit {
  'metricName'?: (string);
  /**
   * Whole, for those who do not read the next.
   */
  'targetSize'?: (number | string | Long);
  'targetSizeFloat'?: (number | string);
}

export interface MetricSpec {
  'metricName': (string);
  /**
   * Whole, for those who do not read the next.
   */
  'targetSize': (number);
  'targetSizeFloat': (number);
}
