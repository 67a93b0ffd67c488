import type { z } from 'zod';
import type { Output } from '@loam/contracts/define';
import type { diffVersions, getChangelog } from '@loam/contracts/http/reading';
import type { FileChange, GetChangelog } from '@loam/contracts/reading';
import type { SkillVersion } from '@loam/contracts/registry';

type Diff = z.output<(typeof diffVersions)['response']>;

export const toSide = ({ version, sha256, fingerprint }: SkillVersion): Diff['from'] => ({
  ...{ version, sha256, fingerprint },
});

export const toChange = ({ previousPath, without, ...change }: FileChange): Diff['files'][number] => ({
  ...change,
  ...(previousPath === null ? {} : { previous_path: previousPath }),
  ...(without === null ? {} : { without }),
});

export const toChangelog = (
  slug: string,
  { entries, next }: Output<typeof GetChangelog>,
): z.output<(typeof getChangelog)['response']> => ({
  slug,
  entries: entries.map(({ version, status, verdict, publishedAt, publishedBy, changes, yankReason }) => ({
    ...{ version, status, verdict, published_at: publishedAt, published_by: publishedBy, changes },
    ...(yankReason === null ? {} : { yank_reason: yankReason }),
  })),
  ...(next === null ? {} : { next }),
});
