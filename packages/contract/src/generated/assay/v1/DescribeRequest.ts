// Original file: assay/v1/verifier.proto


export interface DescribeRequestInit {
}

export interface DescribeRequest {
}
