import { randomUUID } from 'node:crypto';
import { getCaptureFunnel, listCaptureSessions } from '@loam/contracts/http/capture';
import { getDraft, getDraftSkillMd, listDrafts, publishDraft } from '@loam/contracts/http/capturer';
import { getSkillDetail, listSkills } from '@loam/contracts/http/registry';
import { eventually, loadSessionSamples, precisionRecall, type SessionSample } from '@loam/testing';
import { newTenant, type Caller } from './caller.fixtures';
import { runSession } from './sessions.fixtures';
import { thisRun } from './this-run.fixtures';

jest.setTimeout(300_000);

const OVER = ['dismissed', 'drafted', 'failed'];

const sessionOf = async (caller: Caller, session: string) =>
  (await caller.call(listCaptureSessions, { query: { session } }))[0];

/** The recurrence of a failure is known from other sessions, which are not part of a sample. */
const standsAlone = ({ sessionsAlike }: SessionSample): boolean => sessionsAlike === undefined;

it.each(['tuning', 'held-out'] as const)(
  'each labelled session goes from its client to the catalog, or nowhere (%s)',
  async (part) => {
    const { admin } = await newTenant(thisRun.operator);
    const samples = loadSessionSamples(part).filter(standsAlone);
    const named = samples.map((sample) => ({ sample, session: `${sample.id}-${randomUUID()}` }));
    const judged: { id: string; expected: boolean; found: boolean }[] = [];
    const began = performance.now();
    for (const { sample, session } of named) await runSession(admin, session, sample.transcript);
    for (const { sample, session } of named) {
      const found = await eventually(async () => {
        const now = await sessionOf(admin, session);
        expect(OVER).toContain(now?.status);
        return now;
      }, 60_000);
      const { id, keep } = sample;
      judged.push({ id, expected: keep, found: found?.status === 'drafted' });
      if (found?.status !== 'drafted') continue;
      const draft = { params: { id: found.draft_id ?? '' } };
      const text = await admin.text(getDraftSkillMd, draft);
      for (const name of sample.names)
        expect({ id, text }).toEqual({ id, text: expect.stringContaining(name) });
      for (const never of sample.never)
        expect({ id, holds: text.includes(never) }).toEqual({ id, holds: false });
      const { flags } = await admin.call(getDraft, draft);
      expect({ id, flagged: flags.includes('prompt-injection') }).toEqual({ id, flagged: sample.flagged });
    }
    expect(judged.filter(({ expected, found }) => found && !expected)).toEqual([]);
    const { recall } = precisionRecall(judged);
    expect(recall).toBeGreaterThanOrEqual(0.9);
    const minutes = (performance.now() - began) / 60_000;
    process.stdout.write(`${part}: ${(named.length / minutes).toFixed(0)} sessions per minute\n`);
    expect(await admin.call(listSkills)).toEqual([]);
    const [first] = await admin.call(listDrafts);
    const published = await admin.call(publishDraft, {
      params: { id: first?.id ?? '' },
      body: { version: '1.0.0', acknowledge_flags: true },
    });
    await admin.call(getSkillDetail, { params: { slug: published.slug } });
    const { stages } = await admin.call(getCaptureFunnel);
    expect(stages.map(({ stage }) => stage)).toEqual(['captured', 'scored', 'drafted', 'published']);
    expect(stages[0]?.sessions).toBe(named.length);
  },
);
