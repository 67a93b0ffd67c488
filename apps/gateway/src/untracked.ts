import type { IncomingHttpHeaders } from 'node:http';

/** Whether who sends a request does not want to be tracked: `DNT: 1` (W3C Tracking Preference) or `Sec-GPC: 1`. */
export const isUntracked = (headers: IncomingHttpHeaders): boolean =>
  headers['dnt'] === '1' || headers['sec-gpc'] === '1';
