export { MARKER, redact, redactAndCut } from './redact';
