import { events, requests } from './contracts';
import { routes } from './http/routes';
import { problems } from './problems';

const repeated = (values: readonly string[]): string[] =>
  values.filter((value, index) => values.indexOf(value) !== index);

describe('the contracts', () => {
  it('keep the subjects of requests and events apart, each with its own', () => {
    expect(repeated([...events, ...requests].map(({ subject }) => subject))).toEqual([]);
    for (const { subject } of events) expect(subject).toMatch(/^evt\.[a-z]+\.[a-z-]+\.v\d+$/);
    for (const { subject } of requests) expect(subject).toMatch(/^(cmd|qry|adm)\.[a-z]+\.[a-z-]+\.v\d+$/);
  });

  it('give every method and path one route, and every route an id', () => {
    expect(repeated(routes.map(({ id }) => id))).toEqual([]);
    const shape = (path: string) => path.replace(/\{\+?\w+\}/g, '{}');
    expect(repeated(routes.map(({ method, path }) => `${method} ${shape(path)}`))).toEqual([]);
  });

  it('answer only with problems that have a status of their kind', () => {
    for (const { status } of Object.values(problems)) {
      expect([400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 416, 422, 429, 500, 502, 503]).toContain(
        status,
      );
    }
    for (const { problems: codes } of [...requests, ...routes]) {
      expect(codes.filter((code) => !Object.hasOwn(problems, code))).toEqual([]);
      expect(repeated(codes)).toEqual([]);
    }
  });
});
