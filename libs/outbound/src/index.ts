export { isAllowList, parseAllowList, type AllowList } from './allow-list';
export { Outbound, type Fetched, type Resolve, type Sent } from './outbound';
