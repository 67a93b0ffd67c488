/** A list of 32-bit numbers that grows. */
export class Numbers {
  data = new Uint32Array(2);
  length = 0;

  push(value: number): void {
    if (this.length === this.data.length) {
      const larger = new Uint32Array(Math.ceil(this.length * 1.5) + 2);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[this.length] = value;
    this.length += 1;
  }

  at(index: number): number {
    return this.data[index] ?? 0;
  }

  /** Forgets the numbers and keeps the room for as many. */
  clear(): void {
    this.length = 0;
  }

  each(visit: (value: number) => void): void {
    const { data, length } = this;
    for (let i = 0; i < length; i += 1) visit(data[i] ?? 0);
  }

  /** Gives back what was kept in reserve. */
  trim(): void {
    this.data = this.data.slice(0, Math.max(this.length, 2));
  }
}

/** Texts as small numbers, in the order in which they were first met. */
export class Interned {
  private readonly ids = new Map<string, number>();
  readonly texts: string[] = [];

  idOf(text: string): number {
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    const id = this.texts.length;
    this.ids.set(text, id);
    this.texts.push(text);
    return id;
  }

  /** The number of a text, if it was met. */
  find(text: string): number | undefined {
    return this.ids.get(text);
  }

  textOf(id: number): string {
    return this.texts[id] ?? '';
  }
}
