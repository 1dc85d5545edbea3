/** Turns a function task and an answer into a program that a sandbox can run. */
export { callTask, callTaskFault } from './call.ts';
export { functionTask, functionTaskFault } from './function.ts';
export type { CallTask, FunctionTask, Program } from './task.ts';
