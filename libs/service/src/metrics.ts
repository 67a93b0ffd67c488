import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { JobMetrics } from '@loam/jobs';
import type { MessagingMetrics } from '@loam/messaging';
import { patiently } from './patiently';

/** One reading of a gauge, with the values of its labels. */
export interface Reading {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const READ_LIMIT_MS = 2000;

/** What a service counts, for Prometheus. Slices may register their own in `registry`. */
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Counter({
    name: 'loam_requests_total',
    help: 'Requests answered to other services, by the code of their outcome.',
    labelNames: ['name', 'outcome'],
    registers: [this.registry],
  });

  readonly requestSeconds = new Histogram({
    name: 'loam_requests_seconds',
    help: 'How long answering a request took.',
    labelNames: ['name'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });

  readonly eventsHandled = new Counter({
    name: 'loam_events_handled_total',
    help: 'Deliveries of events, by what came of them.',
    labelNames: ['consumer', 'outcome'],
    registers: [this.registry],
  });

  readonly jobAttempts = new Counter({
    name: 'loam_job_attempts_total',
    help: 'Attempts at jobs, by what came of them.',
    labelNames: ['queue', 'outcome'],
    registers: [this.registry],
  });

  /** What the transport tells of requests and events. */
  readonly messages: MessagingMetrics = {
    handled: (kind, name, outcome, seconds) => {
      if (kind === 'event') return this.eventsHandled.inc({ consumer: name, outcome });
      this.requests.inc({ name, outcome });
      this.requestSeconds.observe({ name }, seconds);
    },
  };

  /** What the queues tell of jobs. */
  readonly jobs: JobMetrics = {
    attempted: (queue, outcome) => this.jobAttempts.inc({ queue, outcome }),
  };

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
  }

  /** A gauge that is read when it is scraped; what cannot be read within two seconds is left out. */
  gauge(
    name: string,
    help: string,
    labels: readonly string[],
    read: () => Promise<readonly Reading[]>,
  ): void {
    const readInTime = patiently(read, READ_LIMIT_MS);
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [this.registry],
      collect: async () => {
        const readings = await readInTime().catch((): readonly Reading[] => []);
        gauge.reset();
        for (const reading of readings) gauge.set(reading.labels, reading.value);
      },
    });
  }

  async render(): Promise<{ readonly type: string; readonly text: string }> {
    return { type: this.registry.contentType, text: await this.registry.metrics() };
  }
}
