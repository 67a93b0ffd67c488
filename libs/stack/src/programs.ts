import { join } from 'node:path';
import type { ServiceName } from '@loam/contracts/operations';

/** A service's compiled program. @param distribution the folder of all compiled programs */
export const programOf = (distribution: string, service: ServiceName): string =>
  join(distribution, 'apps', service, 'src', 'main.js');

/** What changes with each build; a folder that was compiled in another way has none. */
export const stampFileOf = (distribution: string): string => join(distribution, '.stamp');
