import { Controller } from '@nestjs/common';
import * as http from '@loam/contracts/http/gateway';
import { operations, serviceNames, type ServiceName } from '@loam/contracts/operations';
import { EventStore } from '@loam/event-store';
import { Bus, valueOf } from '@loam/messaging';
import { noteDecision } from '../note-decision';
import type { Edge } from '../edge';
import { Route, type Given } from '../route';

@Controller()
export class OperationsController {
  constructor(
    private readonly bus: Bus,
    private readonly store: EventStore,
  ) {}

  @Route(http.listDeadLetters)
  async list({ query }: Given<typeof http.listDeadLetters>, { caller }: Edge) {
    const asked: readonly ServiceName[] = query.service === undefined ? serviceNames : [query.service];
    const answers = await Promise.all(
      asked.map(async (service) => ({
        service,
        answer: await this.bus.request(operations[service].listDeadLetters, { limit: query.limit }, caller),
      })),
    );
    const items = answers.flatMap(({ answer }) => (answer.ok ? answer.value : []));
    items.sort((a, b) => b.failedAt.localeCompare(a.failedAt));
    const unreachable = answers.filter(({ answer }) => !answer.ok).map(({ service }) => service);
    return { items: items.slice(0, query.limit), unreachable };
  }

  @Route(http.showDeadLetter)
  async show({ params: { service, id } }: Given<typeof http.showDeadLetter>, { caller }: Edge) {
    return valueOf(await this.bus.request(operations[service].showDeadLetter, { id }, caller));
  }

  @Route(http.redriveDeadLetter)
  async redrive(
    { params: { service, id } }: Given<typeof http.redriveDeadLetter>,
    edge: Edge,
  ): Promise<void> {
    await this.decide(edge, service, id, 'redrive');
    valueOf(await this.bus.request(operations[service].redriveDeadLetter, { id }, edge.caller));
  }

  @Route(http.discardDeadLetter)
  async discard(
    { params: { service, id } }: Given<typeof http.discardDeadLetter>,
    edge: Edge,
  ): Promise<void> {
    await this.decide(edge, service, id, 'discard');
    valueOf(await this.bus.request(operations[service].discardDeadLetter, { id }, edge.caller));
  }

  @Route(http.startReplayCheck)
  async startReplayCheck({ params: { service } }: Given<typeof http.startReplayCheck>, { caller }: Edge) {
    return valueOf(await this.bus.request(operations[service].startReplayCheck, {}, caller));
  }

  @Route(http.getReplayCheck)
  async getReplayCheck({ params: { service, id } }: Given<typeof http.getReplayCheck>, { caller }: Edge) {
    return valueOf(await this.bus.request(operations[service].getReplayCheck, { id }, caller));
  }

  /** What is done about a letter that is there is noted before it is done, so that no crash hides it. */
  private async decide(
    { caller, context }: Edge,
    service: ServiceName,
    letterId: string,
    decision: 'redrive' | 'discard',
  ): Promise<void> {
    const { name, tenant: of } = valueOf(
      await this.bus.request(operations[service].showDeadLetter, { id: letterId }, caller),
    );
    await noteDecision(this.store, context, { service, letterId, name, of, decision });
  }
}
