import { DependencyCheck } from './dependency';

describe('a check of a dependency', () => {
  it('reports what is wrong in one line, also where no address answered', async () => {
    const check = new DependencyCheck({
      name: 'redis',
      required: false,
      ping: () =>
        Promise.reject(new AggregateError([new Error('refused ::1'), new Error('refused 127.0.0.1')])),
    });
    expect(await check.report()).toMatchObject({ status: 'down', error: 'refused ::1; refused 127.0.0.1' });
  });

  it('gives up after a second, and asks something that hangs only once', async () => {
    let asked = 0;
    let answer: () => void = () => undefined;
    const check = new DependencyCheck({
      name: 'postgres',
      required: true,
      ping: () => {
        asked += 1;
        return new Promise<void>((resolve) => (answer = resolve));
      },
    });
    const reports = await Promise.all([check.report(), check.report()]);
    expect(reports.map((report) => report.error)).toEqual(Array(2).fill('no answer within 1000 ms'));
    expect(asked).toBe(1);
    const next = check.report();
    answer();
    expect((await next).status).toBe('up');
    expect(asked).toBe(1);
  });
});
