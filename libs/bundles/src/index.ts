export { assembleBundle, type Bundle, type BundleOptions, readBundle } from './bundle';
export { type BundleEntry, wrapMarkdown } from './entry';
export type { Profile } from './fields';
export type { Json } from './json';
export { type BundleLimits, defaultLimits } from './limits';
export type { ManifestOptions, SkillManifest } from './manifest';
export { BundleProblem, type BundleProblemCode, bundleProblems } from './problem';
export { isSlug, type Requirement } from './requirement';
export { writeTarGz } from './write-archive';
