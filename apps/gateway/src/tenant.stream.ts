/** The stream of one tenant. It holds its creation, and so there is at most one of it. */
export const tenantStream = (tenant: string): string => `tenant:${tenant}`;
