export { bundleKey, draftKey, stagingKey, STAGING } from './keys';
export { UploadReader, type CheckedUpload } from './upload-reader';
