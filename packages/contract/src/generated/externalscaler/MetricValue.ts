// Original file: externalscaler/externalscaler.proto

import type { Long } from '@grpc/proto-loader';

export interface MetricValueInit {
  'metricName'?: (string);
  /**
   * Whole, for those who do not read the next.
   */
  'metricValue'?: (number | string | Long);
  'metricValueFloat'?: (number | string);
}

export interface MetricValue {
  'metricName': (string);
  /**
   * Whole, for those who do not read the next.
   */
  'metricValue': (number);
  'metricValueFloat': (number);
}
