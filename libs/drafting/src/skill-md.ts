import { isSlug, parseSkillMd } from '@loam/bundles';
import { redact } from '@loam/redaction';
import { scanBundle } from '@loam/safety';
import type { Draft, Usage } from './drafter';
import type { Flag, Support } from './lesson';

const NAME_MAX = 64;
const DESCRIPTION_MAX = 1_024;

/** A slug of at most 64 characters that begins with the words of a text. */
function slugOf(text: string): string {
  const words = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\[redacted\]/g, ' ')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const unique = [...new Set(words)];
  let slug = '';
  for (const word of unique) {
    const longer = slug === '' ? word : `${slug}-${word}`;
    if (longer.length > NAME_MAX) break;
    slug = longer;
  }
  return isSlug(slug) ? slug : 'captured-lesson';
}

interface Written {
  readonly name: string;
  readonly description: string;
  readonly body: string;
}

/** What no database and no SKILL.md keeps: control characters but tab and line feed, and halves of characters. */
const UNKEPT = /[^\P{Cc}\t\n]|\p{Cs}/gu;
const kept = (text: string): string => redact(text.replace(UNKEPT, ''));

/** The text of a SKILL.md. It is redacted whole, and holds no angle bracket in its description. */
function textOf({ name, description, body }: Written): string {
  return kept(`---\nname: ${name}\ndescription: ${JSON.stringify(description)}\n---\n\n${body.trim()}\n`);
}

const MESSAGE = 'The safety rules object to this text: ';

function unsafe(skillMd: string, description: string, name: string): Flag[] {
  const entries = [{ path: 'SKILL.md', bytes: Buffer.from(skillMd), executable: false }];
  const { findings, verdict } = scanBundle({ entries, name, description, frontmatter: {} });
  if (verdict === 'pass') return [];
  const rules = [...new Set(findings.filter(({ severity }) => severity !== 'info').map(({ rule }) => rule))];
  return [{ kind: 'unsafe', message: MESSAGE + rules.join(', '), records: [] }];
}

/**
 * Makes a draft of what was written: frontmatter of the specification's strict profile, redacted, judged by the safety rules.
 * @throws BundleProblem when what was written cannot be a SKILL.md
 */
export function draftOf(
  written: Written,
  more: { readonly evidence: readonly Support[]; readonly flags: readonly Flag[]; readonly usage: Usage },
): Draft {
  const description = [...kept(written.description).replaceAll(/[<>]/g, ' ').replaceAll(/\s+/g, ' ').trim()]
    .slice(0, DESCRIPTION_MAX)
    .join('');
  const name = slugOf(kept(written.name));
  const skillMd = textOf({ ...written, name, description });
  const manifest = parseSkillMd(skillMd, { profile: 'spec-strict' });
  const flags = [...more.flags, ...unsafe(skillMd, manifest.description, name)];
  return { name, description: manifest.description, skillMd, ...more, flags };
}
