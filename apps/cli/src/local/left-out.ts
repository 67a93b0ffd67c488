/** Folders and files that are no part of a skill wherever they stand: history, dependencies, secrets, droppings. */
const NAMES = new Set(['.git', 'node_modules', '.DS_Store', '.direnv', '.netrc', '.npmrc', '.pypirc']);
const KEYS = /^\.env|^id_(?:rsa|dsa|ecdsa|ed25519)$|\.(?:pem|key|p12|pfx|jks|keystore)$/i;
/** What build tools write beside the sources; deeper down these are ordinary words. */
const AT_THE_ROOT = new Set(['target', 'result']);

/** Whether a file or folder is never packed. */
export const isLeftOut = (name: string, atRoot: boolean): boolean =>
  NAMES.has(name) || KEYS.test(name) || (atRoot && AT_THE_ROOT.has(name));
