export { type Check, lockName, type Pulled, type PullOptions, pullFile } from './pull.ts';
export { type PublicFile, type PublicSet, publicSets } from './registry.ts';
