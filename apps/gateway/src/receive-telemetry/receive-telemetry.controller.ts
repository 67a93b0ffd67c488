import { Controller } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { captureInHook, useInHook, useInLog } from '@loam/capture';
import { PROTOBUF, receiveHook, receiveLogs } from '@loam/contracts/http/receive';
import { permits } from '@loam/contracts/scopes';
import { Refused } from '@loam/messaging';
import { Captures } from '../captures';
import type { Edge } from '../edge';
import { Route, type Given } from '../route';
import { isUntracked } from '../untracked';
import { DetectedUses } from './detected-uses';
import { answerOf, readLogs } from './otlp-logs';

@Controller()
export class ReceiveTelemetryController {
  constructor(
    private readonly uses: DetectedUses,
    private readonly captures: Captures,
  ) {}

  /**
   * An empty answer, whatever the payload: any text would be an error to the client, who has nothing to mend. What it
   * tells of its session is kept where the token may capture.
   */
  @Route(receiveHook)
  async hook({ request }: Given<typeof receiveHook>, edge: Edge): Promise<void> {
    if (isUntracked(request.headers)) return;
    const use = useInHook(request.body);
    if (use !== undefined) await this.uses.record([use], edge);
    const capture = permits(edge.principal.scopes, 'capture:write') ? captureInHook(request.body) : undefined;
    if (capture !== undefined) await this.captures.report([capture], edge);
  }

  @Route(receiveLogs)
  async logs({ request }: Given<typeof receiveLogs>, edge: Edge): Promise<FastifyReply> {
    const read = readLogs(request.body);
    if (read === undefined)
      throw new Refused({ code: 'request-malformed', detail: 'The body is no OTLP export of logs.' });
    const uses = isUntracked(request.headers) ? [] : read.logs.flatMap((log) => useInLog(log) ?? []);
    const { refused } = await this.uses.record(uses, edge);
    const asProtobuf = Buffer.isBuffer(request.body);
    return edge.reply
      .type(asProtobuf ? PROTOBUF : 'application/json')
      .send(answerOf(read.rejected + refused, asProtobuf));
  }
}
