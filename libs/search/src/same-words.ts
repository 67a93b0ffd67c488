/** Names of this field that people use for one thing; a line is one thing. Stems of words, in lower case. */
const LINES = `
k8s kubernetes
js javascript
ts typescript
py python
golang go
cpp c++
csharp c# dotnet
node nodejs
next nextjs
vue vuejs
react reactjs
postgres postgresql psql
mongo mongodb
db database
auth authentication authorization
authentication login signin
ios iphone ipad
docs documentation
repo repository
config configuration
env environment
perf performance speed
infra infrastructure
tf terraform
gh github
a11y accessibility
i18n internationalization
l10n localization
o11y observability
regex regexp
powerpoint ppt pptx slides
excel xls xlsx spreadsheet
docx word
email mail
img image
vuln vulnerability
dev development
admin administration
spec specification
lib library
pkg package
dep dependency
async asynchronous
outage incident
bug defect
`;

const lines = LINES.trim()
  .split('\n')
  .map((line) => line.split(' '));

const others = new Map<string, string[]>();
for (const line of lines)
  for (const word of line)
    others.set(word, [...(others.get(word) ?? []), ...line.filter((other) => other !== word)]);

/** The other names of what a word names. */
export const otherNames = (word: string): readonly string[] => others.get(word) ?? [];
