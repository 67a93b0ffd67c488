import { Controller } from '@nestjs/common';
import * as http from '@loam/contracts/http/usage';
import { newsPositionSchema } from '@loam/contracts/usage';
import type { Edge } from '../edge';
import { parsePart, Route, type Given } from '../route';
import { LiveUsage } from './live-usage';

@Controller()
export class LiveUsageController {
  constructor(private readonly live: LiveUsage) {}

  @Route(http.liveUsage)
  async listen({ query, request }: Given<typeof http.liveUsage>, edge: Edge) {
    const { 'last-event-id': last, authorization } = request.headers;
    const after = last === undefined ? null : parsePart(newsPositionSchema, last);
    const stream = this.live.open(edge, authorization, after);
    const clock = setTimeout(() => {
      stream.end();
    }, query.seconds * 1000);
    stream.body.once('close', () => {
      clearTimeout(clock);
    });
    const headers = {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies that gather an answer before they hand it on are asked not to.
      'x-accel-buffering': 'no',
    };
    return edge.reply.headers(headers).send(stream.body);
  }
}
