import { Controller } from '@nestjs/common';
import * as http from '@loam/contracts/http/registry';
import { searchCatalog } from '@loam/contracts/http/search';
import { SearchCatalog, SearchSkills } from '@loam/contracts/search';
import { Bus, valueOf } from '@loam/messaging';
import type { Edge } from '../edge';
import { Route, type Given } from '../route';
import { toSkill } from './skill-answers';

/** The address of the next page of this very request. */
function nextAddress(url: string, cursor: string): string {
  const [path = '', query = ''] = url.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `${path}?${parameters.toString()}`;
}

@Controller()
export class SearchController {
  constructor(private readonly bus: Bus) {}

  @Route(http.listSkills)
  async list({ query, request }: Given<typeof http.listSkills>, { caller, reply }: Edge) {
    const { query: words = null, semantic = null, author = null, cursor = null, ...rest } = query;
    const { min_similarity: minSimilarity, kind, tags, status, limit } = rest;
    const input = { kind, tags, status, limit, minSimilarity, query: words, semantic, author, cursor };
    const { items, next } = valueOf(await this.bus.request(SearchSkills, input, caller));
    if (next !== null) {
      void reply.header('link', `<${nextAddress(request.url, next)}>; rel="next"`);
      void reply.header('x-loam-next-cursor', next);
    }
    return items.map(({ skill, similarity }) => ({
      ...toSkill(skill),
      ...(similarity === null ? {} : { similarity }),
    }));
  }

  @Route(searchCatalog)
  async search({ query }: Given<typeof searchCatalog>, { caller }: Edge) {
    const { q: text, kind = null, author = null, cursor = null, ...rest } = query;
    const found = valueOf(
      await this.bus.request(SearchCatalog, { ...rest, text, kind, author, cursor }, caller),
    );
    const { items, next, corrected, ...told } = found;
    return {
      ...told,
      next_cursor: next,
      ...(corrected === null ? {} : { corrected }),
      items: items.map(({ skill, similarity, ...item }) => ({
        ...toSkill(skill),
        ...item,
        ...(similarity === null ? {} : { similarity }),
      })),
    };
  }
}
