import { Command, Option } from 'commander';
import { z } from 'zod';
import { getReplayCheck, startReplayCheck } from '@loam/contracts/http/gateway';
import {
  serviceNames,
  serviceNameSchema,
  type ReplayCheck,
  type ServiceName,
} from '@loam/contracts/operations';
import { ExitCode, Failure } from '../failure';
import type { Output } from '../output';
import type { Client } from '../remote/client';
import type { Commands, Session } from '../session';

const LOOK_MS = 250;

const options = z.object({ service: serviceNameSchema.optional() });

/** Starts the check of one service and looks until it has ended. */
async function follow(
  client: Client,
  service: ServiceName,
  seen: (check: ReplayCheck) => void,
): Promise<ReplayCheck> {
  let check = await client.call(startReplayCheck, { params: { service } });
  seen(check);
  while (check.status === 'running') {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    check = await client.call(getReplayCheck, { params: { service, id: check.id } });
    seen(check);
  }
  return check;
}

async function followAll(
  client: Client,
  services: readonly ServiceName[],
  output: Output,
): Promise<ReplayCheck[]> {
  const progress = output.progress('Replaying');
  const latest = new Map<ServiceName, ReplayCheck>();
  const seen = (check: ReplayCheck): void => {
    latest.set(check.service, check);
    const all = [...latest.values()].map((each) => each.progress);
    const sum = (key: 'done' | 'total') => all.reduce((total, each) => total + each[key], 0);
    progress.show(sum('done'), sum('total'));
  };
  return Promise.all(services.map((service) => follow(client, service, seen))).finally(() => progress.end());
}

const keyOf = (key: Readonly<Record<string, unknown>>): string =>
  Object.entries(key)
    .map(([column, value]) => `${column}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');

function report(checks: readonly ReplayCheck[], output: Output): string {
  const summary = checks.map((check) => [
    check.service,
    String(check.progress.done),
    String(check.tables.length),
    String(check.tables.reduce((sum, { rows }) => sum + rows, 0)),
    String(check.differing),
  ]);
  const differences = checks.flatMap((check) =>
    check.differences.map((each) => [
      `${check.service}.${each.table}`,
      each.difference,
      keyOf(each.key),
      each.columns.join(', '),
    ]),
  );
  return [
    output.table(['SERVICE', 'FACTS', 'TABLES', 'ROWS', 'DIFFERENCES'], summary),
    ...(differences.length === 0
      ? []
      : ['', output.table(['TABLE', 'DIFFERENCE', 'KEY', 'COLUMNS'], differences)]),
  ].join('\n');
}

function failIfAny(checks: readonly ReplayCheck[]): void {
  const failed = checks.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return;
  const what = failed.map(({ service, error }) => `${service}: ${error ?? 'unknown reason'}`).join('; ');
  throw new Failure({
    exitCode: ExitCode.unexpected,
    code: 'replay-check-failed',
    what: `The check could not be finished. ${what}`,
  });
}

async function replay({ output, client }: Session, service: ServiceName | undefined): Promise<ExitCode> {
  const services = service === undefined ? serviceNames : [service];
  const checks = await followAll(await client(), services, output);
  failIfAny(checks);
  const differing = checks.reduce((sum, check) => sum + check.differing, 0);
  output.result({ differing, checks }, () => report(checks, output));
  return differing > 0 ? ExitCode.differences : ExitCode.ok;
}

export const replayCommand = (run: Commands): Command =>
  new Command('replay')
    .description('rebuild every table from the log beside the live one and compare them row by row')
    .requiredOption('--check', 'compare and change nothing; there is no other way yet')
    .addOption(new Option('--service <service>', 'only this one').choices(serviceNameSchema.options))
    .action(run.action(options, (session, { service }) => replay(session, service)));
