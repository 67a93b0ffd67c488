import { CODE_VALUE } from './code-value';
import type { RedactionClass } from './redaction-class';
import { toldSecrets } from './told-secrets';

/** What a path may go on with: everything but white space, quotes and what ends a phrase or a list. */
const REST = '[^\\s"\'`,;)\\]}>]';

/**
 * In the order in which they apply. Secrets that are told come first, which may hold anything; then keys and tokens, since
 * digits inside them read as other classes. Home
 * paths come before e-mail addresses, because a path may hold an at-sign; UUIDs before cards and phones, which their
 * digits may look like; cards and social security numbers before phones; international numbers before American ones,
 * which would take their tails.
 */
export const classes: readonly RedactionClass[] = [
  {
    name: 'private-key',
    pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----)?/g,
  },
  {
    name: 'webhook',
    pattern: new RegExp(
      `https?://(?:hooks\\.slack(?:-gov)?\\.com/(?:services|workflows|triggers)|(?:\\w{1,20}\\.)?discord(?:app)?\\.com/api/(?:v\\d{1,2}/)?webhooks|[\\w-]{1,63}\\.webhook\\.office\\.com|outlook\\.office(?:365)?\\.com/webhook|(?:[\\w-]{1,63}\\.){1,3}logic\\.azure\\.com(?::443)?/workflows)/${REST}+`,
      'gi',
    ),
  },
  { name: 'telegram-address', pattern: /https?:\/\/api\.telegram\.org\/(?:file\/)?bot\d{1,20}:[\w-]+/gi },
  { name: 'telegram-token', pattern: /(?<![\w:])\d{8,10}:AA[\w-]{30,}/g },
  ...toldSecrets,
  { name: 'openai-key', pattern: /(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{6,}/g },
  { name: 'github-token', pattern: /(?<![A-Za-z0-9_])(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{6,}/g },
  { name: 'slack-token', pattern: /(?<![A-Za-z0-9])xox[abeoprs]-[A-Za-z0-9-]{6,}/g },
  { name: 'aws-key', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g },
  { name: 'google-key', pattern: /(?<![A-Za-z0-9_-])(?:AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{20,})/g },
  {
    name: 'provider-token',
    pattern:
      /(?<![A-Za-z0-9_-])(?:[spr]k_(?:live|test)_|whsec_|npm_|glpat-|hf_|pypi-|dop_v1_|shpat_|SG\.|loam_|spk_|sps_)[A-Za-z0-9._-]{16,}/g,
  },
  { name: 'jwt', pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g },
  { name: 'bearer', pattern: /(?<![A-Za-z])(?:Bearer|Basic) [A-Za-z0-9._~+/=-]{12,}/g },
  { name: 'url-password', pattern: /(?<=:\/\/)[^\s:@/]{1,128}:[^\s:@/]{1,128}(?=@)/g },
  { name: 'url-token', pattern: /(?<=https?:\/\/)[A-Za-z0-9_~.%-]{16,128}(?=@)/g },
  {
    name: 'assignment',
    pattern: new RegExp(
      `(?<![A-Za-z0-9])(?:api[_-]?key|access[_-]?key|secret|token|passw(?:or)?d)["']?\\s{0,3}[:=]\\s{0,3}(?!${CODE_VALUE})["']?[^\\s"'\`,;)\\]}>[]{8,}["']?`,
      'gi',
    ),
  },
  { name: 'linux-home', pattern: new RegExp(`(?<![\\w.-])/home/${REST}+`, 'g') },
  {
    name: 'windows-home',
    pattern: new RegExp(`(?<![A-Za-z])[A-Za-z]:[\\\\/]{1,2}Users[\\\\/]{1,2}${REST}+`, 'gi'),
  },
  { name: 'macos-home', pattern: new RegExp(`(?<![\\w.-])/Users/${REST}+`, 'g') },
  {
    name: 'uuid',
    pattern: /(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])/gi,
  },
  { name: 'email', pattern: /[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}/g },
  {
    name: 'iban',
    pattern:
      /(?<![A-Za-z0-9])(?:A[DELTZ]|B[AEGHRY]|C[HRYZ]|D[EKO]|E[EGS]|F[IOR]|G[BEILRT]|HR|HU|I[ELQST]|JO|K[WZ]|L[BCITUVY]|M[CDEKRTU]|N[LO]|P[KLST]|QA|R[OS]|S[ACEIKMV]|T[LNR]|UA|V[AG]|XK)\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g,
  },
  { name: 'payment-card', pattern: /(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?!\d)/g },
  { name: 'social-security-number', pattern: /(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)/g },
  {
    name: 'international-phone',
    pattern:
      /(?<!\d)\+(?:\d{1,3}(?:[ .-]\d{2,4}){2,4}|[1-9]\d{10,14}|(?=(?:[ .()-]{0,2}\d){8,15}(?!\d))\d{1,3}(?: ?\(0\))?(?:[ .-](?:\d{2,9}|\(\d{2,9}\))){1,5})(?!\d)/g,
  },
  { name: 'us-phone', pattern: /(?<!\d)(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\d)/g },
  { name: 'ipv4', pattern: /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d)/g },
];
