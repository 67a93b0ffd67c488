import { problems, problemSchema, problemCodeSchema } from '@loam/contracts/problems';
import { problemHeaders, toProblem } from './problem';

describe('a problem document', () => {
  it('carries type, title, status, code and the same twice for clients of skill-pool', () => {
    const failure = { code: 'version-exists', detail: 'Publish 1.0.1 instead.' } as const;
    expect(toProblem(failure, 'abc')).toEqual({
      type: 'urn:loam:problem:version-exists',
      title: 'That version is published already, with other content',
      status: 409,
      detail: 'Publish 1.0.1 instead.',
      code: 'version-exists',
      errors: [],
      traceId: 'abc',
      error: 'version-exists',
      message: 'Publish 1.0.1 instead.',
    });
  });

  it('is what the contract says, for every code', () => {
    for (const code of Object.keys(problems).map((name) => problemCodeSchema.parse(name)))
      expect(problemSchema.parse(toProblem({ code, detail: '' }, '')).code).toBe(code);
  });

  it('says when to ask again wherever that may help, in whole seconds', () => {
    const headers = (retryAfterSeconds: number) =>
      problemHeaders({ code: 'rate-limited', detail: '', retryAfterSeconds })['retry-after'];
    expect([headers(0.2), headers(7), headers(7.1)]).toEqual(['1', '7', '8']);
    expect(problemHeaders({ code: 'unavailable', detail: '' })['retry-after']).toBe('2');
    expect(problemHeaders({ code: 'not-found', detail: '' })).toEqual({
      'content-type': 'application/problem+json; charset=utf-8',
    });
  });
});
