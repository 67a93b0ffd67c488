import { Command } from 'commander';
import { z } from 'zod';
import { claimNamespace, getNamespace, listNamespaces, releaseNamespace } from '@loam/contracts/http/names';
import { wordList, type Commands } from '../session';

const none = z.object({});
const claimOptions = z.object({ owners: wordList });

const list = (run: Commands): Command =>
  new Command('list').description('the prefixes that have owners').action(
    run.action(none, async ({ output, client }) => {
      const found = await (await client()).call(listNamespaces, {});
      const rows = found.map(({ prefix, owners, claimed_at }) => [prefix, owners.join(', '), claimed_at]);
      output.result(found, () =>
        rows.length === 0 ? 'No prefix has owners.' : output.table(['PREFIX', 'OWNERS', 'SINCE'], rows),
      );
      return undefined;
    }),
  );

const show = (run: Commands): Command =>
  new Command('show')
    .description('a prefix, its owners and everyone who owned it before')
    .argument('<prefix>')
    .action(
      run.action(none, async ({ output, client }, _options, [prefix = '']) => {
        const found = await (await client()).call(getNamespace, { params: { prefix } });
        const rows = found.history.map(({ at, owners, by }) => [at, owners.join(', ') || 'open to all', by]);
        output.result(found, () => output.table(['AT', 'OWNERS', 'BY'], rows));
        return undefined;
      }),
    );

const claim = (run: Commands): Command =>
  new Command('claim')
    .description('give a prefix to owners, or to other ones')
    .argument('<prefix>')
    .requiredOption('--owners <ids>', 'ids of tokens, separated by commas')
    .action(
      run.action(claimOptions, async ({ output, client }, { owners }, [prefix = '']) => {
        const claimed = await (await client()).call(claimNamespace, { params: { prefix }, body: { owners } });
        output.result(claimed, () => `${prefix} belongs to ${claimed.owners.join(', ')}.`);
        return undefined;
      }),
    );

const release = (run: Commands): Command =>
  new Command('release')
    .description('let everybody publish under a prefix again')
    .argument('<prefix>')
    .action(
      run.action(none, async ({ output, client }, _options, [prefix = '']) => {
        await (await client()).call(releaseNamespace, { params: { prefix } });
        output.result({ prefix, owners: [] }, () => `${prefix} is open to all.`);
        return undefined;
      }),
    );

export const namespaceCommand = (run: Commands): Command =>
  new Command('namespace')
    .description('who may publish under which prefix of names')
    .addCommand(list(run), { isDefault: true })
    .addCommand(show(run))
    .addCommand(claim(run))
    .addCommand(release(run));
