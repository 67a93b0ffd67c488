import type { BlobStore } from '@loam/blobs';
import { DraftPublicationRequested } from '@loam/contracts/capturer';
import type { Actor } from '@loam/contracts/envelope';
import { problems, type Failure } from '@loam/contracts/problems';
import { PublishSkill } from '@loam/contracts/registry';
import type { EventContext, EventStore, RecordedEvent } from '@loam/event-store';
import { crashPoint } from '@loam/kernel';
import { Refused, type Bus } from '@loam/messaging';
import { draftKey, stagingKey } from '@loam/uploads';
import { findDraft, type DraftRow } from '../draft.queries';
import { draftEvents, draftStream } from '../draft.stream';
import { settlePublication, type Promotion } from './publish-draft.decider';

/** Long enough for registry to read the bundle and store it, in ms. */
const TIMEOUT_MS = 8000;

/** Whether asking once more could end otherwise. */
const isPassing = ({ code }: Failure): boolean => problems[code].status >= 500;

/**
 * Carries a requested publication through: hands the bundle to registry, and notes its answer. Each step may be
 * repeated after a crash: registry takes the same content twice as once, and the answer counts once.
 */
export class Promoter {
  constructor(
    private readonly store: EventStore,
    private readonly bus: Bus,
    private readonly blobs: BlobStore,
  ) {}

  /**
   * Goes on with what the draft's stream says was requested; nothing, where nothing is.
   * @throws Refused with registry's reason; where that may pass, the draft stays `publishing` for another try
   */
  async promote(context: EventContext, draftId: string): Promise<void> {
    const requested = await this.requested(context, draftId);
    if (requested === undefined) return;
    const { promotion, draft, actor } = requested;
    const staging = stagingKey(context.tenant);
    await this.blobs.copy(draftKey(draft.sha256), staging);
    crashPoint('promotion.staged');
    const answer = await this.bus.request(
      PublishSkill,
      {
        ...{ kind: 'skill', slug: promotion.slug, version: promotion.version, draftId },
        ...{ whenToUse: draft.whenToUse, tags: draft.tags, stagingKey: staging, uploadSha256: draft.sha256 },
      },
      {
        // The reviewer published it, also when a job carries it through after they have gone.
        identity: { tenant: context.tenant, actor, scopes: ['skills:publish'] },
        correlationId: context.correlationId,
        causationId: context.causationId,
      },
      { timeoutMs: TIMEOUT_MS },
    );
    crashPoint('promotion.answered');
    if (!answer.ok && isPassing(answer.failure)) throw new Refused(answer.failure);
    const refusal = answer.ok ? null : { code: answer.failure.code, detail: answer.failure.detail };
    await this.store.execute(context, {
      ...{ stream: draftStream(context.tenant, draftId), events: draftEvents, decider: settlePublication },
      command: { ...promotion, refusal },
    });
    if (!answer.ok) throw new Refused(answer.failure);
  }

  private requested(
    context: EventContext,
    draftId: string,
  ): Promise<{ promotion: Promotion; draft: DraftRow; actor: Actor } | undefined> {
    return this.store.transaction(context, async (unit) => {
      const last = (await unit.readStream(draftStream(context.tenant, draftId))).at(-1);
      const promotion = requestIn(last);
      const draft = await findDraft(unit.tx, draftId);
      return last === undefined || promotion === undefined || draft === undefined
        ? undefined
        : { promotion, draft, actor: last.actor };
    });
  }
}

const requestIn = (event: RecordedEvent | undefined): Promotion | undefined =>
  event?.type === DraftPublicationRequested.name
    ? DraftPublicationRequested.schema.parse(event.data)
    : undefined;
