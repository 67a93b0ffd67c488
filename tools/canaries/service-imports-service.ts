// at: apps/registry/src/ask-telemetry.ts
// lint says: Projects cannot be imported by a relative or absolute path
// imports says: services-meet-only-in-contracts
export { uses } from '../../telemetry/src/uses';
