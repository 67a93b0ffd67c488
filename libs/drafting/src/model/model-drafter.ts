import { BundleProblem } from '@loam/bundles';
import type { TranscriptRecord } from '@loam/capture';
import { redact } from '@loam/redaction';
import type { z } from 'zod';
import { type Draft, DrafterAway, type Drafter, DrafterRefused, type Usage } from '../drafter';
import { guarded } from '../guard';
import { type Flag, type Lesson, lessonSchema, type Step } from '../lesson';
import { code, inertBody } from '../markdown';
import { draftOf } from '../skill-md';
import { supportsOf } from '../support';
import type { ModelPort, Question } from './port';
import * as prompts from './prompts';

/** A model and what it costs, in US dollars per million tokens. */
export interface PricedModel {
  readonly name: string;
  readonly priceIn: number;
  readonly priceOut: number;
}

export interface Models {
  /** Judges many sessions: the cheaper one. */
  readonly extract: PricedModel;
  /** Writes the few that are worth it. */
  readonly compose: PricedModel;
}

const EXTRACT_TOKENS = 3_000;
const COMPOSE_TOKENS = 4_000;
const MILLION = 1_000_000;

interface Asked<T> {
  readonly value: T;
  readonly usage: Usage;
}

/** The JSON of an answer, which some models put into a fence. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.trim().replace(/^```(?:json)?|```$/g, ''));
  } catch {
    return undefined;
  }
}

async function ask<T>(
  port: ModelPort,
  model: PricedModel,
  question: Omit<Question, 'model' | 'schema'> & { readonly schema: z.ZodType<T> },
  signal: AbortSignal,
): Promise<Asked<T>> {
  const answer = await port.ask({ ...question, model: model.name }, signal);
  const { tokensIn, tokensOut, unusable } = answer;
  const cost = (tokensIn * model.priceIn + tokensOut * model.priceOut) / MILLION;
  const usage = { tokensIn, tokensOut, cost };
  if (unusable?.final === true) throw new DrafterRefused(`${model.name}: ${unusable.reason}`, usage);
  if (unusable !== undefined) throw new DrafterAway(`${model.name}: ${unusable.reason}`, { usage });
  const parsed = question.schema.safeParse(jsonOf(answer.text));
  if (!parsed.success)
    throw new DrafterAway(`${model.name} did not answer in the form asked for`, {
      usage,
      cause: parsed.error,
    });
  return { value: parsed.data, usage };
}

const plain = (text: string): string => redact(text).replaceAll(/\s+/g, ' ').trim();

/** Steps that name what the session does not hold: made up, or put there by somebody. */
function unsupported(steps: readonly Step[], records: readonly TranscriptRecord[]): Flag[] {
  const targets = records.map((record) => (record.kind === 'call' ? plain(record.target) : ''));
  const made = steps.filter(({ what }) => !targets.some((target) => target.includes(plain(what))));
  return made.length === 0
    ? []
    : [
        {
          kind: 'unsupported',
          message: `The session holds no such call: ${made.map(({ what }) => what.slice(0, 120)).join('; ')}`,
          records: [],
        },
      ];
}

type Answer = z.output<typeof prompts.extractAnswer>;

function lessonOf(answer: Answer, records: readonly TranscriptRecord[], flags: readonly Flag[]): Lesson {
  const steps = (all: Answer['failed'], most: number): Step[] =>
    all
      .filter(({ what }) => what.trim() !== '')
      .slice(0, most)
      .map(({ kind, what, how }) => ({
        kind,
        what: redact(what).slice(0, 2_000),
        how: redact(how).slice(0, 2_000),
      }));
  const named = new Set(answer.records);
  const told = records.filter((_, i) => named.has(i));
  const [failed, worked] = [steps(answer.failed, 8), steps(answer.worked, 12)];
  return lessonSchema.parse({
    ...{
      title: redact(answer.title).slice(0, 200) || 'A lesson',
      problem: redact(answer.problem).slice(0, 4_000),
    },
    ...{ failed, worked, showed: [], why: redact(answer.why).slice(0, 4_000), scope: answer.scope },
    evidence: supportsOf(records, told.length > 0 ? told : records),
    flags: [...flags, ...unsupported([...failed, ...worked], records)],
  });
}

/** What the lesson names and the body does not, as a section of its own: a draft names what failed and what worked. */
function completed(body: string, { failed, worked }: Lesson): string {
  const missing = (steps: readonly Step[]): string[] =>
    steps.map(({ what }) => what).filter((what) => !body.includes(what));
  const line = (name: string, all: readonly string[]): string[] =>
    all.length === 0 ? [] : [`${name}: ${all.map(code).join(', ')}`];
  const lines = [...line('Failed', missing(failed)), ...line('Worked', missing(worked))];
  return lines.length === 0 ? body : [body.trim(), '## Commands and files', ...lines].join('\n\n');
}

/** A frontmatter of the model's own would stand below ours and say something else. */
const withoutFrontmatter = (body: string): string =>
  body.trimStart().replace(/^---[ \t]*\n(?:(?!---)[^\n]*\n){0,100}---[ \t]*(?:\n|$)/, '');

function written(answer: z.output<typeof prompts.composeAnswer>, lesson: Lesson, usage: Usage): Draft {
  const { evidence, flags } = lesson;
  const body = completed(inertBody(withoutFrontmatter(answer.body)), lesson);
  try {
    return draftOf({ ...answer, body }, { evidence, flags, usage });
  } catch (cause) {
    if (!(cause instanceof BundleProblem)) throw cause;
    throw new DrafterAway(`what the model wrote is no SKILL.md: ${cause.detail}`, { usage, cause });
  }
}

/**
 * Drafts by two models behind a port. Whatever the records hold, texts that give orders are left out and everything is
 * redacted before it is sent, and what comes back is redacted, checked and judged again.
 */
export function modelDrafter(port: ModelPort, models: Models): Drafter {
  return {
    id: `${port.provider}:${models.extract.name}+${models.compose.name}`,
    extract: async ({ records }, signal) => {
      const safe = guarded(records);
      const user = prompts.extractQuestion(prompts.sessionText(safe.records));
      const question = {
        system: prompts.extractSystem,
        user,
        schema: prompts.extractAnswer,
        maxTokens: EXTRACT_TOKENS,
      };
      const { value, usage } = await ask(port, models.extract, question, signal);
      if (!value.worth_keeping)
        return { outcome: 'nothing', reason: redact(value.reason).slice(0, 500), usage };
      return { outcome: 'lesson', lesson: lessonOf(value, safe.records, safe.flags), usage };
    },
    compose: async (lesson, { records }, signal) => {
      const user = prompts.composeQuestion(lesson, prompts.sessionText(guarded(records).records));
      const question = {
        system: prompts.composeSystem,
        user,
        schema: prompts.composeAnswer,
        maxTokens: COMPOSE_TOKENS,
      };
      const { value, usage } = await ask(port, models.compose, question, signal);
      return written(value, lesson, usage);
    },
  };
}
