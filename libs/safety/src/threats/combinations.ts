import type { Layer, Severity } from '../finding';
import type { Zone } from '../rule';

/** A signal at a line of a file. */
export interface Sighting {
  readonly signal: string;
  readonly line: number;
  readonly zone: Zone;
  readonly offset: number;
  readonly value: string;
}

/** Signals that mean something only where all stand within so many lines. */
export interface Combination {
  readonly id: string;
  readonly layer: Layer;
  readonly severity: Severity;
  readonly message: string;
  readonly signals: readonly string[];
  /** From the first to the last line; a file that is one program may be read as a whole. */
  readonly lines: number;
  readonly zones?: readonly Zone[];
  readonly always?: true;
}

const ANYWHERE = 100_000;

/** Combinations, the gravest first. */
export const combinations: readonly Combination[] = [
  {
    id: 'credentials-to-drop',
    layer: 'exfiltration',
    severity: 'block',
    message: 'Reads credentials and names a place that takes what anybody sends it.',
    signals: ['credentials', 'drop'],
    lines: 10,
    always: true,
  },
  {
    id: 'credentials-to-weak-drop',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Reads credentials and names a tunnel, a chat or a bare address.',
    signals: ['credentials', 'weak-drop'],
    lines: 12,
  },
  {
    id: 'weak-drop-prerequisite',
    layer: 'capability',
    severity: 'review',
    message: 'Makes something from a tunnel or a bare address a condition of use.',
    signals: ['prerequisite', 'weak-drop'],
    lines: 6,
    zones: ['prose', 'fence', 'comment'],
  },
  {
    id: 'code-from-weak-drop',
    layer: 'capability',
    severity: 'block',
    message: 'Runs a program from a tunnel or a bare address.',
    signals: ['remote-code', 'weak-drop'],
    lines: 1,
  },
  {
    id: 'send-to-weak-drop',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Sends to a tunnel, a chat or a bare address.',
    signals: ['send', 'weak-drop'],
    lines: 1,
    zones: ['code', 'comment'],
  },
  {
    id: 'credentials-to-network',
    layer: 'exfiltration',
    severity: 'block',
    message: 'Reads credentials and sends to the network.',
    signals: ['credentials', 'send-foreign'],
    lines: 5,
    zones: ['code', 'comment'],
  },
  {
    id: 'credentials-near-network',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Reads credentials and sends to the network.',
    signals: ['credentials', 'send-foreign'],
    lines: 25,
    zones: ['code', 'comment'],
  },
  {
    id: 'credentials-piped-out',
    layer: 'exfiltration',
    severity: 'block',
    message: 'Sends credentials to a host that nobody knows.',
    signals: ['credentials', 'send-elsewhere'],
    lines: 0,
  },
  {
    id: 'credentials-sent',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Reads credentials and sends to the network.',
    signals: ['credentials', 'send-foreign'],
    lines: 8,
  },
  {
    id: 'foreign-provider-key',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Sends the key of one service to another address.',
    signals: ['provider-key', 'send-elsewhere'],
    lines: 8,
  },
  {
    id: 'asked-exfiltration',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Asks the agent to send secrets or private talk to an address.',
    signals: ['sensitive-words', 'send-away'],
    lines: 3,
    zones: ['prose', 'comment'],
  },
  {
    id: 'read-and-send',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Asks for a credential file and for sending to an address.',
    signals: ['credentials', 'send-away'],
    lines: 5,
    zones: ['prose', 'comment', 'fence'],
  },
  {
    id: 'credentials-published',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Asks for a credential file to be put where others read it.',
    signals: ['credentials', 'publish-words'],
    lines: 3,
    zones: ['prose', 'comment'],
  },
  {
    id: 'key-published',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Asks for the key of a service to be put where others read it.',
    signals: ['provider-key', 'publish-words'],
    lines: 1,
    zones: ['prose', 'comment'],
  },
  {
    id: 'credentials-to-model',
    layer: 'exfiltration',
    severity: 'review',
    message: 'The description of a tool asks for credentials.',
    signals: ['credentials', 'publish-words', 'secrecy'],
    lines: 4,
  },
  {
    id: 'network-and-dynamic-code',
    layer: 'capability',
    severity: 'review',
    message: 'Runs what it takes from the network.',
    signals: ['dynamic-code', 'send'],
    lines: 6,
    zones: ['code', 'comment'],
  },
  {
    id: 'local-data-to-stranger',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Sends data of this machine to a host that nobody knows.',
    signals: ['local-data', 'send-elsewhere'],
    lines: 6,
    zones: ['code', 'fence', 'comment'],
  },
  {
    id: 'swapped-address',
    layer: 'capability',
    severity: 'block',
    message: 'Watches the clipboard for addresses of wallets.',
    signals: ['surveillance', 'wallet-address'],
    lines: 15,
  },
  {
    id: 'asked-sending',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Asks the agent to send something to a host that nobody knows.',
    signals: ['sends-to-stranger'],
    lines: 0,
    zones: ['prose', 'comment'],
  },
  {
    id: 'programs-and-stranger',
    layer: 'capability',
    severity: 'review',
    message: 'Starts other programs and sends to a host that nobody knows.',
    signals: ['exec', 'send-elsewhere'],
    lines: 12,
    zones: ['code', 'comment'],
  },
  {
    id: 'secrets-encoded-out',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Asks for secrets to be encoded and put where others read them.',
    signals: ['secret-words', 'encoding-words', 'publish-words'],
    lines: 2,
    zones: ['prose', 'comment'],
  },
  {
    id: 'secrets-made-public',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Asks for secrets to be put in a public place.',
    signals: ['secret-words', 'public-place', 'publish-words'],
    lines: 2,
    zones: ['prose', 'comment'],
  },
  {
    id: 'credentials-sent-anywhere',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Sends credentials out of this machine.',
    signals: ['credentials', 'send-out'],
    lines: 0,
  },
  {
    id: 'foreign-parameters',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Asks for data to be put into an address of a host that nobody knows.',
    signals: ['foreign-parameters', 'send-words'],
    lines: 1,
    zones: ['prose', 'comment'],
  },
  {
    id: 'foreign-parameters-secret',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Asks for data to be put into an address of a host that nobody knows.',
    signals: ['foreign-parameters', 'sensitive-words'],
    lines: 3,
    zones: ['prose', 'comment'],
  },
  {
    id: 'secret-sharing',
    layer: 'exfiltration',
    severity: 'block',
    message: "Sends secrets or private talk to an address behind the user's back.",
    signals: ['sensitive-words', 'send-away', 'secrecy'],
    lines: 10,
    zones: ['prose', 'comment'],
  },
  {
    id: 'hidden-command',
    layer: 'injection',
    severity: 'review',
    message: "Asks for something to be sent or run behind the user's back.",
    signals: ['secrecy', 'send'],
    lines: 10,
  },
  {
    id: 'hidden-sending',
    layer: 'injection',
    severity: 'review',
    message: "Asks for something to be sent behind the user's back.",
    signals: ['secrecy', 'send-away'],
    lines: 4,
    zones: ['prose', 'comment'],
  },
  {
    id: 'hidden-sensitive',
    layer: 'injection',
    severity: 'review',
    message: "Handles secrets or private talk behind the user's back.",
    signals: ['secrecy', 'credentials'],
    lines: 8,
  },
  {
    id: 'hidden-memory',
    layer: 'persistence',
    severity: 'review',
    message: "Writes to the agent's memory or settings behind the user's back.",
    signals: ['secrecy', 'memory'],
    lines: 10,
  },
  {
    id: 'hidden-settings',
    layer: 'persistence',
    severity: 'review',
    message: "Changes the agent's settings behind the user's back.",
    signals: ['secrecy', 'settings'],
    lines: 10,
  },
  {
    id: 'standing-order',
    layer: 'persistence',
    severity: 'review',
    message: "Writes an order into the agent's memory that outlives this skill.",
    signals: ['memory', 'standing-order'],
    lines: 4,
  },
  {
    id: 'memory-of-all-projects',
    layer: 'persistence',
    severity: 'review',
    message: "A program writes to the instructions of all the user's projects.",
    signals: ['memory', 'memory-home'],
    lines: 2,
  },
  {
    id: 'program-writes-memory',
    layer: 'persistence',
    severity: 'review',
    message: 'A program writes standing instructions below the home folder.',
    signals: ['memory-name', 'home-write', 'file-write'],
    lines: 20,
    zones: ['code'],
  },
  {
    id: 'memory-with-network',
    layer: 'persistence',
    severity: 'review',
    message: "Writes what comes from the network, or calls to it, into the agent's memory.",
    signals: ['memory', 'send'],
    lines: 4,
  },
  {
    id: 'settings-without-consent',
    layer: 'persistence',
    severity: 'review',
    message: "Changes the agent's settings so that it asks no more.",
    signals: ['settings', 'no-consent'],
    lines: 12,
  },
  {
    id: 'settings-with-network',
    layer: 'persistence',
    severity: 'review',
    message: "Puts a call to the network into the agent's settings.",
    signals: ['settings', 'send'],
    lines: 10,
  },
  {
    id: 'settings-with-code',
    layer: 'persistence',
    severity: 'review',
    message: "Puts code from the network into the agent's settings.",
    signals: ['settings', 'remote-code'],
    lines: 15,
  },
  {
    id: 'run-without-consent',
    layer: 'injection',
    severity: 'review',
    message: "Asks to run what comes from the network without the user's consent.",
    signals: ['no-consent', 'remote-code'],
    lines: 12,
  },
  {
    id: 'send-without-consent',
    layer: 'injection',
    severity: 'review',
    message: "Asks to send something without the user's consent.",
    signals: ['no-consent', 'send-away'],
    lines: 3,
    zones: ['prose', 'comment'],
  },
  {
    id: 'consent-and-secrecy',
    layer: 'injection',
    severity: 'review',
    message: "Asks to act without the user's consent and knowledge.",
    signals: ['no-consent', 'secrecy'],
    lines: 4,
    zones: ['prose', 'comment'],
  },
  {
    id: 'fake-prerequisite',
    layer: 'capability',
    severity: 'review',
    message: 'Makes a program from an unknown place a condition of use.',
    signals: ['prerequisite', 'archive-foreign'],
    lines: 8,
    zones: ['prose', 'fence', 'comment'],
  },
  {
    id: 'drop-prerequisite',
    layer: 'capability',
    severity: 'review',
    message: 'Makes something from a throw-away address a condition of use.',
    signals: ['prerequisite', 'drop'],
    lines: 8,
    zones: ['prose', 'fence', 'comment'],
  },
  {
    id: 'locked-download',
    layer: 'capability',
    severity: 'block',
    message: 'Offers an archive with a password, which no scanner can open.',
    signals: ['archive-link', 'archive-password'],
    lines: 8,
    zones: ['prose', 'fence', 'comment'],
  },
  {
    id: 'code-from-drop',
    layer: 'capability',
    severity: 'block',
    message: 'Runs a program from a throw-away or bare address.',
    signals: ['remote-code', 'drop'],
    lines: 3,
    always: true,
  },
  {
    id: 'spying',
    layer: 'capability',
    severity: 'review',
    message: 'Records the user and sends to the network.',
    signals: ['surveillance', 'send'],
    lines: ANYWHERE,
    zones: ['code'],
  },
  {
    id: 'spying-asked',
    layer: 'capability',
    severity: 'review',
    message: 'Records the user and sends to the network.',
    signals: ['surveillance', 'send'],
    lines: 12,
  },
  {
    id: 'persistent-remote-code',
    layer: 'persistence',
    severity: 'block',
    message: 'Plans code from the network to run again later.',
    signals: ['startup', 'remote-code'],
    lines: 4,
  },
  {
    id: 'persistent-network',
    layer: 'persistence',
    severity: 'review',
    message: 'Plans a call to the network to run again later.',
    signals: ['startup', 'send'],
    lines: 12,
    zones: ['code', 'fence', 'comment'],
  },
  {
    id: 'obfuscated-network',
    layer: 'obfuscation',
    severity: 'review',
    message: 'Hides its text and sends to the network.',
    signals: ['obfuscated', 'send'],
    lines: 15,
    zones: ['code'],
  },
  {
    id: 'later-code',
    layer: 'obfuscation',
    severity: 'review',
    message: 'Sends or loads code only after some date or number of runs.',
    signals: ['delayed', 'send'],
    lines: 8,
    zones: ['code', 'comment'],
  },
  {
    id: 'later-remote-code',
    layer: 'obfuscation',
    severity: 'block',
    message: 'Loads code only after some date or number of runs.',
    signals: ['delayed', 'remote-code'],
    lines: 12,
  },
  {
    id: 'send-to-drop',
    layer: 'exfiltration',
    severity: 'review',
    message: 'Sends to a place that takes what anybody sends it.',
    signals: ['send', 'drop'],
    lines: 2,
    zones: ['code', 'comment'],
  },
];

/** The places where all signals of a combination meet, at most one for every run of lines. */
export function meetings({ signals, lines, zones }: Combination, sightings: readonly Sighting[]): Sighting[] {
  const wanted = sightings.filter(
    ({ signal, zone }) => signals.includes(signal) && (zones === undefined || zones.includes(zone)),
  );
  if (new Set(wanted.map(({ signal }) => signal)).size < signals.length) return [];
  const last = new Map<string, Sighting>();
  const met: Sighting[] = [];
  for (const sighting of wanted) {
    last.set(sighting.signal, sighting);
    const all = signals.map((signal) => last.get(signal));
    if (!all.every((one) => one !== undefined && sighting.line - one.line <= lines)) continue;
    met.push(sighting);
    last.clear();
  }
  return met;
}
