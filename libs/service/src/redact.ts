const HIDDEN = '[redacted]';

/** Fields whose value is never shown, whatever it is; in an object within a text the quotes are escaped. */
const FIELD =
  /(\\*"(?:authorization|proxy-authorization|cookie|set-cookie|password|passwd|secret|token|accessToken|refreshToken|apiKey|privateKey|secretAccessKey|signature)\\*":\s*)(?:\\+"(?:(?!\\+").)*\\+"|"(?:[^"\\]|\\.)*"|\[[^\]]*\]|\{[^{}]*\}|[^\s,"{}[\]\\]+)/gi;
/** `scheme://user:password@host`; a password in a URL has its own `@` and `/` encoded. */
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:@/"\\]{0,200}:)[^\s@/"\\]+@/gi;
const BEARER = /\b(Bearer|Basic)\s+[\w.~+/=-]+/gi;
const LOAM_TOKEN = /\bloam_[A-Za-z0-9]+_[A-Za-z0-9_-]+/g;
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g;
/** The signature of a presigned URL is a key to what it points to. */
const SIGNED_URL = /(X-Amz-(?:Signature|Security-Token|Credential)=)[^&\s"\\]+/gi;

/** Takes tokens, passwords, keys and the passwords within URLs out of a line of the log, wherever they stand. */
export const redact = (line: string): string =>
  line
    .replace(PRIVATE_KEY, HIDDEN)
    .replace(URL_PASSWORD, `$1${HIDDEN}@`)
    .replace(SIGNED_URL, `$1${HIDDEN}`)
    .replace(BEARER, `$1 ${HIDDEN}`)
    .replace(LOAM_TOKEN, HIDDEN)
    .replace(
      FIELD,
      (_, key: string) =>
        `${key}${key.startsWith('\\') ? '\\"' : '"'}${HIDDEN}${key.startsWith('\\') ? '\\"' : '"'}`,
    );
