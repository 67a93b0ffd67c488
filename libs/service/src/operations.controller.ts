import { Controller, type Type } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { operations, type ServiceName } from '@loam/contracts/operations';
import type { JobCatalog, Jobs } from '@loam/jobs';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call, type NatsTransport } from '@loam/messaging';
import type { Log } from './log';
import type { ReplayChecks } from './replay-check';

type Calls = (typeof operations)[ServiceName];
type Answer<Name extends keyof Calls> = Promise<Output<Calls[Name]> | Rejection<ProblemOf<Calls[Name]>>>;

interface OperationsOptions {
  readonly service: ServiceName;
  /** Keeps the events that were given up on. */
  readonly transport: Pick<NatsTransport, 'deadLetters'>;
  /** Keeps the jobs that were given up on. */
  readonly jobs: Pick<Jobs<JobCatalog>, 'deadLetters'> | undefined;
  readonly checks: ReplayChecks;
  readonly log: Log;
}

/** The ids of dead jobs begin like this, those of dead events otherwise. */
const JOB = 'job-';

const gone = reject('dead-letter-not-found', 'It was redriven or discarded, or never was.');

/** The controller that answers the operator's calls to this service. */
export function operationsController({ service, transport, jobs, checks, log }: OperationsOptions): Type {
  const calls: Calls = operations[service];
  const keeperOf = (id: string) => (id.startsWith(JOB) ? jobs?.deadLetters : transport.deadLetters());

  /** Who has decided what about a letter stays in the log, which says when. */
  const settled = (letter: string, action: 'redriven' | 'discarded', { identity }: Call) => {
    log.info({ letter, actor: identity.actor.id }, `a dead letter was ${action}`);
    return {};
  };

  @Controller()
  class OperationsController {
    @OnRequest(calls.listDeadLetters)
    async list({ limit }: Input<Calls['listDeadLetters']>): Answer<'listDeadLetters'> {
      const letters = await Promise.all([
        transport.deadLetters().list(limit),
        jobs?.deadLetters.list(limit) ?? [],
      ]);
      const newestFirst = letters.flat().sort((a, b) => b.failedAt.localeCompare(a.failedAt));
      return newestFirst.slice(0, limit);
    }

    @OnRequest(calls.showDeadLetter)
    async show({ id }: Input<Calls['showDeadLetter']>): Answer<'showDeadLetter'> {
      return (await keeperOf(id)?.show(id)) ?? gone;
    }

    @OnRequest(calls.redriveDeadLetter)
    async redrive({ id }: Input<Calls['redriveDeadLetter']>, call: Call): Answer<'redriveDeadLetter'> {
      return (await keeperOf(id)?.redrive(id)) === true ? settled(id, 'redriven', call) : gone;
    }

    @OnRequest(calls.discardDeadLetter)
    async discard({ id }: Input<Calls['discardDeadLetter']>, call: Call): Answer<'discardDeadLetter'> {
      return (await keeperOf(id)?.discard(id)) === true ? settled(id, 'discarded', call) : gone;
    }

    @OnRequest(calls.startReplayCheck)
    async check(): Answer<'startReplayCheck'> {
      return checks.start();
    }

    @OnRequest(calls.getReplayCheck)
    async progress({ id }: Input<Calls['getReplayCheck']>): Answer<'getReplayCheck'> {
      return checks.get(id) ?? reject('replay-check-not-found', 'It is forgotten, or never was.');
    }
  }
  return OperationsController;
}
