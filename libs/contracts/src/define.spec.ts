import { z } from 'zod';
import { defineEvent } from './define';

describe('the data of an event', () => {
  let parsed = 0;
  const Happened = defineEvent(
    'test.thing-happened',
    1,
    z.object({ name: z.string().refine(() => (parsed += 1) > 0) }),
    { summary: 'Something happened.' },
  );

  it('is checked and rid of what the schema does not know', () => {
    expect(Happened.read({ name: 'a', more: 1 })).toEqual({ name: 'a' });
    expect(() => Happened.read({ name: 1 })).toThrow();
    expect(() => Happened.read(null)).toThrow();
  });

  it('is checked once where it is read again, and anew where somebody else says the same', () => {
    const first = Happened.read({ name: 'a' });
    const before = parsed;
    expect(Happened.read(first)).toBe(first);
    expect(parsed).toBe(before);
    Happened.read({ ...first });
    expect(parsed).toBe(before + 1);
  });
});
