/** Patches to repositories, judged as SWE-bench does. */
export { removeLeftovers } from './container.ts';
export { compare, type Graded, grade, resolutionOf, type TestsStatus, type Ungraded } from './grade.ts';
export {
  type InstanceImage,
  type Pruned,
  type PrunePlan,
  type Pulled,
  planPrune,
  prePull,
  removeImages,
  totalBytes,
} from './images.ts';
export { checkRepositoryPatch, imageName } from './instance.ts';
export { type JudgeOptions, judgePatch } from './judge.ts';
export {
  type InstanceOutcome,
  type InstanceReport,
  instanceReport,
  type RunReport,
  runReport,
} from './report.ts';
