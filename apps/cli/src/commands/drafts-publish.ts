import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { getDraft, publishDraft } from '@loam/contracts/http/capturer';
import { ExitCode, Failure, refusal } from '../failure';
import { verdictLines } from '../findings';
import type { Client } from '../remote/client';
import type { Commands, Session } from '../session';

type Published = Pick<z.output<typeof publishDraft.response>, 'slug' | 'version' | 'verdict' | 'held'>;

const options = z.object({
  version: z.string().optional(),
  slug: z.string().optional(),
  merge: z.boolean().default(false),
  existing: z.boolean().default(false),
  acknowledgeFlags: z.boolean().default(false),
});

const POLL_MS = 1000;
const POLLS = 60;

/** The server goes on by itself when it could not answer in time; this tells how far it is until it has ended. */
async function awaitEnd({ output }: Session, loam: Client, id: string, cause: Failure): Promise<Published> {
  output.note('The server goes on by itself.');
  const progress = output.progress('publishing');
  try {
    for (let poll = 0; poll < POLLS; poll += 1) {
      await delay(POLL_MS);
      const draft = await loam.call(getDraft, { params: { id } }).catch(() => undefined);
      progress.show(poll, POLLS);
      if (draft === undefined || draft.status === 'publishing') continue;
      if (draft.refusal !== null) throw refusal(draft.refusal.code, draft.refusal.detail);
      const { published_slug: slug, published_version: version, published_verdict: verdict } = draft;
      if (slug === null || version === null) throw cause;
      const held = verdict === null || verdict === 'blocked' || verdict === 'pending';
      return { slug, version, verdict: verdict ?? 'pending', held };
    }
    throw cause;
  } finally {
    progress.end();
  }
}

/** A version that is held back was published, and is no success: nobody can install it. */
async function publish(
  session: Session,
  { acknowledgeFlags: acknowledge_flags, ...chosen }: z.output<typeof options>,
  id: string,
): Promise<ExitCode | undefined> {
  const loam = await session.client();
  const body = { ...chosen, acknowledge_flags };
  session.output.note(
    `Publishing ${id}${chosen.version === undefined ? '' : ` as version ${chosen.version}`} …`,
  );
  const published: Published = await loam
    .call(publishDraft, { params: { id }, body })
    .catch((error: unknown) => {
      if (!(error instanceof Failure) || error.facts.exitCode !== ExitCode.unavailable) throw error;
      return awaitEnd(session, loam, id, error);
    });
  const { slug, version, verdict, held } = published;
  session.output.result(published, () =>
    [
      held ? `${slug} ${version} is published and held back.` : `Published ${slug} ${version}.`,
      ...verdictLines(verdict),
    ].join('\n'),
  );
  return held ? ExitCode.refused : undefined;
}

export const publishDraftCommand = (run: Commands): Command =>
  new Command('publish')
    .description('promote a draft to a published skill; exit 6 where the safety gate holds it back')
    .argument('<id>')
    .option(
      '--version <version>',
      'the version to publish; else the next minor one of what has the name, or 1.0.0',
    )
    .option('--slug <slug>', 'instead of its own')
    .option('--merge', 'as a new version of the item that it is most like')
    .option('--existing', 'as a new version of the item that has the name already')
    .option('--acknowledge-flags', 'though it is flagged: you have seen with what')
    .action(run.action(options, (session, chosen, [id = '']) => publish(session, chosen, id)));
