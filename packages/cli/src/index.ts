export { builtinVerifiers, type VerifierProgram } from './builtin.ts';
export { exitCodes } from './exit.ts';
export { deriveRunId, type RunIdentity } from './run-id.ts';
export { SupervisedVerifier, type SupervisorOptions } from './supervisor.ts';
