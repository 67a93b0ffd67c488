export { parseAllowList, type AllowList } from './allow-list';
export { Outbound, type Fetched, type Resolve } from './outbound';
