import { z } from 'zod';
import { failureSchema, type Failure } from '@loam/contracts/problems';

/** What a service sends back: a value of the contract's output, or why there is none. */
export type Reply = { readonly value: unknown } | { readonly failure: Failure };

const replySchema = z.union([z.object({ failure: failureSchema }), z.object({ value: z.unknown() })]);

export const encodeReply = (reply: Reply): Buffer => Buffer.from(JSON.stringify(reply));

/** @throws SyntaxError or ZodError when it is no reply */
export const decodeReply = (data: Uint8Array): Reply =>
  replySchema.parse(JSON.parse(Buffer.from(data).toString('utf8')));
