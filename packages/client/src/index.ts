export type * from './api.ts';
export { type ClientOptions, OrchestratorClient } from './client.ts';
export { type Judged, type JudgeOptions, type JudgeRequest, judge, OnlineJudge } from './judge.ts';
export { orAborted, untilAborted } from './until-aborted.ts';
export { type CallEvents, type CallFault, type VerifierBatch, VerifierClient } from './verifier.ts';
