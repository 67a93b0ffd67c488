import type { TranscriptRecord } from '@loam/capture';
import { lastWishIn } from './wish';

const prompt = (text: string): TranscriptRecord => ({ kind: 'prompt', text, uuid: 'u', offset: 0 });
const words = (text: string): string | undefined => lastWishIn([prompt(text)])?.words;

describe('a wish that something is kept', () => {
  it.each([
    ['Remember this: the cache lies', 'the cache lies'],
    ['remember this flag, it is needed on each release', 'flag, it is needed on each release'],
    ['Save this for the next release', 'for the next release'],
    ["ok let's capture that", 'ok  that'],
    ['/capture-skill stale locks', 'stale locks'],
    ['til: tabs matter', 'tabs matter'],
    ['nice, TIL tabs matter', 'nice,  tabs matter'],
  ])('is in "%s"', (text, left) => {
    expect(words(text)).toBe(left);
  });

  it.each([
    ['fine, then I wait til Monday'],
    ['save this as notes.md'],
    ['please save this file'],
    ['do you remember this bug?'],
    ['add a checkbox "remember this device"'],
    ['do not remember this please, it is wrong'],
    ['wait until: the build is green'],
    ['make the button green'],
  ])('is not in "%s"', (text) => {
    expect(words(text)).toBeUndefined();
  });

  it('is the last one where there are several, and only of a person', () => {
    const said: TranscriptRecord = { kind: 'said', text: 'remember this', uuid: 'u', offset: 0 };
    const found = lastWishIn([prompt('save this: one'), prompt('save this: two'), said]);
    expect(found).toMatchObject({ at: 1, words: 'two' });
  });
});
