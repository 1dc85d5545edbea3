export type * from './api.ts';
export { type ClientOptions, OrchestratorClient } from './client.ts';
export { untilAborted } from './until-aborted.ts';
