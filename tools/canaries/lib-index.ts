// at: libs/messaging/src/index.ts
// unused says: Redelivery
export const publish = (count: number): number => count;

export interface Redelivery {
  times: number;
}
