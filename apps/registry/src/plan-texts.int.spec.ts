import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBlobStore } from '@loam/blobs';
import { PlanImported } from '@loam/contracts/plans';
import { ProjectCreated, ProjectDeleted } from '@loam/contracts/projects';
import { EventCatalog, EventStore } from '@loam/event-store';
import { uuidv7 } from '@loam/kernel';
import { testContext, testDatabase } from '@loam/testing';
import { planKey } from '@loam/uploads';
import { changeProjects } from './change-projects';
import { createProject } from './create-project/create-project.decider';
import { deleteProject } from './delete-project/delete-project.decider';
import { keepPlanText, readPlanText } from './plan-texts';
import { projects } from './projects.projection';
import { registryMigrations } from './registry.migrations';
import { sweepObjects } from './sweep-objects/sweep-objects.job';
import { takePlan, type TakePlan } from './take-plan.decider';

it('the sweep leaves the text of a plan alone as long as a project of any tenant has it', async () => {
  const server = await testDatabase('registry');
  const root = await mkdtemp(join(tmpdir(), 'loam-plans-'));
  try {
    const database = await server.open('registry', registryMigrations);
    const catalog = new EventCatalog([ProjectCreated, ProjectDeleted, PlanImported]);
    const clock = () => new Date();
    const store = new EventStore({ database, catalog, clock, inline: [projects] });
    const blobs = openBlobStore({ driver: 'filesystem', root });
    const tenants = [testContext(), testContext()];
    const slug = 'web';
    const text = await keepPlanText({ database, blobs }, '# The plan of two');
    const other = await keepPlanText({ database, blobs }, '# Of an import that died');
    const settings = {
      name: 'Web',
      description: null,
      gitRemote: null,
      stackTags: [],
      planRefreshSeconds: null,
    };
    for (const context of tenants) {
      const create = { slug, projectId: uuidv7(), settings, remoteOf: null };
      await changeProjects(store, context, { slug, decider: createProject, command: () => create });
      const source = { planId: uuidv7(), sourceType: 'file', sourceUrl: null, sourceEtag: null } as const;
      const taken = { outcome: 'text', text: { ...text, ...source } } as const;
      const take: TakePlan = { slug, taken, asked: true, basedOn: null };
      await changeProjects(store, context, { slug, decider: takePlan, command: () => take });
    }
    const sweep = async (): Promise<number> => {
      // Everything is old enough.
      const later = new Date(Date.now() + 60_000);
      const parts = { blobs, database, olderThan: later, archivesOlderThan: later };
      return (await sweepObjects({ ...parts, signal: new AbortController().signal })).removed;
    };

    expect(await sweep()).toBe(1);
    expect(await blobs.head(planKey(other.sha256))).toBeUndefined();
    for (const context of tenants) {
      expect(await readPlanText(blobs, text)).toBe('# The plan of two');
      await changeProjects(store, context, { slug, decider: deleteProject, command: () => ({ slug }) });
      await sweep();
    }
    expect(await blobs.head(planKey(text.sha256))).toBeUndefined();
  } finally {
    await server.close();
    await rm(root, { recursive: true });
  }
});
