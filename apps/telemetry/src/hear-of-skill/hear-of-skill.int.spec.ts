import { randomUUID } from 'node:crypto';
import type { EventOf } from '@loam/contracts/envelope';
import { SkillPublished } from '@loam/contracts/registry';
import { testContext, testOccurrence } from '@loam/testing';
import { callOf, now, testTelemetry, type TestTelemetry } from '../telemetry.fixtures';
import { HearOfSkillController } from './hear-of-skill.controller';
import { KnowsSkillController } from './knows-skill.controller';

const published = (tenant: string, version: string): EventOf<typeof SkillPublished> => ({
  ...{ id: randomUUID(), type: SkillPublished.name, version: 1, stream: 's', revision: 0, tenant },
  ...{ occurredAt: now.toISOString(), correlationId: 'c', causationId: null },
  actor: { type: 'token', id: 't' },
  data: {
    ...{ kind: 'skill', slug: 'a-skill', version, name: null, description: 'd', descriptionDerived: false },
    ...{ whenToUse: null, tags: [], requires: [], sha256: 'a'.repeat(64), bytes: 1, files: 1, draftId: null },
    ...{ fingerprint: `sha256:${'a'.repeat(64)}`, uploadSha256: 'a'.repeat(64) },
  },
});

describe('hearing of skills', () => {
  let telemetry: TestTelemetry;
  beforeAll(async () => (telemetry = await testTelemetry()));
  afterAll(() => telemetry.server.close());

  it('knows what its own tenant has published, however often and in how many versions', async () => {
    const [tenant, other] = [randomUUID(), randomUUID()];
    const slice = new HearOfSkillController();
    for (const version of ['1.0.0', '1.0.0', '2.0.0'])
      await telemetry.store.transaction(testContext(tenant), (unit) =>
        slice.hear([testOccurrence(published(tenant, version))], unit),
      );
    const view = new KnowsSkillController(telemetry.database);
    const knows = (of: string, kind: 'skill' | 'agent') => view.knows({ kind, slug: 'a-skill' }, callOf(of));
    expect(await knows(tenant, 'skill')).toEqual({ known: true });
    expect(await knows(tenant, 'agent')).toEqual({ known: false });
    expect(await knows(other, 'skill')).toEqual({ known: false });
  });
});
