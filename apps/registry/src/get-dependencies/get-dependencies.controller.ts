import { Controller } from '@nestjs/common';
import type { Input, Output, ProblemOf } from '@loam/contracts/define';
import { GetDependencies } from '@loam/contracts/registry';
import { Database, type Tx } from '@loam/database';
import type { Rejection } from '@loam/kernel';
import { OnRequest, type Call } from '@loam/messaging';
import { findSelected } from '../catalog.queries';

type Closure = Output<typeof GetDependencies>;

/** Far beyond what a person installs; a hostile graph ends here. */
const MOST = 10_000;

/** What the shown versions of these skills require. */
const requirementsOf = (tx: Tx, slugs: readonly string[]): Promise<{ slug: string; range: string }[]> =>
  tx.query(
    `SELECT d.requires_slug AS slug, min(d.range) AS range FROM dependencies d
     JOIN skills s USING (tenant_id, kind, slug, version)
     WHERE d.tenant_id = current_setting('loam.tenant')::uuid AND d.kind = 'skill' AND d.slug = ANY ($1)
       AND s.status = 'published'
     GROUP BY d.requires_slug ORDER BY d.requires_slug`,
    [slugs],
  );

@Controller()
export class GetDependenciesController {
  constructor(private readonly database: Database) {}

  /** Level by level from the root; a slug counts once, so a cycle ends and nothing is visited twice. */
  @OnRequest(GetDependencies)
  get(
    { version, ...item }: Input<typeof GetDependencies>,
    call: Call,
  ): Promise<Closure | Rejection<ProblemOf<typeof GetDependencies>>> {
    return this.database.tenant(call.tenant, async (tx) => {
      const root = await findSelected(tx, item, version);
      if ('rejected' in root) return root;
      const seen = new Set(item.kind === 'skill' ? [item.slug] : []);
      const closure: Closure = [];
      let level: readonly { slug: string; range: string }[] = root.requires;
      for (let depth = 1; level.length > 0 && closure.length < MOST; depth += 1) {
        const fresh = level.filter(({ slug }) => !seen.has(slug));
        for (const { slug } of fresh) seen.add(slug);
        closure.push(...fresh.map(({ slug, range }) => ({ slug, range, depth })));
        level =
          fresh.length === 0
            ? []
            : await requirementsOf(
                tx,
                fresh.map(({ slug }) => slug),
              );
      }
      return closure;
    });
  }
}
