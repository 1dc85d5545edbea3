// Original file: assay/v1/orchestrator.proto


export interface ListRunsRequestInit {
}

export interface ListRunsRequest {
}
