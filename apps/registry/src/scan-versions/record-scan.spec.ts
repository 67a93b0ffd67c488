import { SkillErased, type Scan } from '@loam/contracts/registry';
import { specification } from '@loam/testing';
import { published, scanned, skill } from '../skill.fixtures';
import { recordScan } from './record-scan.decider';

const scan: Scan = {
  ...{ ruleSet: 'r', verdict: 'blocked', blastRadius: 'low' },
  ...{ findings: [], findingsTotal: 0, capabilities: [] },
};
const command = { ...skill, version: '1.0.0', sha256: '1.0.0', scan };

describe('recording a scan', () => {
  const given = specification(recordScan).given;

  it('tells what came of it, however often', () => {
    given(published('1.0.0')).when(command).then(scanned('1.0.0', 'blocked'));
    given(published('1.0.0'), scanned('1.0.0')).when(command).then(scanned('1.0.0', 'blocked'));
  });

  it('tells nothing of a version that was erased, or holds other bytes', () => {
    const versions = [{ version: '1.0.0', sha256: '1.0.0' }];
    const erased = { type: SkillErased.name, data: { ...skill, versions, reason: 'r' } };
    given(published('1.0.0'), erased).when(command).thenNothingHappens();
    given(published('1.0.0'))
      .when({ ...command, sha256: 'other' })
      .thenNothingHappens();
    given().when(command).thenNothingHappens();
  });
});
