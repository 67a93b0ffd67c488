/** What is searched of a bundle besides what the catalog says of it. */
export interface ReadText {
  /** As SKILL.md has it; empty where it has none. */
  readonly name: string;
  readonly body: string;
}

/** All that is kept, in characters; what does not fit is read again. */
const MOST = 8_000_000;

/** The texts of bundles that were read a moment ago to be published, by the digest of the stored bundle. */
export class ReadTexts {
  private readonly texts = new Map<string, ReadText>();
  private characters = 0;

  keep(sha256: string, text: ReadText): void {
    this.take(sha256);
    this.texts.set(sha256, text);
    this.characters += text.body.length;
    for (const oldest of this.texts.keys()) {
      if (this.characters <= MOST) break;
      this.take(oldest);
    }
  }

  /** The text, once: it is asked for when its item is indexed. */
  take(sha256: string): ReadText | undefined {
    const text = this.texts.get(sha256);
    this.texts.delete(sha256);
    this.characters -= text?.body.length ?? 0;
    return text;
  }
}
