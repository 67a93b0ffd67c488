import {
  DraftCreated,
  DraftDiscarded,
  DraftPublicationRequested,
  DraftPublished,
  DraftRevised,
  DraftRevisionProposed,
} from '@loam/contracts/capturer';
import { DraftEdited } from '@loam/contracts/draft-review';
import { fact } from '@loam/contracts/define';
import { EventCatalog, EventStore } from '@loam/event-store';
import { testContext, testDatabase, type TestDatabase } from '@loam/testing';
import { capturerMigrations } from './capturer.migrations';
import { editedBy, proposed, published, requested } from './draft.fixtures';
import { contentsIn, presentContent } from './draft.history';
import { drafts } from './draft.projection';
import { findDraft } from './draft.queries';
import { draftStream, type DraftEvent } from './draft.stream';
import { proposeDraft, type Proposed } from './propose-draft';

let server: TestDatabase;
let store: EventStore;
beforeAll(async () => {
  server = await testDatabase('capturer');
  const catalog = new EventCatalog([
    ...[DraftCreated, DraftRevised, DraftRevisionProposed, DraftEdited],
    ...[DraftPublicationRequested, DraftPublished, DraftDiscarded],
  ]);
  const database = await server.open('capturer', capturerMigrations);
  store = new EventStore({ database, catalog, inline: [drafts], clock: () => new Date() });
});
afterAll(() => server.close());

const context = testContext();

/** What a session gives, by the first letter of its digest, and the record that it rests on. */
const propose = (sessionId: string, letter: string, record = letter): Promise<Proposed> => {
  const { draftId: _, ...content } = proposed(letter, record);
  return proposeDraft(store, context, { ...content, proposal: { ...content.proposal, sessionId } });
};

const streamOf = (draftId: string) => draftStream(context.tenant, draftId);

/** Somebody does this to the draft. */
const happens = (draftId: string, expected: number, ...facts: DraftEvent[]) =>
  store.transaction(context, (unit) => {
    const of = facts.map(({ type, data }) => ({ type, data: { ...data, draftId } }));
    return unit.append({ stream: streamOf(draftId), expected, facts: of });
  });

const rowOf = (draftId: string) => store.database.tenant(context.tenant, (tx) => findDraft(tx, draftId));

describe('what a session gives', () => {
  it('JOB-06 is one draft, though ten workers propose it at once', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => propose('raced', 'a')));
    expect(new Set(all.map(({ draftId }) => draftId)).size).toBe(1);
    expect(all.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(all.filter(({ outcome }) => outcome === 'unchanged')).toHaveLength(9);
  });

  it('is the next text of its draft where the session goes on', async () => {
    const { draftId } = await propose('longer', 'a');
    expect(await propose('longer', 'b')).toEqual({ draftId, outcome: 'revised' });
    expect(await propose('longer', 'b')).toEqual({ draftId, outcome: 'unchanged' });
    expect(await rowOf(draftId)).toMatchObject({
      ...{ revision: 1, sha256: 'b'.repeat(64), sessionId: 'longer', drafter: 'extractive', score: 100 },
      ...{ status: 'pending', edited: false, beside: null },
    });
  });

  it('lies beside what a person has edited, where it is found again', async () => {
    const { draftId } = await propose('edited', 'a');
    await happens(draftId, 0, editedBy('reviewer'));
    expect(await propose('edited', 'b')).toEqual({ draftId, outcome: 'beside' });
    expect(await rowOf(draftId)).toMatchObject({
      ...{ revision: 2, beside: 2, sha256: 'e'.repeat(64), edited: true, sessionId: 'edited' },
    });
    const contents = contentsIn(
      await store.transaction(context, (unit) => unit.readStream(streamOf(draftId))),
    );
    expect(presentContent(contents)).toMatchObject({ revision: 1, beside: false });
    expect(contents.at(-1)).toMatchObject({ revision: 2, beside: true, sha256: 'b'.repeat(64) });
  });

  it('is the next version of what was published, in the same draft, where it rests on anything new', async () => {
    const { draftId } = await propose('published', 'a');
    await happens(draftId, 0, requested, published);
    expect(await propose('published', 'a')).toEqual({ draftId, outcome: 'unchanged' });
    expect(await propose('published', 'b', 'a')).toEqual({ draftId, outcome: 'unchanged' });
    expect(await rowOf(draftId)).toMatchObject({ status: 'published' });
    expect(await propose('published', 'c')).toEqual({ draftId, outcome: 'revised' });
    expect(await propose('published', 'c')).toEqual({ draftId, outcome: 'unchanged' });
    expect(await rowOf(draftId)).toMatchObject({
      ...{ status: 'pending', sha256: 'c'.repeat(64), reviewedAt: null },
      ...{ publishedSlug: 'a', publishedVersion: '1.0.0' },
    });
  });

  it('replaces what a person edited before it was published, and only by what is new', async () => {
    const { draftId } = await propose('edited and published', 'a');
    await happens(draftId, 0, editedBy('reviewer'), requested, published);
    expect(await propose('edited and published', 'b')).toEqual({ draftId, outcome: 'revised' });
    expect(await rowOf(draftId)).toMatchObject({ status: 'pending', edited: false });
    expect(await propose('edited and published', 'c')).toEqual({ draftId, outcome: 'revised' });
  });

  it('brings nothing back that was discarded, unless it rests on anything new', async () => {
    const { draftId } = await propose('discarded', 'a');
    await happens(draftId, 0, fact(DraftDiscarded, { draftId, reason: null }));
    expect(await propose('discarded', 'b', 'a')).toEqual({ draftId, outcome: 'unchanged' });
    expect(await rowOf(draftId)).toMatchObject({ status: 'discarded' });
    expect(await propose('discarded', 'b')).toEqual({ draftId, outcome: 'revised' });
    expect(await rowOf(draftId)).toMatchObject({ status: 'pending', comment: null });
  });
});
