/** Latin letters as Cyrillic, Greek, Armenian and Cherokee draw them. */
const LOOK_ALIKES: Record<string, string> = Object.fromEntries(
  Array.from(
    'аaеeоoрpсcуyхxіiјjѕsԁdԛqԝwһhӏlкkмmтtвbнhгrпnАAВBЕEКKМMНHОOРPСCТTХXУYІIЈJЅSαaοoνvρpτtυuιiκkηnΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXօoսuոnհhցgʀrɡgɑaıiⅼlⅰi',
  ).reduce<[string, string][]>(
    (pairs, char, index, all) => (index % 2 === 0 ? [...pairs, [char, all[index + 1] ?? '']] : pairs),
    [],
  ),
);
const FOREIGN = /[\u0131\u0251\u0261\u0280\u0370-\u058F\u2170-\u217F]/gu;
const INVISIBLE =
  // eslint-disable-next-line no-misleading-character-class -- each is looked for by itself
  /[\u00AD\u034F\u115F\u1160\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\u{E0000}-\u{E0FFF}]/gu;
const COMPATIBLE =
  /[\u00A0\u017F\u2000-\u200A\u2100-\u214F\u2460-\u24FF\uFF01-\uFF5E\u{1D400}-\u{1D7FF}\u{1F130}-\u{1F189}]/u;
/** Marks over and through letters, which models read past. */
const MARKED = /([A-Za-z])[\u0300-\u036F]+/gu;
/** A letter by its number, as pages write it. */
const ENTITY = /&#(?:x([0-9a-fA-F]{2,5})|(\d{2,6}));/g;
/** Words with a blank between every two letters. */
const SPACED = /(?:\b[A-Za-z0-9] {1,3}){8,200}[A-Za-z0-9]\b/g;
/** The letters of a text in the tag plane. */
const TAG = /[\u{E0020}-\u{E007E}]/gu;
const MIXED_WORD = /[A-Za-z]\p{M}?[\u0370-\u03FF\u0400-\u052F]|[\u0370-\u03FF\u0400-\u052F]\p{M}?[A-Za-z]/u;

const letter = (code: number, otherwise: string): string =>
  code >= 0x20 && code <= 0x10ffff ? String.fromCodePoint(code) : otherwise;

/**
 * The text as a reader, or a model, takes it: invisible characters dropped, tag characters shown, fancy letters plain,
 * and in words that mix scripts the look-alikes Latin. Lines stay where they were.
 */
export function foldText(text: string): string {
  const shown = text
    .replace(TAG, (char) => String.fromCharCode((char.codePointAt(0) ?? 0) - 0xe0000))
    .replace(INVISIBLE, '')
    .replace(MARKED, '$1')
    .replace(ENTITY, (all, hex: string | undefined, code: string | undefined) =>
      letter(hex === undefined ? Number(code) : parseInt(hex, 16), all),
    )
    .replace(SPACED, (run) => run.replace(/ ( *)/g, (_blanks, more: string) => (more === '' ? '' : ' ')));
  const plain = COMPATIBLE.test(shown) ? shown.normalize('NFKC') : shown;
  return MIXED_WORD.test(plain) ? plain.replace(FOREIGN, (char) => LOOK_ALIKES[char] ?? char) : plain;
}

/** Whether a word mixes Latin with letters that look like it. */
export const mixesScripts = (text: string): boolean => MIXED_WORD.test(text);

const FANCY = /[\uFF21-\uFF3A\uFF41-\uFF5A\u{1D400}-\u{1D7FF}\u{1F130}-\u{1F189}\u24B6-\u24E9]/u;

/** Whether a line hides what it says: invisible or fancy letters, or look-alikes within a word. */
export const isDisguised = (line: string): boolean =>
  line.replace(INVISIBLE, '') !== line || FANCY.test(line) || MIXED_WORD.test(line);
