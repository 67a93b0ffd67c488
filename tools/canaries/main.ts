// at: apps/registry/src/main.ts
// unused says nothing
import { publish } from '@loam/messaging';
import { used } from './half-used';

publish(used);
