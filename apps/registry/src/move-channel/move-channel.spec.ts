import { ChannelMoved, SkillYanked } from '@loam/contracts/registry';
import { specification } from '@loam/testing';
import { published, scanned, skill } from '../skill.fixtures';
import type { SkillEvent } from '../skill.stream';
import { moveChannel } from './move-channel.decider';

const move = (version: string | null, channel = 'beta') => ({ ...skill, channel, version });
const moved = (version: string | null, previous: string | null): SkillEvent => ({
  type: ChannelMoved.name,
  data: { ...skill, channel: 'beta', version, previous },
});
const yanked: SkillEvent = { type: SkillYanked.name, data: { ...skill, version: '1.0.0', reason: 'r' } };

describe('moving a channel', () => {
  const given = specification(moveChannel).given;
  const live = [published('1.0.0'), scanned('1.0.0'), published('2.0.0'), scanned('2.0.0')] as const;

  it('remembers where it pointed before', () => {
    given(...live)
      .when(move('1.0.0'))
      .then(moved('1.0.0', null));
    given(...live, moved('1.0.0', null))
      .when(move('2.0.0'))
      .then(moved('2.0.0', '1.0.0'));
  });
  it('changes nothing when it points there', () => {
    given(...live, moved('1.0.0', null))
      .when(move('1.0.0'))
      .thenNothingHappens();
  });
  it('removes it', () => {
    given(...live, moved('1.0.0', null))
      .when(move(null))
      .then(moved(null, '1.0.0'));
    given(...live)
      .when(move(null))
      .thenRefused('channel-not-found');
  });
  it('refuses a version that cannot be installed', () => {
    given(...live, yanked)
      .when(move('1.0.0'))
      .thenRefused('version-not-live');
    given(published('1.0.0'))
      .when(move('1.0.0'))
      .thenRefused('version-not-live', /pending/);
    given(published('1.0.0'), scanned('1.0.0', 'blocked'))
      .when(move('1.0.0'))
      .thenRefused('version-not-live');
    given(...live)
      .when(move('3.0.0'))
      .thenRefused('version-not-found');
  });
  it.each(['1.0.0', 'v1', 'x', '^1', 'Beta', '', 'a--b'])('refuses the name %j', (name) => {
    given(...live)
      .when(move('1.0.0', name))
      .thenRefused('channel-invalid');
  });
});
