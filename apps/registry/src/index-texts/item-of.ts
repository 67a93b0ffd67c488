import { z } from 'zod';
import { itemSchema, type Item } from '@loam/contracts/skill';

const namesItem = z.object({ ...itemSchema.shape });

/** The item that the data of an event names, if it names one. */
export const itemOf = (data: unknown): Item | undefined => namesItem.safeParse(data).data;
