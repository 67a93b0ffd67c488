import type { BlobStore } from '@loam/blobs';
import {
  DraftPublicationRequested,
  DraftRevisionProposed,
  DraftVerdictChanged,
} from '@loam/contracts/capturer';
import { DraftCommented } from '@loam/contracts/draft-review';
import type { Actor } from '@loam/contracts/envelope';
import { problems, type UploadProblemCode, type Failure } from '@loam/contracts/problems';
import { PublishSkill } from '@loam/contracts/registry';
import type { EventContext, EventStore, RecordedEvent } from '@loam/event-store';
import { crashPoint, type Rejection } from '@loam/kernel';
import { Refused, type Bus } from '@loam/messaging';
import type { Verdict } from '@loam/contracts/skill';
import { draftKey, readStored, stagingKey, type CheckedUpload, type UploadReader } from '@loam/uploads';
import { findDraft, type DraftRow } from '../draft.queries';
import { draftEvents, draftStream } from '../draft.stream';
import { settlePublication, type Promotion } from './publish-draft.decider';

interface Requested {
  readonly promotion: Promotion;
  readonly draft: DraftRow;
  readonly actor: Actor;
}

type Answer =
  { readonly ok: true; readonly verdict: Verdict } | { readonly ok: false; readonly failure: Failure };

/** Long enough for registry to read the bundle and store it, in ms. */
const TIMEOUT_MS = 8000;

/** Whether asking once more could end otherwise. */
const isPassing = ({ code }: Failure): boolean => code === 'rate-limited' || problems[code].status >= 500;

/**
 * Carries a requested publication through: packs the bundle under its final name, hands it to registry, and notes the
 * answer. Each step may be repeated after a crash: the same draft is packed into the same bytes, registry takes the
 * same content twice as once, and the answer counts once.
 */
export class Promoter {
  constructor(
    private readonly store: EventStore,
    private readonly bus: Bus,
    private readonly blobs: BlobStore,
    private readonly uploads: UploadReader,
  ) {}

  /**
   * Goes on with what the draft's stream says was requested; nothing, where nothing is.
   * @throws Refused with registry's reason; where that may pass, the draft stays `publishing` for another try
   */
  async promote(context: EventContext, draftId: string): Promise<void> {
    const requested = await this.requested(context, draftId);
    if (requested === undefined) return;
    const answer = await this.publish(context, requested);
    crashPoint('promotion.answered');
    if (!answer.ok && isPassing(answer.failure)) throw new Refused(answer.failure);
    await this.store.execute(context, {
      ...{ stream: draftStream(context.tenant, draftId), events: draftEvents, decider: settlePublication },
      command: {
        ...requested.promotion,
        answer: answer.ok
          ? { verdict: answer.verdict }
          : { refusal: { code: answer.failure.code, detail: answer.failure.detail } },
      },
    });
    if (!answer.ok) throw new Refused(answer.failure);
  }

  private async publish(context: EventContext, { promotion, draft, actor }: Requested): Promise<Answer> {
    const upload = await this.rewritten(promotion, draft);
    if ('rejected' in upload) return { ok: false, failure: { code: upload.rejected, detail: upload.detail } };
    crashPoint('promotion.rewritten');
    const staging = stagingKey(context.tenant);
    await this.blobs.put(staging, upload.tarGz);
    crashPoint('promotion.staged');
    const answer = await this.bus.request(
      PublishSkill,
      {
        ...{ kind: 'skill', slug: promotion.slug, version: promotion.version, draftId: draft.id },
        existing: promotion.existing ?? true,
        ...{ whenToUse: draft.whenToUse, tags: draft.tags, changes: null },
        ...{ stagingKey: staging, uploadSha256: upload.sha256 },
      },
      {
        // The reviewer published it, also when a job carries it through after they have gone.
        identity: { tenant: context.tenant, actor, scopes: ['skills:publish'] },
        correlationId: context.correlationId,
        causationId: context.causationId,
      },
      { timeoutMs: TIMEOUT_MS },
    );
    return answer.ok ? { ok: true, verdict: answer.value.skill.verdict } : answer;
  }

  /** SKILL.md says the name and the version that it is published under. */
  private async rewritten(
    { slug, version }: Promotion,
    draft: DraftRow,
  ): Promise<CheckedUpload | Rejection<UploadProblemCode>> {
    const stored = await readStored(this.blobs, draftKey(draft.sha256), draft.sha256);
    const changes = { version, ...(slug === draft.slug ? {} : { name: slug }) };
    return this.uploads.check(stored, { deriveDescription: false, rewrite: { changes } });
  }

  private requested(context: EventContext, draftId: string): Promise<Requested | undefined> {
    return this.store.transaction(context, async (unit) => {
      const events = await unit.readStream(draftStream(context.tenant, draftId));
      // Others may have said something since, and more of the session may have come to lie beside it.
      const last = events.findLast(({ type }) => !besideThePoint.has(type));
      const promotion = requestIn(last);
      const draft = await findDraft(unit.tx, draftId);
      return last === undefined || promotion === undefined || draft === undefined
        ? undefined
        : { promotion, draft, actor: last.actor };
    });
  }
}

const besideThePoint: ReadonlySet<string> = new Set([
  ...[DraftCommented.name, DraftRevisionProposed.name, DraftVerdictChanged.name],
]);

const requestIn = (event: RecordedEvent | undefined): Promotion | undefined =>
  event?.type === DraftPublicationRequested.name
    ? DraftPublicationRequested.schema.parse(event.data)
    : undefined;
