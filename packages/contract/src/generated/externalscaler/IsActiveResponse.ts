// Original file: externalscaler/externalscaler.proto


export interface IsActiveResponseInit {
  'result'?: (boolean);
}

export interface IsActiveResponse {
  'result': (boolean);
}
