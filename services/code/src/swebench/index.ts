/** Patches to repositories, judged as SWE-bench does. */
export { removeLeftovers } from './container.ts';
export { compare, type Graded, grade, type Ungraded } from './grade.ts';
export { type Pruned, prePull, prune } from './images.ts';
export { checkRepositoryPatch, imageName } from './instance.ts';
export { type JudgeOptions, judgePatch } from './judge.ts';
export {
  type InstanceOutcome,
  type InstanceReport,
  instanceReport,
  type RunReport,
  runReport,
} from './report.ts';
