import Fastify from 'fastify';
import { Pool } from 'pg';
import { z } from 'zod';

/** The least that taking an event over HTTP costs, and the least that storing it in a commit of its own costs. */
const { DATABASE_URL, PORT } = z
  .object({ DATABASE_URL: z.string(), PORT: z.coerce.number() })
  .parse(process.env);

const event = z.object({
  id: z.string(),
  time: z.string(),
  type: z.string(),
  data: z.object({ skill: z.string(), version: z.string() }),
});
/** The same as Fastify's validator reads it. */
const schema = { body: z.toJSONSchema(event, { target: 'draft-7', io: 'input' }) };

const INSERT = {
  name: 'insert',
  text: 'INSERT INTO keyed (id, at, type, skill, version) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
};

const server = Fastify();
const pool = new Pool({ connectionString: DATABASE_URL, max: 20 });

server.post<{ Body: z.output<typeof event> }>('/floor', { schema }, (request, reply) => {
  void reply.code(202).send({ id: request.body.id, status: 'recorded' });
});
server.post<{ Body: z.output<typeof event> }>('/insert', { schema }, async (request, reply) => {
  const { id, time, type, data } = request.body;
  await pool.query({ ...INSERT, values: [id, time, type, data.skill, data.version] });
  return reply.code(202).send({ id, status: 'recorded' });
});

async function main(): Promise<void> {
  await server.listen({ host: '127.0.0.1', port: PORT });
  process.send?.('ready');
}

void main();
