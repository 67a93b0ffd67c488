import { Controller, Inject } from '@nestjs/common';
import type { BlobStore } from '@loam/blobs';
import { AppendTranscript } from '@loam/contracts/capture';
import * as http from '@loam/contracts/http/capture';
import { Bus, Refused } from '@loam/messaging';
import { stagingKey } from '@loam/uploads';
import { personOf, sessionIdOf } from '../capture-of-report';
import { Captures, refusalOf } from '../captures';
import type { Edge } from '../edge';
import { BLOBS } from '../gateway.parts';
import { demandFew, demandShallow } from '../read-reports';
import { Route, type Given } from '../route';

@Controller()
export class ReceiveCapturesController {
  constructor(
    private readonly bus: Bus,
    private readonly captures: Captures,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  @Route(http.reportCaptures)
  async report({ request }: Given<typeof http.reportCaptures>, edge: Edge) {
    const body: unknown = request.body;
    demandShallow(body);
    if (Array.isArray(body)) {
      demandFew(body);
      return { results: await this.captures.report(body, edge) };
    }
    const results = await this.captures.report([body], edge);
    const refusal = results.map(refusalOf).find((each) => each !== undefined);
    if (refusal !== undefined) throw refusal;
    void edge.reply.code(202);
    return { results };
  }

  /** The bytes are in the object store before capturer is told of them; where it does not take them they go. */
  @Route(http.uploadTranscript)
  async upload({ params, request }: Given<typeof http.uploadTranscript>, edge: Edge) {
    if (!Buffer.isBuffer(request.body))
      throw new Refused({ code: 'media-type-unsupported', detail: `Send the bytes as ${http.CHUNK}.` });
    const reporter = this.captures.reporterOf(edge);
    const key = stagingKey(reporter.tenant);
    const { bytes } = await this.blobs.put(key, request.body);
    const answer = await this.bus.request(
      AppendTranscript,
      {
        ...{ session: sessionIdOf(reporter, params.session), person: personOf(reporter) },
        ...{ offset: params.offset, bytes, stagingKey: key },
      },
      edge.caller,
    );
    if (answer.ok) {
      void edge.reply.header(http.UPLOAD_OFFSET, answer.value.offset);
      return answer.value;
    }
    await this.blobs.delete(key, { durable: false });
    const expected = answer.failure.errors?.find(({ code }) => code === 'transcript-gap')?.detail;
    if (expected !== undefined) void edge.reply.header(http.UPLOAD_OFFSET, expected);
    throw new Refused(answer.failure);
  }
}
