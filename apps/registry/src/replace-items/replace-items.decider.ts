import { ProjectItemsReplaced, type ProjectItem } from '@loam/contracts/projects';
import { slugSchema } from '@loam/contracts/skill';
import { accept, reject, type Decider } from '@loam/kernel';
import {
  evolveProject,
  noProject,
  noSuchProject,
  type ProjectEvent,
  type ProjectState,
} from '../project.stream';

interface Replace {
  readonly slug: string;
  readonly items: readonly ProjectItem[];
}
type Code = 'project-not-found' | 'slug-invalid' | 'item-repeated';

const keyOf = ({ kind, slug }: ProjectItem): string => `${kind} ${slug}`;

/** Whether the items exist does not matter: a project may name what is published later. */
export const replaceItems: Decider<Replace, ProjectState, ProjectEvent, Code> = {
  initial: noProject,
  evolve: evolveProject,
  decide: ({ slug, items }, state) => {
    if (state.status === 'none') return noSuchProject(slug);
    const keys = items.map(keyOf);
    for (const [position, item] of items.entries()) {
      if (!slugSchema.safeParse(item.slug).success)
        return reject('slug-invalid', `${item.slug} is no slug.`, `/${position}/slug`);
      if (keys.indexOf(keyOf(item)) !== position)
        return reject('item-repeated', `The ${item.kind} ${item.slug} is listed twice.`, `/${position}`);
    }
    if (JSON.stringify(items) === JSON.stringify(state.items)) return accept();
    return accept({ type: ProjectItemsReplaced.name, data: { slug, items: [...items] } });
  },
};
