import type { ProblemError } from '@loam/contracts/problems';
import type { Newer } from '@loam/contracts/skill';
import type { Clash, Root, Side } from '@loam/resolver';
import type { TenantCatalog } from './tenant-catalog';

/** How many sides are told of. */
const MOST = 20;

/** How a root was written and where it stands in the request. */
export interface Asked {
  readonly text: string;
  readonly pointer?: string;
}

type Item = Pick<Root, 'kind' | 'slug'>;

const nameOf = ({ kind, slug }: Item): string => (kind === 'skill' ? slug : `${kind} ${slug}`);

const askerOf = ({ by }: Side): string => {
  if (by === null) return 'the request';
  const [first = '', ...more] = by.versions;
  const last = more.at(-1);
  return `${nameOf(by)} ${last === undefined ? first : `${last} to ${first}`}`;
};

const versionsOf = ({ versions }: Clash, withheld: Newer | null): string => {
  if (versions.length === 0)
    return withheld === null
      ? 'it is not in the catalog'
      : `${withheld.version} is ${withheld.status}, and no other is live`;
  const shown = versions.slice(0, 5).join(', ');
  return `there is ${shown}${versions.length > 5 ? ` and ${String(versions.length - 5)} more` : ''}`;
};

function summaryOf(clash: Clash, withheld: Newer | null): string {
  const name = nameOf(clash);
  const asks = clash.sides.slice(0, 4).map((side) => `${side.range} for ${askerOf(side)}`);
  if (asks.length === 1) return `${name} is needed as ${asks.join()}; ${versionsOf(clash, withheld)}.`;
  const more = clash.sides.length > asks.length ? ' and others' : '';
  return `One version of ${name} cannot be ${asks.join(' and ')}${more}; ${versionsOf(clash, withheld)}.`;
}

/**
 * A conflict in words: which items are in dispute, and an entry for every side with its range and the way from a root
 * to it, such as `web@^1 > log@^2`.
 */
export function explainClashes(
  clashes: readonly Clash[],
  catalog: Pick<TenantCatalog, 'withheld'>,
  askedAs: (root: Root) => Asked | undefined,
): { readonly detail: string; readonly errors: ProblemError[] } {
  const errors = clashes.flatMap((clash) =>
    clash.sides.map((side): ProblemError => {
      const [root] = side.path;
      const asked = root === undefined ? undefined : askedAs(root);
      const way = side.path.map((step, index) =>
        index === 0 && asked !== undefined ? asked.text : `${nameOf(step)}@${step.range}`,
      );
      return {
        code: 'dependency-conflict',
        detail: `${nameOf(clash)}@${side.range} is needed by ${askerOf(side)}: ${way.join(' > ')}`,
        ...(asked?.pointer === undefined ? {} : { pointer: asked.pointer }),
      };
    }),
  );
  return {
    detail: clashes
      .slice(0, 3)
      .map((clash) => summaryOf(clash, catalog.withheld(clash)))
      .join(' '),
    errors: errors.slice(0, MOST),
  };
}
