// Original file: externalscaler/externalscaler.proto


export interface ScaledObjectRefInit {
  'name'?: (string);
  'namespace'?: (string);
  /**
   * The metadata of the trigger.
   */
  'scalerMetadata'?: ({[key: string]: string});
}

export interface ScaledObjectRef {
  'name': (string);
  'namespace': (string);
  /**
   * The metadata of the trigger.
   */
  'scalerMetadata': ({[key: string]: string});
}
