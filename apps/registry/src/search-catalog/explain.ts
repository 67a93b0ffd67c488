import type { z } from 'zod';
import { snippetSchema } from '@loam/contracts/search';
import { snippetOf } from '@loam/search';
import type { FoundEntry } from '../found-entries';

interface Explanation {
  readonly snippet: z.output<typeof snippetSchema>;
  readonly matched: string[];
}

/** Why an item was found: the part of its text that says most about it, and every field that holds a word. */
export function explain(entry: FoundEntry, stems: ReadonlySet<string>): Explanation {
  const { snippet, matched } = snippetOf(
    [
      { field: 'description', text: entry.description },
      { field: 'when_to_use', text: entry.whenToUse ?? '' },
      { field: 'body', text: entry.body },
    ],
    stems,
  );
  const names = snippetOf(
    [
      { field: 'slug', text: entry.slug },
      { field: 'tags', text: entry.tags.join(' ') },
    ],
    stems,
  );
  return { snippet: snippetSchema.parse(snippet), matched: [...names.matched, ...matched] };
}
