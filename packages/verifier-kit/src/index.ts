export { orAborted } from './abort.ts';
export type { CheckResult } from './conformance/check.ts';
export { type ConformanceOptions, conformance, judgedCheck } from './conformance/index.ts';
export { problemKind, type VerdictBody, type VerifierDefinition, type VerifyContext } from './definition.ts';
export { Outbox } from './outbox.ts';
export { runVerifier } from './run.ts';
export { type RunningVerifier, type ServeOptions, serveVerifier } from './server.ts';
export { type NewVerifierOptions, newVerifierFiles } from './template.ts';
