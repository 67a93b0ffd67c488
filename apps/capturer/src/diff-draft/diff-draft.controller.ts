import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { DiffDraft } from '@loam/contracts/draft-review';
import type { Neighbour } from '@loam/contracts/draft-proposal';
import { GetSkill } from '@loam/contracts/registry';
import { EventStore } from '@loam/event-store';
import { reject, type Rejection } from '@loam/kernel';
import { Bus, OnRequest, Refused, type Call, valueOf } from '@loam/messaging';
import { bundleKey, Differ, draftKey, readStored } from '@loam/uploads';
import { BLOBS } from '../capturer.parts';
import { contentsIn, presentContent, type DraftContent } from '../draft.history';
import { draftStream } from '../draft.stream';

type Problem = Rejection<ProblemOf<typeof DiffDraft>>;

@Controller()
export class DiffDraftController {
  constructor(
    private readonly store: EventStore,
    private readonly bus: Bus,
    private readonly differ: Differ,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  @OnRequest(DiffDraft)
  async diff(
    { draftId, from, to }: Input<typeof DiffDraft>,
    call: Call,
  ): Promise<Output<typeof DiffDraft> | Problem> {
    const stream = draftStream(call.tenant, draftId);
    const contents = contentsIn(
      await this.store.transaction(call.context, (unit) => unit.readStream(stream)),
    );
    const present = presentContent(contents);
    if (present === undefined) return reject('draft-not-found', 'There is no such draft.');
    const newer = to === null ? present : contentAt(contents, to);
    if ('rejected' in newer) return newer;
    if (from === null) return this.withNeighbour(newer, call);
    const older = contentAt(contents, from);
    if ('rejected' in older) return older;
    return { neighbour: null, files: await this.filesOf(this.stored(older.sha256), newer) };
  }

  private async withNeighbour(draft: DraftContent, call: Call): Promise<Output<typeof DiffDraft> | Problem> {
    const { neighbour } = draft;
    if (neighbour === null)
      return reject('draft-without-neighbour', 'Nothing that is published is much like it. Give `from`.');
    const files = await this.filesOf(this.published(neighbour, call), draft);
    return { neighbour: { item: neighbour.item, version: neighbour.version }, files };
  }

  private async filesOf(older: Promise<Buffer>, { sha256 }: DraftContent) {
    const [from, to] = await Promise.all([older, this.stored(sha256)]);
    const files = await this.differ.diff(from, to);
    if (files !== undefined) return files;
    const detail = 'Comparing them takes too long at the moment.';
    throw new Refused({ code: 'unavailable', detail, retryAfterSeconds: 1 });
  }

  private stored(sha256: string): Promise<Buffer> {
    return readStored(this.blobs, draftKey(sha256), sha256);
  }

  /** Registry says whether these bytes may be read, and by what digest they are kept. */
  private async published({ item, version }: Neighbour, call: Call): Promise<Buffer> {
    const skill = valueOf(await this.bus.request(GetSkill, { ...item, version }, call.caller));
    if (skill.verdict === 'blocked' || skill.verdict === 'pending')
      throw new Refused({ code: 'version-held', detail: `${item.slug} ${version} is held back.` });
    return readStored(this.blobs, bundleKey(skill.sha256), skill.sha256);
  }
}

const contentAt = (
  contents: readonly DraftContent[],
  revision: number,
): DraftContent | Rejection<'revision-not-found'> =>
  contents.find((each) => each.revision === revision) ??
  reject('revision-not-found', `Nothing was said at revision ${String(revision)}.`);
