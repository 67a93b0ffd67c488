import type { Document } from '../document';
import type { Finding } from '../finding';

/** Names that many programs install, by the place they come from: what is a slip away from one is rarely meant. */
const POPULAR = {
  python: new Set(
    'requests numpy pandas scipy matplotlib django flask fastapi pydantic sqlalchemy urllib3 beautifulsoup4 python-dotenv colorama cryptography setuptools pytest selenium playwright tensorflow scikit-learn pillow psycopg2 pymongo openai anthropic langchain boto3 botocore jinja2 pyyaml uvicorn aiohttp websockets paramiko click transformers huggingface-hub'.split(
      ' ',
    ),
  ),
  node: new Set(
    'express lodash react react-dom typescript webpack eslint prettier commander chalk axios moment mongoose sequelize puppeteer playwright cross-env dotenv nodemon socket.io discord.js jsonwebtoken bcrypt node-fetch openai @anthropic-ai/sdk langchain tailwindcss next vite vitest'.split(
      ' ',
    ),
  ),
};
type Ecosystem = keyof typeof POPULAR;

const LISTS: readonly [Ecosystem, RegExp, RegExp][] = [
  [
    'python',
    /(?:^|\/)requirements[\w.-]*\.txt$/i,
    /^[ \t]*([A-Za-z][\w.-]{3,60})(?=[ \t]*(?:[=<>~!;[]|$))/gm,
  ],
  ['node', /(?:^|\/)package\.json$/i, /"(@?[a-z][\w./-]{3,80})"\s*:\s*"[\^~]?\d/g],
];
const COMMANDS: readonly [Ecosystem, RegExp][] = [
  ['python', /\b(?:pip3?|uv pip|uv) (?:install|add)((?: +[^\n;&|`]{1,60}){1,12})/g],
  ['node', /\b(?:npm|pnpm|yarn|bun) (?:install|i|add)((?: +[^\n;&|`]{1,60}){1,12})/g],
];

/** Whether one slip makes one of the other: a letter more, less, other, or two that changed places. */
function isSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  const [restA, restB] = [a.slice(from), b.slice(from)];
  if (restA === restB) return false;
  const swapped = `${restA[1] ?? ''}${restA[0] ?? ''}${restA.slice(2)}`;
  return (
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    restA.slice(1) === restB.slice(1) ||
    swapped === restB
  );
}

function slipOf(name: string, ecosystem: Ecosystem): string | undefined {
  const popular = POPULAR[ecosystem];
  const plain = name.toLowerCase();
  // Short names are a slip away from many honest ones.
  if (plain.length < 6 || popular.has(plain)) return undefined;
  return [...popular].find((other) => other.length > 5 && isSlip(plain, other));
}

function* namesIn(document: Document, text: string): Generator<[Ecosystem, string, number]> {
  for (const [ecosystem, file, pattern] of LISTS)
    if (file.test(document.path))
      for (const match of text.matchAll(pattern)) yield [ecosystem, match[1] ?? '', match.index];
  for (const [ecosystem, pattern] of COMMANDS)
    for (const match of text.matchAll(pattern))
      for (const word of (match[1] ?? '').trim().split(/ +/))
        if (!word.startsWith('-'))
          yield [ecosystem, word.replace(/["']/g, '').replace(/[=<>~!@[].*$/, ''), match.index];
}

/** Packages whose names are a slip away from popular ones: made to be installed by mistake. */
export function scanPackageNames(document: Document, text: string): Finding[] {
  return [...namesIn(document, text)].flatMap(([ecosystem, name, at]) => {
    const popular = slipOf(name, ecosystem);
    if (popular === undefined) return [];
    return {
      ...{ rule: 'look-alike-package', layer: 'capability' as const, severity: 'review' as const },
      ...{ file: document.path, line: document.lines.at(at) },
      message: `Installs a package whose name is a slip away from ${popular}.`,
    };
  });
}
