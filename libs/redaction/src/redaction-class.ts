/** One kind of text that must not be kept. */
export interface RedactionClass {
  readonly name: string;
  /**
   * Every quantifier is bounded, or runs over a class of characters that nothing after it can match, so that no text
   * takes more than time proportional to its length.
   */
  readonly pattern: RegExp;
  /** Whether what its first group matches stays. */
  readonly leaves?: true;
}
