import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newScore, openTranscript, readMore, scoreMore, scoreOf } from '@loam/capture';
import { cleanUp, server, tree, type Seen } from '../cli.fixtures';
import { knownCommands, MOST_KNOWN, type Verdicts } from './known-commands';
import { placesOf } from './places';
import { send } from './send';
import { writePrivately } from './spool';

afterAll(cleanUp);
jest.setTimeout(60_000);

/** A person's machine, whose sender tells a server that keeps what it gets. */
async function machine() {
  const held = new Map<string, Buffer>();
  const reply = ({ path, body }: Seen) => {
    const [session = '', , offset = ''] = path.split('/').slice(-3);
    const before = held.get(session) ?? Buffer.alloc(0);
    held.set(session, Buffer.concat([before, body.subarray(before.length - Number(offset))]));
    return { json: { session, offset: held.get(session)?.length } };
  };
  const [home, { url }] = await Promise.all([tree(), server(reply)]);
  const env = { HOME: home, LOAM_URL: url, LOAM_TOKEN: 'loam_secret' };
  const places = placesOf(env);
  /** What the server finds to be novel of a session in which these commands failed. */
  const session = async (name: string, commands: readonly string[], ended = true): Promise<string[]> => {
    const path = join(home, `${name}.jsonl`);
    for (const [i, command] of commands.entries()) {
      const call = { type: 'tool_use', id: `t${i}`, name: 'Bash', input: { command } };
      const result = { type: 'tool_result', tool_use_id: `t${i}`, content: 'Exit code 1', is_error: true };
      appendFileSync(path, `${JSON.stringify({ type: 'assistant', message: { content: [call] } })}\n`);
      appendFileSync(path, `${JSON.stringify({ type: 'user', message: { content: [result] } })}\n`);
    }
    writePrivately(
      join(places.transcripts, `${name}.wanted`),
      JSON.stringify({ session: name, path, ended }),
    );
    await send(env);
    const { records } = readMore(openTranscript(), held.get(name) ?? Buffer.alloc(0));
    const { signals, breakdown } = scoreOf(scoreMore(newScore, records));
    const novel = signals.filter(({ kind }) => kind === 'novel_command');
    expect(breakdown.novel_command).toBe(15 * novel.length);
    return novel.map(({ evidence }) => evidence);
  };
  return { home, env, places, held, session };
}

describe('a command', () => {
  it('is novel where no earlier session of this machine ran its like', async () => {
    const { session } = await machine();
    expect(await session('first', ['npm run build', 'helm upgrade x'])).toEqual([]);
    expect(await session('second', ['npm run lint', 'terraform apply', 'helm upgrade y'])).toEqual([
      'terraform apply',
    ]);
    expect(await session('third', ['terraform apply -auto-approve'])).toEqual([]);
  });

  it('of a session that goes on is judged by what ran before the session', async () => {
    const { session } = await machine();
    await session('first', ['npm ci']);
    expect(await session('second', ['buf lint'], false)).toEqual(['buf lint']);
    expect(await session('second', ['buf lint'], true)).toEqual(['buf lint']);
    expect(await session('third', ['buf lint'])).toEqual([]);
  });

  it('is told with the same bytes when a session is sent again from the start', async () => {
    const { session, held, places } = await machine();
    await session('first', ['npm ci']);
    await session('second', ['buf lint']);
    const whole = held.get('second')?.toString();
    held.delete('second');
    const progress = join(places.transcripts, 'second.sent');
    const kept: object = JSON.parse(readFileSync(progress, 'utf8'));
    writeFileSync(progress, JSON.stringify({ ...kept, place: openTranscript().place, sent: 0 }));
    await session('second', []);
    expect(held.get('second')?.toString()).toBe(whole);
  });

  it('that stands in the history of the shell is known where the person wants it to be read', async () => {
    const { home, session, places } = await machine();
    writeFileSync(join(home, '.bash_history'), '#1700000000\nhelm upgrade shop --token abc123\n');
    writeFileSync(
      join(home, '.zsh_history'),
      Buffer.concat([Buffer.from([0x83, 0xff, 0x0a]), Buffer.from(': 1700000000:0;sudo buf lint\n')]),
    );
    expect(await session('first', ['make all'])).toEqual([]);
    expect(await session('second', ['helm upgrade x', 'buf lint'])).toEqual(['helm upgrade x', 'buf lint']);
    writePrivately(places.wishes, '{"history": {"enabled": true}}');
    const other = await machine();
    writeFileSync(join(other.home, '.bash_history'), 'helm upgrade shop\n');
    writePrivately(other.places.wishes, '{"history": {"enabled": true}}');
    expect(await other.session('first', ['helm upgrade x', 'terraform apply'])).toEqual(['terraform apply']);
  });

  it('is kept as a hash under a key of this machine, for its owner only', async () => {
    const { session, places } = await machine();
    await session('first', ['helm upgrade x']);
    const text = readFileSync(places.commands, 'utf8');
    expect(text).toMatch(/^[\w-]{43}\n[\w-]{22}\n$/);
    expect(statSync(places.commands).mode & 0o777).toBe(0o600);
    const other = await machine();
    await other.session('first', ['helm upgrade x']);
    expect(readFileSync(other.places.commands, 'utf8').split('\n')[1]).not.toBe(text.split('\n')[1]);
  });

  it('that was not seen for the longest time is forgotten first', async () => {
    const { places, env } = await machine();
    const ran = (...stems: string[]): Verdicts => {
      const verdicts: Verdicts = new Map();
      for (const target of stems)
        known.judge({ kind: 'call', uuid: 'u', offset: 0, id: 'i', tool: 'Bash', target }, verdicts);
      return verdicts;
    };
    const known = knownCommands(places, env);
    known.learn(ran('first', 'second'));
    for (let at = 0; at < MOST_KNOWN - 2; at += 998)
      known.learn(ran(...Array.from({ length: Math.min(998, MOST_KNOWN - 2 - at) }, (_, i) => `c${at + i}`)));
    known.learn(ran('first', 'third'));
    expect([...ran('first', 'second', 'third').values()]).toEqual([false, true, false]);
    expect(readFileSync(places.commands, 'utf8').trim().split('\n')).toHaveLength(1 + MOST_KNOWN);
  });
});
