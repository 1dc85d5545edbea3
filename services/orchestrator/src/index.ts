export { defaultOptions, type OrchestratorOptions } from './options.ts';
export { Orchestrator } from './orchestrator.ts';
