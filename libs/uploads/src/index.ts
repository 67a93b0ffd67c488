export { bundleKey, draftKey, isStagedFor, stagingKey, STAGING } from './keys';
export { UploadReader, type CheckedUpload } from './upload-reader';
export { readSkillMd, readStored } from './read-stored';
