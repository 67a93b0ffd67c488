import type { Kind } from '@loam/contracts/skill';
import { uuidv7 } from '@loam/kernel';
import type { Edge } from './edge';
import type { UsageRecorder } from './record-usage/usage-recorder';

interface ServedUse {
  readonly kind: Kind;
  readonly slug: string;
  readonly version: string;
  readonly event: 'view' | 'download';
}

/** Counts what the gateway served. It never delays or fails an answer: it begins when the answer has left. */
export class ServedUses {
  constructor(private readonly recorder: UsageRecorder) {}

  onceSent({ principal, reply }: Edge, { kind, slug, version, event }: ServedUse): void {
    const tenant = principal.tenantId;
    reply.raw.once('finish', () => {
      if (reply.statusCode >= 400) return;
      const at = new Date().toISOString();
      const signal = { id: uuidv7(), tenant, kind, slug, version, type: event, at };
      this.recorder.recordLater({ ...signal, source: 'gateway' });
    });
  }
}
