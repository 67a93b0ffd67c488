import { Range, type SemVer } from 'semver';
import type { Candidate } from './model';

/** Whether a version is allowed; `parsed` spares reading it again. */
type Allows = (version: string, parsed?: SemVer) => boolean;

/** Ranges, each read once. */
export class Ranges {
  private readonly parsed = new Map<string, Range | null>();

  /**
   * Which of an item's candidates a range allows. The text of one of them allows that very build and no other; `*`
   * allows all, prereleases too; else prereleases only where the range names one. What is no range allows nothing.
   */
  allowing(text: string, candidates: readonly Candidate[]): Allows {
    if (candidates.some(({ version }) => version === text)) return (version) => version === text;
    const range = this.read(text);
    if (range === null) return () => false;
    if (range.range === '') return () => true;
    return (version, parsed) => range.test(parsed ?? version);
  }

  private read(text: string): Range | null {
    const known = this.parsed.get(text);
    if (known !== undefined) return known;
    const range = parse(text);
    this.parsed.set(text, range);
    return range;
  }
}

function parse(text: string): Range | null {
  try {
    return new Range(text);
  } catch {
    return null;
  }
}
