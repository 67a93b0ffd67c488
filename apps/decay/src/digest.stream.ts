/** A week of a tenant, by its Monday. */
export const digestStream = (tenant: string, week: string): string => `digest:${tenant}:${week}`;
