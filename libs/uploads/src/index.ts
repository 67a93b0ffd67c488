export { bundleKey, draftKey, isStagedFor, stagingKey, STAGING } from './keys';
export { UploadReader, type CheckedUpload } from './upload-reader';
export { readStored } from './read-stored';
