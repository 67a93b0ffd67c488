/** One kind of secret: the documented form of a provider's token. */
export interface SecretRule {
  readonly id: string;
  /** Whose it is, for the message. */
  readonly provider: string;
  /** RE2 source; the part named `v` is the secret, else the whole match is. */
  readonly pattern: string;
  readonly caseSensitive: boolean;
  /** Bits per character that the secret has at least; below, it is a placeholder. */
  readonly entropy: number;
  /** A guess by its name rather than by a form that nothing else has: for a person to judge. */
  readonly guess: boolean;
}

const DEFAULT_ENTROPY = 3;

/** A token that its own prefix gives away. */
export function token(id: string, provider: string, pattern: string): SecretRule {
  const edges = `(?:^|[^A-Za-z0-9_])(?P<v>${pattern})(?:$|[^A-Za-z0-9_])`;
  return {
    id,
    provider,
    pattern: edges,
    caseSensitive: true,
    entropy: DEFAULT_ENTROPY,
    guess: false,
  };
}

/** A token without a prefix, known only by the name that it is given: `NAME_api_key = "value"`. */
export function assigned(id: string, provider: string, name: string, value: string): SecretRule {
  const pattern = `(?:^|[^A-Za-z])(?i:${name})(?i:[\\w. -]{0,24}(?:key|token|secret|password|auth|credential))["'\`]?\\s{0,3}(?::=|=>|[:=,])\\s{0,3}["'\`]?(?P<v>${value})(?:$|[^A-Za-z0-9_-])`;
  return {
    id,
    provider,
    pattern,
    caseSensitive: true,
    entropy: 3,
    guess: false,
  };
}
