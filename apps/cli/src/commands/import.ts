import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { ExitCode, usageFailure } from '../failure';
import { planImport } from '../import/plan';
import { publishPlan, type Outcome, type Unpublished } from '../import/publish-plan';
import type { Output } from '../output';
import type { Commands, Session } from '../session';

interface Summary {
  readonly published: number;
  readonly unchanged: number;
  readonly refused: number;
  /** Places that hold what another place holds too. */
  readonly repeated: number;
  readonly seconds: number;
}

function summarise(outcomes: readonly Outcome[], seconds: number): Summary {
  const count = (outcome: Outcome['outcome']) => outcomes.filter((each) => each.outcome === outcome).length;
  const repeated = outcomes.reduce((sum, each) => sum + ('repeats' in each ? each.repeats.length : 0), 0);
  return {
    published: count('published'),
    unchanged: count('unchanged'),
    refused: count('refused'),
    repeated,
    seconds: Math.round(seconds * 10) / 10,
  };
}

const kinds = ['skill', 'agent', 'command'] as const;
const states = ['published', 'unchanged', 'refused'] as const;

function report(outcomes: readonly Outcome[], summary: Summary, output: Output): string {
  const figures = kinds.map((kind) => [
    `${kind}s`,
    ...states.map((state) =>
      String(outcomes.filter((each) => each.kind === kind && each.outcome === state).length),
    ),
  ]);
  const refused = outcomes.filter((each): each is Unpublished => each.outcome === 'refused');
  const changed = summary.published > 0 ? `${String(summary.published)} published` : 'Nothing changed';
  return [
    output.table(['KIND', 'PUBLISHED', 'UNCHANGED', 'REFUSED'], figures),
    ...(refused.length === 0 ? [] : ['', output.table(['REFUSED', 'CODE', 'REASON'], refused.map(rowOf))]),
    '',
    `${changed} in ${String(summary.seconds)} s.`,
    ...(summary.repeated === 0 ? [] : [`${String(summary.repeated)} more hold the same content as another.`]),
  ].join('\n');
}

const rowOf = ({ path, code, reason }: Unpublished): string[] => [path, code, reason];

async function importTree(session: Session, root: string): Promise<ExitCode | undefined> {
  const there = await stat(root).catch(() => undefined);
  if (there?.isDirectory() !== true) throw usageFailure(`${root} is not a folder.`);
  const client = await session.client();
  const started = performance.now();
  const plan = await planImport(root);
  if (plan.items.length + plan.refused.length === 0)
    throw usageFailure(
      `There is nothing to import in ${root}.`,
      'Looked for SKILL.md, agents/*.md and commands/*.md.',
    );
  const progress = session.output.progress('Publishing');
  const outcomes = await publishPlan(client, plan, (done, total) => progress.show(done, total)).finally(() =>
    progress.end(),
  );
  const summary = summarise(outcomes, (performance.now() - started) / 1000);
  session.output.result({ ...summary, items: outcomes }, () => report(outcomes, summary, session.output));
  return summary.refused > 0 ? ExitCode.refused : undefined;
}

export const importCommand = (run: Commands): Command =>
  new Command('import')
    .description('publish every skill, agent and command below a folder')
    .argument('<folder>')
    .action(
      run.action(z.object({}), (session, _, [folder = '']) =>
        importTree(session, resolve(session.world.cwd, folder)),
      ),
    );
