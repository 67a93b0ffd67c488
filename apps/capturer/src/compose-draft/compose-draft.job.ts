import { createHash } from 'node:crypto';
import { writeTarGz } from '@loam/bundles';
import { GivenUp } from '@loam/jobs';
import { crashPoint } from '@loam/kernel';
import { draftKey, type UploadReader } from '@loam/uploads';
import { flagsOf, within, type Drafting } from '../drafting';
import { readSession } from '../read-session';
import { sessionStep, type Step, type StepParts } from '../session-step';
import { findWork, keepWork } from '../session-work';
import { withExcerpts } from './excerpts';

const FROM = ['scored', 'waiting'] as const;

/** Writes the lesson as a skill, keeps its bundle once it keeps the specification, and asks the safety gate. */
export const composeDraft = (parts: StepParts & { readonly reader: UploadReader }, drafting: Drafting) =>
  sessionStep(parts, 'composeDraft', FROM, async (step) => {
    const { store, context } = step;
    const { draft } = await findWork(store.database, context.tenant, step);
    if (draft !== null || (await compose(step, parts.reader, drafting)))
      await store.transaction(context, (unit) => step.owe(unit, 'handInDraft'));
  });

/** @returns whether there is a draft by now */
async function compose(step: Step, reader: UploadReader, drafting: Drafting): Promise<boolean> {
  const { store, blobs, context } = step;
  const { tenant } = context;
  const { lesson: work } = await findWork(store.database, tenant, step);
  if (work === null) throw new Error('there is no lesson to compose a draft of');
  const session = await readSession(step);
  const composed = await within(drafting, step, 'compose', () =>
    drafting.drafter.compose(work.lesson, session, step.signal),
  );
  if (composed === undefined) return false;
  const entry = { path: 'SKILL.md', bytes: Buffer.from(composed.skillMd), executable: false };
  const reading = await reader.readBytes(await writeTarGz([entry]), {
    ...{ deriveDescription: false, profile: 'spec-strict', scan: { previous: null, metadata: null } },
  });
  if (reading?.ok !== true)
    throw new GivenUp(`the draft is no skill: ${reading?.detail ?? 'it cannot be read'}`);
  const [issue] = reading.issues;
  if (issue !== undefined) throw new GivenUp(`the draft breaks the specification: ${issue.detail}`);
  const tarGz = Buffer.from(reading.tarGz);
  const sha256 = createHash('sha256').update(tarGz).digest('hex');
  await blobs.put(draftKey(sha256), tarGz);
  crashPoint('draft.composed');
  const { description, whenToUse, tags, scan } = reading;
  await keepWork(store.database, tenant, step, {
    draft: {
      ...{ slug: composed.name, description, whenToUse, tags, scan, sha256, bytes: tarGz.length },
      ...{ drafter: drafting.drafter.id, evidence: withExcerpts(composed.evidence, session.records) },
      flags: flagsOf([...work.lesson.flags, ...composed.flags]),
    },
  });
  return true;
}
