import type { FastifyReply } from 'fastify';
import type { Draft } from '@loam/contracts/capturer';
import { revisionTag } from '../if-match';

const existingOf = (item: Draft['existingItem']) =>
  item && {
    ...{ slug: item.slug, version: item.version, next_version: item.nextVersion },
    ...{ free_slug: item.freeSlug, own: item.own },
  };

/** A draft in skill-pool's spelling, with what Loam adds. */
export function toDraft(draft: Draft) {
  const { id, slug, description, tags, origin, notes, status, neighbour, revision, ...more } = draft;
  const merge = neighbour !== null && neighbour.similarity >= neighbour.threshold ? neighbour : null;
  return {
    ...{ id, slug, description, when_to_use: more.whenToUse, tags, origin, notes, status },
    ...{ published_version: more.publishedVersion, created_at: more.createdAt, reviewed_at: more.reviewedAt },
    merge_proposal_slug: merge?.item.slug ?? null,
    merge_proposal_similarity: merge?.similarity ?? null,
    ...{ revision, session_id: more.sessionId, drafter: more.drafter, score: more.score, flags: more.flags },
    ...{ verdict: more.verdict, blast_radius: more.blastRadius, edited: more.edited },
    ...{ beside_revision: more.beside, comment: more.comment, reviewed_by: more.reviewedBy },
    ...{
      published_slug: more.publishedSlug,
      published_verdict: more.publishedVerdict,
      refusal: more.refusal,
      existing_item: existingOf(more.existingItem),
    },
  };
}

/** One draft as an answer: its revision is the entity tag, for `If-Match`. */
export function answerDraft(draft: Draft, reply: FastifyReply) {
  void reply.header('etag', revisionTag(draft.revision));
  return toDraft(draft);
}
