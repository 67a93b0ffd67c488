import { fact } from '@loam/contracts/define';
import { SkillScanned, type Scan } from '@loam/contracts/registry';
import type { Item } from '@loam/contracts/skill';
import { accept, type Decider } from '@loam/kernel';
import { evolveSkill, noSkill, type SkillEvent, type SkillState } from '../skill.stream';

interface RecordScan extends Item {
  readonly version: string;
  readonly sha256: string;
  readonly scan: Scan;
}

/** A version that was erased meanwhile, or holds other bytes than those that were scanned, is told nothing. */
export const recordScan: Decider<RecordScan, SkillState, SkillEvent, never> = {
  initial: noSkill,
  evolve: evolveSkill,
  decide: ({ scan, ...scanned }, { versions }) => {
    const version = versions.get(scanned.version);
    return version?.erased === false && version.sha256 === scanned.sha256
      ? accept<SkillEvent>(fact(SkillScanned, { ...scanned, ...scan }))
      : accept();
  },
};
