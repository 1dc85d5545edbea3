// Original file: assay/v1/orchestrator.proto


export interface ListVerifiersRequestInit {
}

export interface ListVerifiersRequest {
}
