import { z } from 'zod';
import {
  DraftCreated,
  DraftDiscarded,
  DraftPublicationRefused,
  DraftPublicationRequested,
  DraftPublished,
  DraftRevised,
  DraftRevisionProposed,
  DraftVerdictChanged,
} from '@loam/contracts/capturer';
import { factSchema } from '@loam/contracts/define';
import type { Verdict } from '@loam/contracts/skill';
import type { Proposal } from '@loam/contracts/draft-proposal';
import {
  DraftApproved,
  DraftChangesRequested,
  DraftCommented,
  DraftEdited,
} from '@loam/contracts/draft-review';

export const draftStream = (tenant: string, draftId: string): string => `draft:${tenant}:${draftId}`;

export const draftEvents = z.union([
  factSchema(DraftCreated),
  factSchema(DraftRevised),
  factSchema(DraftRevisionProposed),
  factSchema(DraftEdited),
  factSchema(DraftCommented),
  factSchema(DraftApproved),
  factSchema(DraftChangesRequested),
  factSchema(DraftPublicationRequested),
  factSchema(DraftPublicationRefused),
  factSchema(DraftPublished),
  factSchema(DraftVerdictChanged),
  factSchema(DraftDiscarded),
]);
export type DraftEvent = z.output<typeof draftEvents>;

/** What holds of a draft in every state. */
export interface Draft {
  /** Of the stream's last event. */
  readonly revision: number;
  /** Of the event that gave it its content. */
  readonly content: number;
  /** The bundle of what its session gave last, whether the draft took it or it lies beside. */
  readonly proposed: string;
  /** The actors that wrote any of it. */
  readonly authors: readonly string[];
  /** The actors that are content with its content. */
  readonly approvers: readonly string[];
  /** What its reviewer has to have seen before it goes on. */
  readonly flags: readonly string[];
  /** A person has changed it. */
  readonly edited: boolean;
  /** The records of its session that it rested on, now or before. */
  readonly evidence: readonly string[];
  /** What it was published as last. */
  readonly published: Publication | null;
}

/** A published version, and what registry says of it; `reviewed`: a person says so, whatever a scan says. */
export interface Publication {
  readonly slug: string;
  readonly version: string;
  readonly verdict: Verdict;
  readonly reviewed: boolean;
}

/** While it is `publishing`, registry is being asked; it becomes published, or what it was before. */
export type DraftState =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'pending' | 'changes-requested' | 'approved' | 'discarded';
      readonly draft: Draft;
    }
  | {
      readonly status: 'publishing' | 'published';
      readonly draft: Draft;
      /** The name and version that it gets. */
      readonly slug: string;
      readonly version: string;
    };

export const noDraft: DraftState = { status: 'unknown' };

const including = (actors: readonly string[], actor: string): readonly string[] => [
  ...new Set([...actors, actor]),
];

const flagsIn = (proposal: Proposal | null | undefined): string[] | undefined =>
  proposal ? [...new Set(proposal.flags.map(({ flag }) => flag))] : undefined;

const evidenceIn = (proposal: Proposal | null | undefined): string[] =>
  proposal?.evidence.map(({ id }) => id) ?? [];

/** Other content: nobody has approved that yet. */
const holding = (draft: Draft, change: Partial<Draft>, author: string): DraftState => ({
  status: 'pending',
  draft: {
    ...{ ...draft, ...change, content: draft.revision, approvers: [] },
    authors: including(draft.authors, author),
  },
});

export function evolveDraft(state: DraftState, event: DraftEvent): DraftState {
  if (event.type === DraftCreated.name) {
    const { sha256: proposed, author, proposal } = event.data;
    const authors = author === undefined ? [] : [author];
    const draft = { revision: 0, content: 0, proposed, authors, approvers: [], edited: false };
    const told = { flags: flagsIn(proposal) ?? [], evidence: evidenceIn(proposal) };
    return { status: 'pending', draft: { ...draft, ...told, published: null } };
  }
  if (state.status === 'unknown') throw new Error('a draft begins with its creation');
  const draft = { ...state.draft, revision: state.draft.revision + 1 };
  switch (event.type) {
    case DraftRevised.name:
      return holding(
        draft,
        {
          ...{ proposed: event.data.sha256, flags: flagsIn(event.data.proposal) ?? [], edited: false },
          evidence: [...new Set([...draft.evidence, ...evidenceIn(event.data.proposal)])],
        },
        event.data.proposal.author,
      );
    case DraftEdited.name:
      return holding(
        draft,
        { edited: true, flags: flagsIn(event.data.proposal) ?? draft.flags },
        event.data.editor,
      );
    case DraftRevisionProposed.name:
      return { ...state, draft: { ...draft, proposed: event.data.sha256 } };
    case DraftCommented.name:
      return { ...state, draft };
    case DraftApproved.name: {
      const approvers = including(draft.approvers, event.data.approver);
      return { status: 'approved', draft: { ...draft, approvers } };
    }
    case DraftChangesRequested.name:
      return { status: 'changes-requested', draft: { ...draft, approvers: [] } };
    case DraftPublicationRequested.name:
      return { status: 'publishing', draft, slug: event.data.slug, version: event.data.version };
    case DraftPublicationRefused.name:
      return { status: draft.approvers.length > 0 ? 'approved' : 'pending', draft };
    case DraftPublished.name: {
      const { slug, version, verdict = 'pending' } = event.data;
      const published = { slug, version, verdict, reviewed: false };
      return { status: 'published', draft: { ...draft, published }, slug, version };
    }
    case DraftVerdictChanged.name: {
      const { slug, version, verdict, by } = event.data;
      const published = { slug, version, verdict, reviewed: by === 'review' };
      return { ...state, draft: { ...draft, published } };
    }
    case DraftDiscarded.name:
      return { status: 'discarded', draft };
  }
}
