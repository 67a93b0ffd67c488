/** How programs start others with a list of arguments, up to where the call seems to end. */
const CALL =
  /(?:\b(?:execFile(?:Sync)?|exec|execa|spawn(?:Sync)?|fork|run|call|check_call|check_output|Popen|Command(?:::new)?|system|ProcessBuilder|popen|Start|output)\s{0,2}\(\s{0,8}[[{(]{0,2}\s{0,8}|\b(?:cmd|args|argv|command)\s{0,2}[:=]\s{0,2}[[{(]\s{0,8})["'`][^;\n]{1,300}(?:\n[ \t]{0,40}[.["'`&)\]][^;\n]{0,200}){0,8}/g;
/** Programs for which it is worth to read the arguments as one line. */
const PROGRAM =
  /["'`](?:curl|wget|nc|ncat|scp|rsync|git|gh|security|gpg|ssh|bash|sh|zsh|aws|gcloud|az|op|base64|openssl|crontab|launchctl|osascript|powershell|pwsh|pip3?|npm|npx|docker|rm|dig|nslookup|sudo|chmod|kubectl|vault|python3?|node)["'`]/;
const BETWEEN = /["'`]|,|\.args?\s{0,2}\(|\bformat!\s{0,2}\(|\[|\]|\n[ \t]{0,40}/g;

/** The text with commands that are given as lists written as a shell would show them; undefined where there are none. */
export function argumentsJoined(text: string): string | undefined {
  if (!PROGRAM.test(text)) return undefined;
  const joined = text.replace(CALL, (call) => (PROGRAM.test(call) ? call.replace(BETWEEN, ' ') : call));
  return joined === text ? undefined : joined;
}
