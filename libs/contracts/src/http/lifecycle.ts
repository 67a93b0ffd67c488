import { z } from 'zod';
import { defineRoute } from '../define';
import { ArchiveSkill, EraseSkill, ListChannels, MoveChannel, UnarchiveSkill, YankSkill } from '../registry';
import { slugSchema, versionSchema } from '../skill';
import { kindQuery, slugParams } from './registry';

const oneVersionQuery = kindQuery.extend({ version: versionSchema.optional() });
const reason = z.string().trim().min(1).max(2000);

/** What changed, and what a read without a version is answered with from now on. */
const moved = z.object({
  slug: slugSchema,
  versions: z.array(versionSchema),
  latest: versionSchema.nullable(),
});

export const archiveSkill = defineRoute('archiveSkill', 'POST /v1/skills/{slug}/archive', {
  tag: 'Lifecycle',
  summary: 'Take an item, or one version of it, out of the catalog; it stays downloadable by exact version',
  scope: 'tenant:admin',
  params: slugParams,
  query: oneVersionQuery,
  response: moved.extend({ version: versionSchema }).meta({ id: 'ArchivedSkill' }),
  problems: [...ArchiveSkill.problems],
});

export const unarchiveSkill = defineRoute('unarchiveSkill', 'POST /v1/skills/{slug}/unarchive', {
  tag: 'Lifecycle',
  summary: 'Bring an archived item, or one version of it, back into the catalog',
  scope: 'tenant:admin',
  params: slugParams,
  query: oneVersionQuery,
  response: moved,
  problems: [...UnarchiveSkill.problems],
});

export const yankSkill = defineRoute('yankSkill', 'POST /v1/skills/{slug}/yank', {
  tag: 'Lifecycle',
  summary: 'Have a version resolved no more; it stays downloadable by exact version, with a warning',
  scope: 'skills:publish',
  params: slugParams,
  query: kindQuery,
  body: z.strictObject({ version: versionSchema, reason }).meta({ id: 'Yank' }),
  response: moved,
  problems: [...YankSkill.problems],
});

export const unyankSkill = defineRoute('unyankSkill', 'POST /v1/skills/{slug}/unyank', {
  tag: 'Lifecycle',
  summary: 'Have a yanked version resolved again',
  scope: 'skills:publish',
  params: slugParams,
  query: kindQuery,
  body: z.strictObject({ version: versionSchema }).meta({ id: 'Unyank' }),
  response: moved,
  problems: [...YankSkill.problems],
});

export const eraseSkill = defineRoute('eraseSkill', 'POST /v1/skills/{slug}/erase', {
  tag: 'Lifecycle',
  summary: 'Destroy an item, or one version of it, for good; its version numbers are never used again',
  scope: 'tenant:admin',
  params: slugParams,
  query: kindQuery,
  body: z
    .strictObject({
      /** Without one, the whole item. */
      version: versionSchema.optional(),
      reason,
    })
    .meta({ id: 'Erasure' }),
  response: moved,
  problems: [...EraseSkill.problems],
});

export const listChannels = defineRoute('listChannels', 'GET /v1/skills/{slug}/channels', {
  tag: 'Lifecycle',
  summary: 'The channels of an item, each with its moves, newest first',
  scope: 'skills:read',
  params: slugParams,
  query: kindQuery,
  response: z.array(
    z
      .object({
        channel: z.string(),
        version: versionSchema.nullable(),
        history: z.array(
          z.object({ version: versionSchema.nullable(), moved_at: z.iso.datetime(), moved_by: z.string() }),
        ),
      })
      .meta({ id: 'Channel' }),
  ),
  problems: [...ListChannels.problems],
});

const channelParams = slugParams.extend({ channel: z.string().min(1).max(64) });
const channelAnswer = z.object({ channel: z.string(), version: versionSchema.nullable() });

export const moveChannel = defineRoute('moveChannel', 'PUT /v1/skills/{slug}/channels/{channel}', {
  tag: 'Lifecycle',
  summary: 'Point a channel at a version; pinning `latest` overrides the highest stable version',
  scope: 'skills:publish',
  params: channelParams,
  query: kindQuery,
  body: z.strictObject({ version: versionSchema }).meta({ id: 'ChannelTarget' }),
  response: channelAnswer,
  problems: [...MoveChannel.problems],
});

export const removeChannel = defineRoute('removeChannel', 'DELETE /v1/skills/{slug}/channels/{channel}', {
  tag: 'Lifecycle',
  summary: 'Remove a channel; without its pin, `latest` is the highest stable version again',
  scope: 'skills:publish',
  params: channelParams,
  query: kindQuery,
  response: channelAnswer,
  problems: [...MoveChannel.problems],
});
