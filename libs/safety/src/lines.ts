const NEWLINE = 0x0a;

/** Offsets of bytes as line numbers. */
export class Lines {
  private readonly starts: number[] = [0];

  constructor(readonly bytes: Buffer) {
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) {
      this.starts.push(at + 1);
    }
  }

  get count(): number {
    return this.starts.length;
  }

  /** The line, counted from 1, that holds the byte. */
  at(offset: number): number {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** The text of a line, at most `most` bytes of it around `offset`. */
  around(offset: number, most = 400): string {
    const line = this.at(offset);
    const from = Math.max(this.starts[line - 1] ?? 0, offset - most);
    const end = this.starts[line] ?? this.bytes.length + 1;
    return this.bytes.toString('utf8', from, Math.min(end - 1, offset + most));
  }

  /** The text of lines `first` to `last`, both included, as far as they exist; at most 4 KiB. */
  text(first: number, last: number): string {
    const from = this.starts[Math.max(first, 1) - 1] ?? this.bytes.length;
    const to = (this.starts[Math.min(last, this.count)] ?? this.bytes.length + 1) - 1;
    return this.bytes.toString('utf8', from, Math.min(to, from + 4096));
  }

  /** The byte at which a line begins. */
  start(line: number): number {
    return this.starts[line - 1] ?? this.bytes.length;
  }
}
