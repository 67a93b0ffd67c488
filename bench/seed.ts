import { connect, headers } from 'nats';
import { fact } from '@loam/contracts/define';
import { SkillPublished, SkillScanned } from '@loam/contracts/registry';
import { Database } from '@loam/database';
import { EventCatalog, EventStore, type UnitOfWork } from '@loam/event-store';
import { uuidv7 } from '@loam/kernel';
import { ruleSet } from '@loam/safety';
import { hashingVector, meaningText, quantise } from '@loam/search';
import { catalog } from '../apps/registry/src/catalog.projection';
import { keepTexts } from '../apps/registry/src/search-documents';
import { skillStream } from '../apps/registry/src/skill.stream';
import { startLoam, type Loam } from './loam';
import { addItems } from './seed-more';
import { describeItem, type SeededItem } from './seeded-items';

const PER_TRANSACTION = 100;
const LANES = 4;
/** So many are published one by one; what is read of more than those does not depend on the log. */
const LOGGED = 10_000;

const factsOf = ({ slug, description, tags, requires, sha256 }: SeededItem) => {
  const each = { kind: 'skill', slug, version: '1.0.0', sha256 } as const;
  return [
    fact(SkillPublished, {
      ...{ ...each, name: null, description, descriptionDerived: false, whenToUse: null, tags, requires },
      ...{ bytes: 1000, fingerprint: `sha256:${sha256}`, uploadSha256: sha256, files: 1, draftId: null },
    }),
    fact(SkillScanned, {
      ...{ ...each, ruleSet, verdict: 'pass', blastRadius: 'low' },
      ...{ findings: [], findingsTotal: 0, capabilities: [] },
    }),
  ];
};

async function append(store: EventStore, tenant: string, items: readonly SeededItem[]): Promise<void> {
  const context = {
    ...{ tenant, actor: { type: 'service', id: 'bench' } as const, correlationId: uuidv7() },
    ...{ causationId: null, traceparent: null },
  };
  await store.transaction(context, async (unit: UnitOfWork) => {
    const streams = items.map((item) => ({
      stream: skillStream(tenant, { kind: 'skill', slug: item.slug }),
      expected: -1,
      facts: factsOf(item),
    }));
    await unit.append(...streams);
    const texts = items.map(({ slug, description, tags, body }) => {
      const meaning = meaningText({ slug, name: '', description, whenToUse: '', tags: [...tags] });
      const vector = quantise(hashingVector(meaning));
      return { kind: 'skill', slug, version: '1.0.0', name: '', body, provider: 'hashing-v1', vector };
    });
    await keepTexts(unit.tx, texts);
  });
}

/** As if all had been published to the other services: what they keep of the catalog is not measured here. */
async function passOver({ admin, stack }: Loam): Promise<void> {
  const { rows } = await admin.query<{
    id: string;
    at: string;
    position: string;
    type: string;
    tenant: string;
  }>(
    `SELECT id, transaction_id::text AS at, position::text, type, tenant_id AS tenant FROM registry.events
     ORDER BY events.transaction_id DESC, events.position DESC LIMIT 1`,
  );
  const [last] = rows;
  if (last === undefined) throw new Error('nothing was seeded');
  await admin.query('UPDATE registry.checkpoints SET transaction_id = $1::xid8, position = $2', [
    ...[last.at, last.position],
  ]);
  const nats = await connect({ servers: stack.parts.nats?.current?.url ?? '' });
  const named = headers();
  named.set('Nats-Msg-Id', last.id);
  await nats.jetstream().publish('evt.registry.seeded.v1', new Uint8Array(), { headers: named });
  await nats.close();
}

/**
 * Fills a new Loam with items: through the registry's own log and projections, as publishing does, and with the texts
 * of the search. There are no bundles, and other services do not hear of the items.
 */
export async function seedLoam(home: string, count: number): Promise<void> {
  const loam = await startLoam(home, { profile: false });
  try {
    await loam.stack.services.registry.stop();
    const { rows } = await loam.admin.query<{ id: string }>('SELECT tenant_id AS id FROM gateway.tenants');
    const tenant = rows[0]?.id ?? '';
    const url = loam.adminUrl;
    const options = { schema: 'registry', applicationName: 'bench', poolSize: LANES };
    const database = await Database.open({ ...options, url, systemUrl: url });
    const store = new EventStore({
      ...{ database, inline: [catalog], clock: () => new Date() },
      catalog: new EventCatalog([SkillPublished, SkillScanned]),
    });
    const logged = Math.min(count, LOGGED);
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < logged) {
        const from = next;
        next = Math.min(logged, from + PER_TRANSACTION);
        const items = Array.from({ length: next - from }, (_, index) => describeItem(from + index, count));
        await append(store, tenant, items);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    await database.close();
    await addItems(url, logged, count);
    await loam.admin.query('ANALYZE');
    await passOver(loam);
  } finally {
    await loam.stop();
  }
}
