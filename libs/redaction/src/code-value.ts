const NAME = '[A-Za-z_$][\\w$]{0,63}';
const PATH = `${NAME}(?:(?:\\??\\.|::|->)${NAME}){0,6}`;
/** The name of a variable of the environment, in whatever case the flags take it; with digits it might be a secret. */
const VARIABLE = '["\'][A-Z]{1,20}(?:_[A-Z]{1,20}){1,6}["\']';
/** What a call is given where that is no text. */
const GIVEN = `(?:${VARIABLE}|(?:${PATH}(?:,\\s?${PATH}){0,4})?)`;
const CALL = `(?:(?:await|new)\\s)?${PATH}[!?]?\\(${GIVEN}\\)`;
/** Where programs keep what they were given; any other path with dots might be a password. */
const KEPT =
  '(?:process\\.env|import\\.meta\\.env|Deno\\.env|os\\.environ|ENV|self|this|args|argv|config|settings|options|opts|env|req|request|props|params|credentials)';
const FIELD = `${KEPT}(?:(?:\\??\\.${NAME}|\\[(?:${VARIABLE}|${PATH})\\]){1,4}|\\[\\.\\.\\.\\])!?`;
/** Nothing that belongs to the value follows: `call() or "text"` is left to be taken out. */
const THE_END = '(?![ \\t]{0,3}[^\\s;,)}\\]#/])';
const SHELL = '"?\\$(?:\\{[A-Za-z_]\\w{0,63}\\}|[A-Z_]{1,64})"?(?![^\\s;,)}\\]&|])';

/**
 * A value in code that tells no secret, without a flag or a group of its own: a call, a field of what was given to a
 * program, or a variable of a shell. A call that is given a text is none, since the text may be the secret.
 */
export const CODE_VALUE = `=?\\s?(?:(?:${CALL}|${FIELD})${THE_END}|${SHELL})`;
