interface Told {
  /** The id of the tool call. */
  readonly toolUse?: string | null | undefined;
  readonly prompt?: string | null | undefined;
  /** The pseudonym of the session. */
  readonly session?: string | undefined;
  readonly slug: string;
}

/** Names that cannot be keys are left out; they would tell of nobody else's activation. */
const isWord = (text: string): boolean => /^[\w.:-]{1,100}$/.test(text);

/** The names under which several sources may tell of the same activation: its tool call, and its place in a prompt. */
export function activationKeys({ toolUse, prompt, session, slug }: Told): { keys?: string[] } {
  const keys = [
    ...(toolUse == null || !isWord(toolUse) ? [] : [`tool:${toolUse}`]),
    ...(prompt == null || session === undefined || !isWord(prompt)
      ? []
      : [`prompt:${session}/${prompt.slice(0, 64)}/${slug}`]),
  ];
  return keys.length === 0 ? {} : { keys };
}
