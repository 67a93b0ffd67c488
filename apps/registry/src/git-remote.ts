const URL_WITH_HOST = /^(?:git\+)?(https?|ssh|git):\/\//i;
/** `user@host:path`, as scp takes it. What has one letter before the colon is a drive of Windows. */
const SCP = /^(?:[^@/\s]+@)?([a-z0-9][a-z0-9.-]+):(?!\/\/)(\S+)$/i;

const withoutEnd = (path: string): string => {
  const shorter = path.replace(/\/+$/, '').replace(/(?<=[^./])\.git$/i, '');
  return shorter === path ? path : withoutEnd(shorter);
};

/** An address of a repository, in one of its spellings, as a URL. */
function urlOf(remote: string): URL | undefined {
  const scp = SCP.exec(remote);
  if (!URL_WITH_HOST.test(remote))
    return scp?.[1] === undefined || scp[2] === undefined ? undefined : parsed(`https://${scp[1]}/${scp[2]}`);
  const url = parsed(remote.replace(URL_WITH_HOST, 'https://'));
  // The port of a protocol other than the web's says nothing about which repository it is.
  if (url !== undefined && !/^(?:git\+)?https?:/i.test(remote)) url.port = '';
  if (url?.port === '80' && /^(?:git\+)?http:/i.test(remote)) url.port = '';
  return url;
}

const parsed = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

/**
 * The one spelling of a git remote, so that two clones of a repository are known as such: `https://host/path`, whatever
 * the protocol was, without user, password, `.git`, slashes at the end, query or fragment, the host in lower case.
 * Undefined for what names no repository on a server, such as a path.
 */
export function normalizeRemote(remote: string): string | undefined {
  const url = urlOf(remote.trim());
  if (url === undefined) return undefined;
  const path = withoutEnd(url.pathname.replace(/\/{2,}/g, '/'));
  return path === '' ? undefined : `https://${url.host}${path}`;
}
