/** Hosts from which programs are commonly installed, and to which talking says nothing. */
const KNOWN =
  /(?:^|\.)(?:github\.com|githubusercontent\.com|github\.io|gitlab\.com|npmjs\.(?:com|org)|pypi\.org|pythonhosted\.org|nodejs\.org|python\.org|golang\.org|go\.dev|rust-lang\.org|rustup\.rs|sh\.rustup\.rs|crates\.io|astral\.sh|docker\.com|docker\.io|kubernetes\.io|k8s\.io|helm\.sh|brew\.sh|apache\.org|debian\.org|ubuntu\.com|nvidia\.com|microsoft\.com|aka\.ms|azure\.com|windows\.net|visualstudio\.com|google\.com|googleapis\.com|gstatic\.com|dl\.k8s\.io|amazonaws\.com|aws\.amazon\.com|cloudflare\.com|hashicorp\.com|terraform\.io|bun\.sh|deno\.(?:land|com)|nvm\.sh|get\.pnpm\.io|pnpm\.io|yarnpkg\.com|jsdelivr\.net|unpkg\.com|cdnjs\.com|opencode\.ai|claude\.ai|anthropic\.com|openai\.com|huggingface\.co|ollama\.(?:ai|com)|fly\.io|vercel\.com|netlify\.com|supabase\.(?:com|co)|sdkman\.io|nixos\.org|haskell\.org|julialang\.org|r-project\.org|ruby-lang\.org|rubygems\.org|rvm\.io|php\.net|getcomposer\.org|elastic\.co|grafana\.com|prometheus\.io|istio\.io|linkerd\.io|argoproj\.io|fluxcd\.io|dagger\.io|sentry\.io|codecov\.io|snyk\.io|sonarsource\.com|circleci\.com|atlassian\.(?:com|net)|slack\.com|stripe\.com|paypal\.com|twilio\.com|sendgrid\.(?:com|net)|mongodb\.(?:com|org)|postgresql\.org|mysql\.com|redis\.(?:io|com)|kaggle\.com|starship\.rs|get\.volta\.sh|volta\.sh|mise\.run|mise\.jdx\.dev|foundry\.paradigm\.xyz|getfoundry\.sh|soliditylang\.org|dot\.net|dotnet\.microsoft\.com|jetbrains\.com|gradle\.org|maven\.org|apple\.com|mozilla\.org|w3\.org|json-schema\.org|schemastore\.org|aquasecurity\.github\.io|anchore\.io|semgrep\.dev|trufflesecurity\.com|zaproxy\.org|owasp\.org|nist\.gov|mitre\.org|anaconda\.com|nodesource\.com|python-poetry\.org|llvm\.org|pyenv\.run|just\.systems|taskfile\.dev|goreleaser\.com|trunk\.io|k3s\.io|sigstore\.dev|duckdb\.org|jetify\.com|determinate\.systems|pkgx\.sh|flox\.dev|buildkite\.com|gitpod\.io|cursor\.(?:com|sh)|zed\.dev|warp\.dev|cocoapods\.org|quay\.io|gcr\.io|ghcr\.io|jitpack\.io|packagist\.org|hex\.pm|elixir-lang\.org|ocaml\.org|swift\.org|kotlinlang\.org|scala-lang\.org|scala-sbt\.org|sonarcloud\.io|alpinelinux\.org|archlinux\.org|fedoraproject\.org|centos\.org|redhat\.com|opensuse\.org|kernel\.org|gnu\.org|sourceforge\.net|bitbucket\.org|openjdk\.org|adoptium\.net|oracle\.com|nginx\.(?:org|com)|postgresql\.org|mariadb\.org|cockroachlabs\.com|clickhouse\.com|influxdata\.com|opentelemetry\.io|jaegertracing\.io|letsencrypt\.org|certbot\.eff\.org|playwright\.dev|cypress\.io|selenium\.dev|browserstack\.com|saucelabs\.com|testcontainers\.com|localstack\.cloud|pulumi\.com|ansible\.com|chef\.io|puppet\.com|jenkins\.io|travis-ci\.(?:com|org)|drone\.io|codeberg\.org|gitea\.(?:com|io)|radicle\.xyz|huggingface\.co|civitai\.com|modal\.com|railway\.app|render\.com|deno\.dev|workers\.cloudflare\.com|conda\.io|jupyter\.org|pytorch\.org|tensorflow\.org|wandb\.ai|datadoghq\.(?:com|eu)|newrelic\.com|pagerduty\.com|linear\.app|notion\.(?:com|so)|figma\.com|airtable\.com|hubspot\.com|salesforce\.com|shopify\.com|telegram\.org|discord\.com|twitter\.com|x\.com|linkedin\.com|reddit\.com|youtube\.com|wikipedia\.org|stackoverflow\.com|expo\.dev|reactnative\.dev|flutter\.dev|posthog\.com|planetscale\.com|neon\.tech|heroku\.com|digitalocean\.com|hetzner\.(?:com|cloud)|linode\.com|tailscale\.com|doppler\.com|vaultproject\.io|1password\.com|groq\.com|mistral\.ai|cohere\.(?:ai|com)|replicate\.com|openrouter\.ai|together\.(?:ai|xyz)|perplexity\.ai|deepseek\.com|tavily\.com|firecrawl\.dev|exa\.ai|pinecone\.io|weaviate\.io|qdrant\.(?:io|tech)|langchain\.com|smith\.langchain\.com|modelcontextprotocol\.io|gmail\.com|office365\.com|outlook\.com|mailgun\.org|fastmail\.com|zoho\.com|postmarkapp\.com)$/i;

/** Names that stand for this machine, a private network, or nobody in particular. */
const LOCAL =
  /(?:^|\.)(?:localhost|local|internal|intranet|lan|svc|cluster\.local)$|^(?:127\.|0\.0\.0\.0|169\.254\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/i;
const SAMPLE =
  /^(?:(?:api|www|app|docs|auth|staging|dev|prod|cdn|static|blog|admin|test|mail|login|shop|store|status|sso|idp|issuer|jaeger|db|cache|registry|dashboard|grafana|images?|git|ws|service)[.-]?)*(?:example\.(?:com|org|net|io|dev)|example)$|(?:^|\.)(?:your[\w-]*|my-?(?:app|company|org|domain|server|api|host|site|project|service|store|shop|bucket)[\w-]*|company|acme(?:-?corp)?|domain|contoso|myapp|foo|bar|site|host|hostname|server)\./i;

const URL_HOST = /(?:https?|wss?|ftp):\/\/(?:[^\s/@"'`<>]{1,80}@)?([^\s/:"'`<>)\]},;?#\\]{1,120})/gi;

/** Names that look like hosts behind a program that takes addresses, but are files. */
const FILE =
  /\.(?:json|gz|zip|txt|tgz|tar|py|js|ts|md|ya?ml|html?|png|jpe?g|pem|crt|key|env|log|out|bin|deb|rpm|exe|iso|sql|csv|xml|conf|cfg|toml|lock|keyring|gpg|asc|sha256|sum|repo|list|jar|war|apk|dmg|pkg|msi|php|rb|go|rs|java)$/i;
const BARE_HOSTS = [
  /\b(?:curl|wget)\b[^\n|;&]{0,200}?\s["']?([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})(?=[/:?"'\s]|$)/gim,
  /\b(?:curl|wget)\b[^\n|;&]{0,200}?\s["']?((?:\d{1,3}\.){3}\d{1,3})(?=[/:?"'\s]|$)/gi,
  /\bhost(?:name)?["']?\s*[:=]\s*["'`]([\w-]+(?:\.[\w-]+)+)["'`]/gi,
  /\b(?:FTP|FTP_TLS|SMTP|SMTP_SSL|SSHClient|Transport|SFTP|FTP\.(?:new|open)|start)\s*\(\s*["'`]([\w-]+(?:\.[\w-]+)+)["'`]/g,
  /(?:connect|create_connection|HTTPS?Connection|Connection|TCPSocket\.(?:new|open)|fsockopen|INET->new|Dial)\s*\(\s*\(?\s*(?:["'`]tcp["'`]\s*,\s*)?["'`]([\w-]+(?:\.[\w-]+)+)/gi,
  /\b(?:nc|ncat|netcat|telnet|ssh|scp|rsync|sftp|ftp)\b[^\n|;&]{0,120}?[\s@]([\w-]+(?:\.[\w-]+)*\.[a-z]{2,}|(?:\d{1,3}\.){3}\d{1,3})(?=[:\s]|$)/gim,
];

/** The hosts of all addresses in a text, as written, in lower case. */
export function hostsIn(text: string): string[] {
  const bare = BARE_HOSTS.flatMap((pattern) => [...text.matchAll(pattern)].map(([, host]) => host ?? ''));
  const written = [...text.matchAll(URL_HOST)].map(([, host]) => host ?? '');
  return [...written, ...bare.filter((host) => !FILE.test(host))].map((host) => host.toLowerCase());
}

/** Whether a host is this machine, a private network or a variable. */
export const isLocal = (host: string): boolean =>
  !host.includes('.') || /[${}<>[\]%*]/.test(host) || LOCAL.test(host);

/** Whether a host is one of a well-known service. */
const isKnown = (host: string): boolean => KNOWN.test(host);

/** Whether a host belongs to somebody whom nobody knows; the usual names of examples do not. */
export const isForeign = (host: string): boolean => !isLocal(host) && !isKnown(host) && !SAMPLE.test(host);

/** Whether anybody may publish under this host of a well-known service. */
export const isAnybodys = (host: string): boolean =>
  /^(?:gist\.github(?:usercontent)?\.com|raw\.githubusercontent\.com|docs\.google\.com|drive\.google\.com|storage\.googleapis\.com|[\w.-]+\.s3[\w.-]*\.amazonaws\.com|[\w-]+\.github\.io|[\w-]+\.(?:vercel|netlify)\.app|[\w-]+\.web\.app|cdn\.discordapp\.com|unpkg\.com|cdn\.jsdelivr\.net)$/i.test(
    host,
  );
