import { Controller } from '@nestjs/common';
import type { Input } from '@loam/contracts/define';
import { Resolve, type InstallPlan, type ResolveRoot } from '@loam/contracts/resolve';
import { OnRequest, Refused, type Call } from '@loam/messaging';
import { resolve, type Plan, type Root } from '@loam/resolver';
import { explainClashes, type Asked } from '../explain-clashes';
import { TenantCatalogs } from '../tenant-catalogs';
import { chooseRoots } from './choose-roots';
import { withNotes } from './with-notes';

/** What one answer holds at most. */
const MOST = { items: 10_000, reasons: 40_000 };

const spell = ({ kind, slug, range }: Root): string => `${kind}/${slug}@${range}`;

/** How each root was written, by what was made of it; the first where several came to the same. */
function writtenAs(given: readonly ResolveRoot[], roots: readonly Root[]): (root: Root) => Asked | undefined {
  const asked = new Map<string, Asked>();
  for (const [index, root] of roots.entries()) {
    if (asked.has(spell(root))) continue;
    const text = `${root.slug}@${given[index]?.version ?? root.range}`;
    asked.set(spell(root), { text, pointer: `/roots/${String(index)}` });
  }
  return (root) => asked.get(spell(root));
}

const isTooLarge = ({ items, missing }: Plan): boolean =>
  items.length > MOST.items ||
  [...items, ...missing].reduce((sum, { reasons }) => sum + reasons.length, 0) > MOST.reasons;

const tooLarge = (): Refused =>
  new Refused({
    code: 'resolution-too-large',
    detail: 'Ask for fewer items at once, or pin the versions of some.',
  });

@Controller()
export class ResolveController {
  constructor(private readonly catalogs: TenantCatalogs) {}

  @OnRequest(Resolve)
  async resolve({ roots: given, missing }: Input<typeof Resolve>, call: Call): Promise<InstallPlan> {
    const catalog = await this.catalogs.current(call.tenant);
    const chosen = chooseRoots(given, catalog);
    if ('errors' in chosen) {
      const detail = chosen.errors
        .map((error) => error.detail)
        .slice(0, 3)
        .join(' ');
      throw new Refused({ code: chosen.code, detail, errors: chosen.errors });
    }
    const resolution = resolve(chosen.roots, catalog, { missing });
    if (resolution.outcome === 'exhausted') throw tooLarge();
    if (resolution.outcome === 'conflict') {
      const explained = explainClashes(resolution.clashes, catalog, writtenAs(given, chosen.roots));
      throw new Refused({ code: 'dependency-conflict', ...explained });
    }
    if (isTooLarge(resolution.plan)) throw tooLarge();
    return withNotes(resolution.plan, catalog);
  }
}
