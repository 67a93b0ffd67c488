import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { GetDependencies } from '@loam/contracts/registry';
import { reject, type Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { selectVersion } from '../select-version.rules';
import type { CatalogVersion } from '../tenant-catalog';
import { TenantCatalogs } from '../tenant-catalogs';

/** Far beyond what a person installs. */
const MOST = 10_000;

const toldOf = (version: CatalogVersion | undefined) => ({
  requires: version?.requires ?? [],
  yanked: version?.yanked ?? null,
});

@Controller()
export class GetDependenciesController {
  constructor(private readonly catalogs: TenantCatalogs) {}

  /** From the requirements of the selected version on, over those of the latest live versions. */
  @OnRequest(GetDependencies)
  async get(
    { version: selector, ...item }: Input<typeof GetDependencies>,
    call: Call,
  ): Promise<Output<typeof GetDependencies> | Rejection<ProblemOf<typeof GetDependencies>>> {
    const catalog = await this.catalogs.current(call.tenant);
    const { kind, slug } = item;
    const known = catalog.find(item);
    const unknown = reject('skill-not-found', `There is no ${kind} called ${slug}.`);
    if (known === undefined) return unknown;
    const selected = selectVersion(selector, known.versions, known.channels);
    if ('rejected' in selected) {
      if (known.versions.every(({ status }) => status === 'erased'))
        return reject('version-erased', `${slug} was erased.`);
      return selector === null
        ? unknown
        : reject('version-not-found', `No version of ${slug} answers to ${selector}.`);
    }
    const root = known.versions.find(({ version }) => version === selected.version);
    if (root?.status === 'erased') return reject('version-erased', `${slug} ${selected.version} was erased.`);
    const today = catalog.today(item).slug;
    const told = toldOf(root);
    return {
      slug: today,
      version: selected.version,
      newer: selected.newer,
      yankReason: told.yanked,
      closure: catalog.graph.closure(told.requires, kind === 'skill' ? today : undefined, MOST),
    };
  }
}
