export { redactAndCut } from './redact';
