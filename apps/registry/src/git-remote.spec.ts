import fc from 'fast-check';
import { normalizeRemote } from './git-remote';

const ONE = 'https://git.example.org/Team/app';

describe('the spelling of a git remote', () => {
  it.each([
    ...[ONE, `${ONE}/`, `${ONE}.git`, `${ONE}.git/`, `${ONE}.git//`, ` ${ONE} `],
    ...[
      'http://git.example.org/Team/app',
      'HTTPS://GIT.Example.org/Team/app.git',
      'git://git.example.org/Team/app',
    ],
    ...['git@git.example.org:Team/app.git', 'git.example.org:Team/app', 'git@git.example.org:/Team/app.git/'],
    ...[
      'ssh://git@git.example.org/Team/app.git',
      'ssh://git@git.example.org:2222/Team/app',
      'git+ssh://git@git.example.org/Team/app',
    ],
    ...['https://someone:secret@git.example.org/Team/app', 'https://git.example.org:443/Team/app.git'],
    ...['http://git.example.org:80/Team/app', 'https://git.example.org//Team/app?a=b#c'],
  ])('is the same for %s', (remote) => {
    expect(normalizeRemote(remote)).toBe(ONE);
  });
  it('keeps what tells repositories apart: the path in its case, and a port of the web', () => {
    expect(normalizeRemote('https://h.example:8443/a/B.git')).toBe('https://h.example:8443/a/B');
    expect(normalizeRemote('https://h.example/a/b')).not.toBe(normalizeRemote('https://h.example/a/B'));
    expect(normalizeRemote('https://h.example/git.github')).toBe('https://h.example/git.github');
  });
  it.each([
    '',
    '/srv/git/app.git',
    '../app',
    'file:///srv/app.git',
    'C:\\app',
    'C:/app',
    'app',
    'https://host/',
    'https://',
    'a b:c',
  ])('is none for %j', (remote) => {
    expect(normalizeRemote(remote)).toBeUndefined();
  });
  it('does not change when it is normalised again, and never holds a password', () => {
    const host = fc.domain();
    const path = fc.array(fc.stringMatching(/^[A-Za-z0-9._~-]{1,9}$/), { minLength: 1, maxLength: 4 });
    const form = fc.constantFrom(
      (h: string, p: string) => `https://u:hunter2@${h}/${p}`,
      (h: string, p: string) => `ssh://u:hunter2@${h}:22/${p}.git/`,
      (h: string, p: string) => `git@${h}:${p}.git`,
    );
    fc.assert(
      fc.property(host, path, form, (h, p, make) => {
        const once = normalizeRemote(make(h, p.join('/')));
        if (once === undefined) return;
        expect(normalizeRemote(once)).toBe(once);
        expect(once).not.toMatch(/hunter2|@/);
      }),
    );
  });
});
