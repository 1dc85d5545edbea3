export { Meters } from './metrics.ts';
export { defaultOptions, type OrchestratorOptions } from './options.ts';
export { Orchestrator } from './orchestrator.ts';
export { type RunningServer, type ServerOptions, serveOrchestrator } from './server.ts';
export { Tenants } from './tenants.ts';
