import helmet from '@fastify/helmet';
import fastify from 'fastify';

/** Of an answer as such, whatever else it says. */
const OF_EVERY_ANSWER = new Set(['content-type', 'content-length', 'date', 'connection']);

/** The security headers of every answer. They do not depend on the request, so helmet is asked for them only once. */
export async function securityHeaders(): Promise<Readonly<Record<string, string>>> {
  const probe = fastify();
  await probe.register(helmet);
  probe.get('/', (_request, reply) => reply.send());
  const { headers } = await probe.inject('/');
  await probe.close();
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && !OF_EVERY_ANSWER.has(name) ? [[name, value]] : [],
    ),
  );
}
