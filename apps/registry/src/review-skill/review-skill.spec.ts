import { SkillReviewed } from '@loam/contracts/registry';
import { specification } from '@loam/testing';
import { verdictOf, evolveSkill, noSkill } from '../skill.stream';
import { published, scanned, skill } from '../skill.fixtures';
import { reviewSkill } from './review-skill.decider';

const decide = (decision: 'allow' | 'block') => ({
  ...skill,
  version: '1.0.0',
  decision,
  reason: 'I read it.',
});
const reviewed = (decision: 'allow' | 'block') => ({ type: SkillReviewed.name, data: decide(decision) });

describe('reviewing a version', () => {
  const given = specification(reviewSkill).given;

  it('is decided once, and can be decided anew', () => {
    given(published('1.0.0')).when(decide('allow')).then(reviewed('allow'));
    given(published('1.0.0'), reviewed('allow')).when(decide('allow')).thenNothingHappens();
    given(published('1.0.0'), reviewed('allow')).when(decide('block')).then(reviewed('block'));
  });

  it('outweighs the scans of before and of later', () => {
    const events = [published('1.0.0'), reviewed('allow'), scanned('1.0.0', 'blocked')];
    const version = events.reduce(evolveSkill, noSkill).versions.get('1.0.0');
    expect(version && verdictOf(version)).toBe('pass');
  });

  it('refuses what does not exist', () => {
    given().when(decide('allow')).thenRefused('skill-not-found');
    given(published('2.0.0')).when(decide('allow')).thenRefused('version-not-found');
  });
});
