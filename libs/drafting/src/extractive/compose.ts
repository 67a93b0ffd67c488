import { type Draft, noUsage } from '../drafter';
import type { Lesson, Step } from '../lesson';
import { code, codeBlock, quotation } from '../markdown';
import { draftOf } from '../skill-md';
import { mainLine, oneLine } from './telling';

const title = (lesson: Lesson): string => oneLine(lesson.title.replaceAll(/[`#*_[\]<>]/g, ''), 100);

function failedPart({ failed }: Lesson): string[] {
  if (failed.length === 0) return [];
  const parts = failed.map(({ kind, what, how }) => {
    const subject = kind === 'file' ? `Changing ${code(what)}` : code(what);
    return how === '' ? `${subject} failed.` : `${subject} failed:\n\n${codeBlock(how)}`;
  });
  return ['## What failed', ...parts];
}

function stepLine({ kind, what, how }: Step): string {
  if (kind === 'command') return `Run ${code(what)}`;
  return how === '' ? `Write ${code(what)}` : `Change ${code(what)}:\n\n${codeBlock(how, 'diff')}`;
}

function workedPart({ worked }: Lesson): string[] {
  if (worked.length === 0) return [];
  const steps = worked.map((step, i) => `${i + 1}. ${stepLine(step).replaceAll('\n', '\n   ')}`);
  return ['## What worked', steps.join('\n')];
}

function mattered({ failed, worked, showed }: Lesson): string[] {
  const of = (kind: Step['kind']): string[] => [
    ...new Set([...failed, ...worked].filter((step) => step.kind === kind).map(({ what }) => what)),
  ];
  const commands = [...new Set([...of('command'), ...showed])].filter((command) => !command.includes('\n'));
  const list = (name: string, all: readonly string[]): string[] =>
    all.length === 0 ? [] : [`${name}: ${all.slice(0, 12).map(code).join(', ')}`];
  const lines = [...list('Commands', commands), ...list('Files', of('file'))];
  return lines.length === 0 ? [] : ['## Commands and files', ...lines];
}

const quoted = (heading: string, text: string): string[] =>
  text.trim() === '' ? [] : [heading, quotation(text)];

function descriptionOf({ failed, worked, problem, title: named }: Lesson): string {
  const [first] = failed;
  if (first === undefined) return oneLine(`A rule that a person asked to keep: ${problem}`, 400);
  const error = mainLine(first.how);
  const last = worked.filter(({ what }) => what !== first.what).at(0)?.what ?? worked.at(-1)?.what ?? '';
  const when = `Use when ${oneLine(first.what, 160)} fails${error === '' ? '' : ` with "${oneLine(error, 200)}"`}.`;
  return last === '' ? `${when} ${oneLine(named, 200)}` : `${when} What helped: ${oneLine(last, 200)}.`;
}

function nameOf({ failed, worked, title: named }: Lesson): string {
  const [first] = failed;
  if (first === undefined) return named;
  const other = worked.find(({ what }) => what !== first.what)?.what ?? '';
  return `${first.what.replaceAll('[REDACTED]', '').slice(0, 60)} ${other}`;
}

/** Writes a lesson as a SKILL.md, without a model. Pure. */
export function composeLesson(lesson: Lesson): Draft {
  const body = [
    `# ${title(lesson)}`,
    ...quoted('## Problem', lesson.problem),
    ...failedPart(lesson),
    ...(lesson.showed.length === 0
      ? []
      : ['## What showed the cause', lesson.showed.map((look) => `- ${code(look)}`).join('\n')]),
    ...workedPart(lesson),
    ...quoted('## Why', lesson.why),
    ...mattered(lesson),
  ].join('\n\n');
  const written = { name: nameOf(lesson), description: descriptionOf(lesson), body };
  return draftOf(written, { evidence: lesson.evidence, flags: lesson.flags, usage: noUsage });
}
