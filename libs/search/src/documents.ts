import { Interned, Numbers } from './numbers';

/** How an item is used. */
export interface Use {
  /** 0 to 1. */
  readonly popularity: number;
  /** How probably it succeeds, 0 to 1; one half where nothing is known. */
  readonly success: number;
  /** How often it was used in all. */
  readonly times: number;
}

/** What makes an item findable. Texts are what people wrote; the rest narrows and orders. */
export interface SearchDocument {
  readonly kind: string;
  readonly slug: string;
  /** What the item is called, where that is not its slug. */
  readonly name: string;
  readonly description: string;
  readonly whenToUse: string;
  readonly tags: readonly string[];
  readonly body: string;
  readonly status: string;
  readonly author: string;
  /** When the item was first there, in ms; orders nothing, but pages of one search do not show what came later. */
  readonly since: number;
  readonly use: Use;
  /** Of the index's number of dimensions, see `quantise`; null while there is none. */
  readonly vector: Int8Array | null;
}

/** What a search may be narrowed to. */
export interface Narrowing {
  readonly kinds: readonly string[];
  /** All of these. */
  readonly tags: readonly string[];
  readonly author: string | null;
  readonly statuses: readonly string[];
  /** Only what was there by then, in ms. */
  readonly asOf: number;
}

const GONE = 0;
const MOST_COMBINATIONS = 255;

/** Grows a column of one number per document. */
function grown<A extends Float64Array | Float32Array | Uint32Array | Uint8Array>(
  column: A,
  count: number,
  make: (length: number) => A,
): A {
  if (count <= column.length) return column;
  const larger = make(Math.ceil(count * 1.5) + 16);
  larger.set(column);
  return larger;
}

/** The documents by number, in columns. Removing one leaves its number unused until `compacted`. */
export class Documents {
  readonly keys: string[] = [];
  readonly tagNames = new Interned();
  readonly authorNames = new Interned();
  /** Kind and status together; 0 is a document that is gone. */
  private readonly classes = new Interned();
  private readonly byKey = new Map<string, number>();
  private readonly tags = new Numbers();
  private classIds: Uint8Array = new Uint8Array(0);
  private since: Float64Array = new Float64Array(0);
  private popularities: Float32Array = new Float32Array(0);
  private successes: Float32Array = new Float32Array(0);
  private times: Float64Array = new Float64Array(0);
  private authors: Uint32Array = new Uint32Array(0);
  private tagsFrom: Uint32Array = new Uint32Array(0);
  private latest = 0;

  constructor() {
    this.classes.idOf('gone');
  }

  /** How many numbers are taken, by documents that are there or gone. */
  get count(): number {
    return this.keys.length;
  }

  get alive(): number {
    return this.byKey.size;
  }

  /** When the newest came, in ms. */
  get newest(): number {
    return this.latest;
  }

  get bytes(): number {
    const columns = [
      this.classIds,
      this.since,
      this.popularities,
      this.successes,
      this.times,
      this.authors,
      this.tagsFrom,
      this.tags.data,
    ];
    return columns.reduce((sum, column) => sum + column.byteLength, 0) + this.count * 160;
  }

  find(kind: string, slug: string): number | undefined {
    return this.byKey.get(`${kind}/${slug}`);
  }

  /** Takes the next number for a document; one of the same kind and slug is gone. */
  add(document: SearchDocument): number {
    this.remove(document.kind, document.slug);
    const doc = this.count;
    const key = `${document.kind}/${document.slug}`;
    this.keys.push(key);
    this.byKey.set(key, doc);
    this.classIds = grown(this.classIds, doc + 1, (length) => new Uint8Array(length));
    this.since = grown(this.since, doc + 1, (length) => new Float64Array(length));
    this.popularities = grown(this.popularities, doc + 1, (length) => new Float32Array(length));
    this.successes = grown(this.successes, doc + 1, (length) => new Float32Array(length));
    this.times = grown(this.times, doc + 1, (length) => new Float64Array(length));
    this.authors = grown(this.authors, doc + 1, (length) => new Uint32Array(length));
    this.tagsFrom = grown(this.tagsFrom, doc + 2, (length) => new Uint32Array(length));
    const classId = this.classes.idOf(`${document.kind} ${document.status}`);
    if (classId > MOST_COMBINATIONS) throw new Error('too many kinds and states');
    this.classIds[doc] = classId;
    this.since[doc] = document.since;
    this.latest = Math.max(this.latest, document.since);
    this.setUse(doc, document.use);
    this.authors[doc] = this.authorNames.idOf(document.author);
    this.tagsFrom[doc] = this.tags.length;
    for (const tag of new Set(document.tags)) this.tags.push(this.tagNames.idOf(tag));
    this.tagsFrom[doc + 1] = this.tags.length;
    return doc;
  }

  remove(kind: string, slug: string): void {
    const doc = this.find(kind, slug);
    if (doc === undefined) return;
    this.classIds[doc] = GONE;
    this.byKey.delete(`${kind}/${slug}`);
  }

  isAlive(doc: number): boolean {
    return (this.classIds[doc] ?? GONE) !== GONE;
  }

  setUse(doc: number, { popularity, success, times }: Use): void {
    this.popularities[doc] = popularity;
    this.successes[doc] = success;
    this.times[doc] = times;
  }

  popularity(doc: number): number {
    return this.popularities[doc] ?? 0;
  }

  /** How probably it succeeds. */
  success(doc: number): number {
    return this.successes[doc] ?? 0;
  }

  /** How often it was used. */
  timesUsed(doc: number): number {
    return this.times[doc] ?? 0;
  }

  keyOf(doc: number): string {
    return this.keys[doc] ?? '';
  }

  authorOf(doc: number): number {
    return this.authors[doc] ?? 0;
  }

  classOf(doc: number): number {
    return this.classIds[doc] ?? GONE;
  }

  className(id: number): { readonly kind: string; readonly status: string } {
    const [kind = '', status = ''] = this.classes.textOf(id).split(' ');
    return { kind, status };
  }

  /** The documents of this slug, of whatever kind. */
  ofSlug(slug: string): number[] {
    const kinds = new Set(this.classes.texts.map((_, id) => this.className(id).kind));
    return [...kinds].flatMap((kind) => this.find(kind, slug) ?? []);
  }

  /** Which documents were there by a time, in ms, whatever a search is narrowed to. */
  presentBy(asOf: number): (doc: number) => boolean {
    const { classIds, since } = this;
    return (doc) => classIds[doc] !== GONE && (since[doc] ?? 0) <= asOf;
  }

  countPresentBy(asOf: number): number {
    if (asOf >= this.latest) return this.alive;
    const isPresent = this.presentBy(asOf);
    let count = 0;
    for (let doc = 0; doc < this.count; doc += 1) if (isPresent(doc)) count += 1;
    return count;
  }

  /** Calls `visit` with the number of each tag of the document. */
  eachTag(doc: number, visit: (tag: number) => void): void {
    for (let i = this.tagsFrom[doc] ?? 0; i < (this.tagsFrom[doc + 1] ?? 0); i += 1) visit(this.tags.at(i));
  }

  /** The test that every document of an answer passes. It also hides what is gone. */
  narrowedTo(narrowing: Narrowing): (doc: number) => boolean {
    const { kinds, statuses, author, tags, asOf } = narrowing;
    const allowed = new Uint8Array(this.classes.texts.length);
    for (let id = 1; id < allowed.length; id += 1) {
      const { kind, status } = this.className(id);
      if (kinds.includes(kind) && statuses.includes(status)) allowed[id] = 1;
    }
    const authorId = author === null ? null : (this.authorNames.find(author) ?? -1);
    const tagIds = tags.map((tag) => this.tagNames.find(tag) ?? -1);
    const { classIds, since, authors } = this;
    return (doc) =>
      allowed[classIds[doc] ?? GONE] === 1 &&
      (since[doc] ?? 0) <= asOf &&
      (authorId === null || authors[doc] === authorId) &&
      (tagIds.length === 0 || this.hasTags(doc, tagIds));
  }

  private hasTags(doc: number, tagIds: readonly number[]): boolean {
    const own: number[] = [];
    this.eachTag(doc, (tag) => own.push(tag));
    return tagIds.every((tag) => own.includes(tag));
  }

  /** A copy of one document's columns in another set of documents, under the next number there. */
  copyTo(target: Documents, doc: number): number {
    const [kind = '', slug = ''] = this.keyOf(doc).split('/');
    const tags: string[] = [];
    this.eachTag(doc, (tag) => tags.push(this.tagNames.textOf(tag)));
    return target.add({
      ...{ kind, slug, tags, status: this.className(this.classOf(doc)).status },
      author: this.authorNames.textOf(this.authorOf(doc)),
      since: this.since[doc] ?? 0,
      use: { popularity: this.popularity(doc), success: this.success(doc), times: this.timesUsed(doc) },
      ...{ name: '', description: '', whenToUse: '', body: '', vector: null },
    });
  }
}
