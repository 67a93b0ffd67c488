import { ChannelMoved } from '@loam/contracts/registry';
import { channelSchema, type Item } from '@loam/contracts/skill';
import { accept, reject, type Decider } from '@loam/kernel';
import { isLive } from '../select-version.rules';
import { candidatesOf, evolveSkill, noSkill, type SkillEvent, type SkillState } from '../skill.stream';

interface Move extends Item {
  readonly channel: string;
  /** Null removes the channel. */
  readonly version: string | null;
}
type Code =
  'skill-not-found' | 'version-not-found' | 'version-not-live' | 'channel-not-found' | 'channel-invalid';

export const moveChannel: Decider<Move, SkillState, SkillEvent, Code> = {
  initial: noSkill,
  evolve: evolveSkill,
  decide: ({ kind, slug, channel, version }, state) => {
    if (!channelSchema.safeParse(channel).success)
      return reject('channel-invalid', 'A channel is 1 to 32 of a-z, 0-9 and inner hyphens, and no version.');
    if (state.versions.size === 0) return reject('skill-not-found', `There is no ${kind} called ${slug}.`);
    const previous = state.channels.get(channel) ?? null;
    if (version === null && previous === null)
      return reject('channel-not-found', `${slug} has no channel ${channel}.`);
    if (version === previous) return accept();
    const target = candidatesOf(state).find((each) => each.version === version);
    if (version !== null && target === undefined)
      return reject('version-not-found', `There is no version ${version} of ${slug}.`, '/version');
    if (target !== undefined && !isLive(target))
      return reject('version-not-live', `${slug} ${target.version} is ${target.status}, ${target.verdict}.`);
    return accept({ type: ChannelMoved.name, data: { kind, slug, channel, version, previous } });
  },
};
