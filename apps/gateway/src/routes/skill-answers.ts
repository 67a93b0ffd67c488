import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { skillSchema } from '@loam/contracts/http/registry';
import type { CatalogEntry, SkillVersion } from '@loam/contracts/registry';

/** A catalog entry in skill-pool's spelling; what is not there is left out, as it does. */
export const toSkill = (
  entry: CatalogEntry & Partial<Pick<SkillVersion, 'yankReason' | 'newer'>>,
): z.output<typeof skillSchema> => ({
  slug: entry.slug,
  version: entry.version,
  description: entry.description,
  ...(entry.whenToUse === null ? {} : { when_to_use: entry.whenToUse }),
  tags: entry.tags,
  status: entry.status,
  created_at: entry.createdAt,
  kind: entry.kind,
  verdict: entry.verdict,
  blast_radius: entry.blastRadius,
  ...(typeof entry.yankReason === 'string' ? { yank_reason: entry.yankReason } : {}),
  ...(entry.newer ? { newer: entry.newer } : {}),
  ...(entry.decay === null ? {} : { decay: entry.decay }),
});

type Told = Pick<SkillVersion, 'slug' | 'version' | 'newer' | 'yankReason'>;

/** Says in the headers which version an answer is, and what a reader of it should know. */
export function announceVersion(
  { slug, version, newer, yankReason, status }: Told & Partial<Pick<SkillVersion, 'status'>>,
  reply: FastifyReply,
): void {
  void reply.header('x-loam-version', version);
  if (newer !== null) void reply.header('x-loam-newer', `${newer.version}; ${newer.status}`);
  const warnings: string[] = [];
  if (status === 'archived') {
    void reply.header('x-loam-archived', 'true');
    warnings.push('archived');
  }
  if (yankReason !== null) {
    void reply.header('x-loam-yanked', encodeURIComponent(yankReason));
    warnings.push(`yanked: ${encodeURIComponent(yankReason)}`);
  }
  // RFC 7234 section 5.5: 299 is a warning for people, and a client may show it.
  const lines = warnings.map((what) => `299 loam "${slug} ${version} is ${what}"`);
  if (lines.length > 0) void reply.header('warning', lines.join(', '));
}
