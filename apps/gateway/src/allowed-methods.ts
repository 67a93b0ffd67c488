import type { RouteDefinition } from '@loam/contracts/define';
import { routes } from '@loam/contracts/http/routes';

const ESCAPED = /[.*+?^$()[\]\\|]/g;

/** Matches the path of a request, still encoded. */
const patternOf = ({ path }: RouteDefinition): RegExp =>
  new RegExp(
    `^${path
      .replace(ESCAPED, String.raw`\$&`)
      .replaceAll(/\{\\\+\w+\}/g, '.+')
      .replaceAll(/\{\w+\}/g, '[^/]+')}$`,
  );

const patterns = routes.map((route) => ({ pattern: patternOf(route), method: route.method }));

/** The methods that a path takes, as the header `Allow` lists them; none where there is no such path. */
export function allowedMethods(path: string): string[] {
  const methods = patterns.flatMap(({ pattern, method }) => (pattern.test(path) ? [method] : []));
  // What can be read can be asked about.
  const all = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return [...new Set(all)].sort();
}
