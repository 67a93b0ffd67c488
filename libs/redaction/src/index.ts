export { redact, redactAndCut } from './redact';
