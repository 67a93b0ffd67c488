import { usageReportSchema } from '@loam/contracts/http/events';
import { signalSchema } from '@loam/contracts/telemetry';
import { Pseudonyms } from '../pseudonyms';
import { signalOfEvent } from './signal-of-event';

const tenant = '019a0000-0000-7000-8000-000000000001';
const id = '019A0000-0000-7000-8000-000000000002';
const reporter = {
  ...{ tenant, actor: 'token', now: '2026-03-10T12:00:00.000Z' },
  pseudonyms: new Pseudonyms('a secret of the installation, long enough'),
};

const signalOf = (event: object) => {
  const parsed = usageReportSchema.parse({ id, type: 'loam.usage.download', ...event });
  return signalSchema.strict().parse(signalOfEvent(parsed, 'a-skill', reporter));
};

describe('an event of use', () => {
  it('becomes a signal that names nobody and holds nothing that is not asked for', () => {
    const told = {
      skill: 'a-skill',
      user: 'ann@example.com',
      session: 's1',
      project: 'p',
      prompt: 'my secret',
    };
    const signal = signalOf({ data: told, subject: 'ann@example.com', time: '2026-03-10T14:00:00+02:00' });
    expect(signal).toMatchObject({ type: 'download', slug: 'a-skill', at: '2026-03-10T12:00:00.000Z' });
    expect(JSON.stringify(signal)).not.toMatch(/ann|s1|secret/);
  });

  it('has its own id, or one that follows from source and id', () => {
    expect(signalOf({ data: { skill: 'a' } }).id).toBe(id.toLowerCase());
    const ids = [
      { id: 'one', source: 'here' },
      { id: 'one', source: 'here' },
      { id: 'one', source: 'there' },
      { id: 'two', source: 'here' },
    ].map((said) => signalOf({ ...said, data: { skill: 'a' } }).id);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });

  it('tells by which names others may tell of the same activation, none of them a session in clear', () => {
    const data = { skill: 'a-skill', session: 's1', tool_use_id: 't1', prompt_id: 'p1' };
    const { keys, session } = signalOf({ type: 'loam.usage.activation', data });
    expect(keys).toEqual([
      expect.stringMatching(/^tool:[0-9a-f]{32}\/skill\/a-skill$/),
      expect.stringMatching(new RegExp(`^prompt:${session ?? ''}/[0-9a-f]{32}/skill/a-skill$`)),
    ]);
  });

  it('keeps no word of its own, neither as what led to it nor in a key', () => {
    const secret = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
    const data = {
      ...{ skill: 'a', session: 's1', trigger: secret },
      ...{ tool_use_id: secret, prompt_id: secret },
    };
    const signal = signalOf({ type: 'loam.usage.activation', data });
    expect(signal.trigger).toBe('other');
    expect(JSON.stringify(signal)).not.toContain(secret);
    expect(signalOf({ data: { skill: 'a', trigger: 'user-slash' } }).trigger).toBe('user-slash');
  });

  it('of another item has no key of this one, be the call ever so much the same', () => {
    const [one, other] = ['skill', 'agent'].map(
      (kind) =>
        signalOf({ type: 'loam.usage.activation', data: { skill: 'a', kind, tool_use_id: 't1' } }).keys,
    );
    expect(one).toHaveLength(1);
    expect(one).not.toEqual(other);
  });

  it('says how an invocation went', () => {
    const invocation_id = '019a0000-0000-7000-8000-000000000003';
    const data = {
      skill: 'a',
      invocation_id,
      outcome: 'partial',
      by: 'model',
      duration_ms: 5,
      cost_usd: 0.25,
    };
    expect(signalOf({ type: 'loam.invocation.ended', data })).toMatchObject({
      ...{
        type: 'ended',
        invocation: invocation_id,
        outcome: 'partial',
        judge: 'model',
        durationMs: 5,
        cost: 0.25,
      },
    });
    expect(signalOf({ type: 'loam.invocation.started', data: { skill: 'a' } }).invocation).toBe(
      id.toLowerCase(),
    );
    const rated = { skill: 'a', invocation_id, rating: -1 };
    expect(signalOf({ type: 'loam.invocation.rated', data: rated })).toMatchObject({ rating: -1 });
  });
});
