import { z } from 'zod';
import { type Part, readPart } from './files';
import { filled, fillSchema } from './fill';

/** A bundle as path to text, and whether it may be installed unseen. */
export interface SafetySample {
  readonly id: string;
  /** `malicious` also covers a bundle that publishes a secret by mistake: it must not pass either. */
  readonly label: 'malicious' | 'benign';
  readonly class: string;
  readonly part: Part;
  readonly files: Readonly<Record<string, string>>;
  /** The release before this one, where the sample is about what changed. */
  readonly previous?: Readonly<Record<string, string>>;
}

const filesSchema = z.record(z.string(), z.string());
const fileSchema = z.strictObject({
  label: z.enum(['malicious', 'benign']),
  samples: z.array(
    z.strictObject({
      id: z.string(),
      class: z.string(),
      fill: fillSchema.default({}),
      files: filesSchema,
      previous: filesSchema.optional(),
    }),
  ),
});

/** The labelled bundles of one part, hostile and harmless, with their secrets and hidden characters put in. */
export function loadSafetySamples(part: Part): SafetySample[] {
  return readPart('safety', part).flatMap((content) => {
    const { label, samples } = fileSchema.parse(content);
    return samples.map((sample) => {
      const fillIn = (files: Record<string, string>) =>
        Object.fromEntries(
          Object.entries(files).map(([path, text]) => [path, filled(text, sample.fill, sample.id)]),
        );
      const { id, class: kind, files, previous } = sample;
      return {
        ...{ id, label, class: kind, part, files: fillIn(files) },
        ...(previous && { previous: fillIn(previous) }),
      };
    });
  });
}
