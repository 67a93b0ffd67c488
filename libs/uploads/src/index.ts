export { Differ } from './differ';
export { BundleShelf, type BundleFile } from './bundle-shelf';
export {
  bundleKey,
  draftKey,
  isStagedFor,
  planKey,
  stagingKey,
  STAGING,
  TRANSFERS,
  transferKey,
} from './keys';
export { UploadReader, type CheckedUpload } from './upload-reader';
export type { ReadingOptions } from './checked';
export { searchedBody } from './searched-body';
export { readSkillMd, readStaged, readStored } from './read-stored';
