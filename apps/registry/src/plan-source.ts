import { Outbound, parseAllowList } from '@loam/outbound';
import { PlanWorker } from './plan-worker';

/** What the source of a plan gave. */
export type FetchedPlan =
  | { readonly outcome: 'text'; readonly text: string; readonly etag: string | null }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'failed'; readonly reason: string };

const ACCEPT = 'text/markdown, text/plain;q=0.9, text/html;q=0.8';
const TEXT: readonly string[] = ['text/markdown', 'text/x-markdown', 'text/plain'];
const HTML: readonly string[] = ['text/html', 'application/xhtml+xml'];

const failed = (reason: string): FetchedPlan => ({ outcome: 'failed', reason });

/** Fetches plans: text as it is, pages as Markdown. */
export class PlanSource {
  constructor(
    private readonly outbound: Outbound,
    private readonly worker: PlanWorker,
  ) {}

  /** @param etag of the text that is there, when it came from this address */
  async fetch(url: string, etag: string | null): Promise<FetchedPlan> {
    const fetched = await this.outbound.fetch(url, { accept: ACCEPT, etag });
    if (fetched.outcome !== 'fetched') return fetched;
    const [type = '', ...parameters] = fetched.contentType
      .toLowerCase()
      .split(';')
      .map((part) => part.trim());
    const text = decoded(fetched.bytes, parameters);
    if (text === undefined) return failed('It is in a character encoding that is not known here.');
    if (TEXT.includes(type)) return { outcome: 'text', text, etag: fetched.etag };
    if (!HTML.includes(type))
      return failed(`It is ${type === '' ? 'of no type' : type}, and neither Markdown, text nor HTML.`);
    const markdown = await this.worker.toMarkdown(text);
    return markdown === undefined
      ? failed('The page is too large or too deep to be made Markdown.')
      : { outcome: 'text', text: markdown, etag: fetched.etag };
  }
}

/** With a thread of its own. */
export const planSourceOf = ({ LOAM_FETCH_ALLOW }: { readonly LOAM_FETCH_ALLOW: string }): PlanSource =>
  new PlanSource(new Outbound({ allow: parseAllowList(LOAM_FETCH_ALLOW) }), new PlanWorker());

function decoded(bytes: Buffer, parameters: readonly string[]): string | undefined {
  const charset = parameters.find((each) => each.startsWith('charset='))?.slice('charset='.length);
  try {
    return new TextDecoder(charset?.replaceAll('"', '') ?? 'utf-8').decode(bytes);
  } catch {
    return undefined;
  }
}
