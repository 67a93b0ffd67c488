import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** Runs one attempt in a span that continues the trace of the job's cause; hands on the trace to go on with. */
export async function inAttemptSpan(
  job: { readonly queue: string; readonly id: string; readonly attempt: number },
  traceparent: string | null,
  work: (traceparent: string | null) => Promise<void>,
): Promise<void> {
  const cause = traceparent === null ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });
  const attributes = {
    'messaging.system': 'bullmq',
    'messaging.destination.name': job.queue,
    'messaging.message.id': job.id,
    'loam.job.attempt': job.attempt,
  };
  const options = { kind: SpanKind.CONSUMER, attributes };
  await trace.getTracer('@loam/jobs').startActiveSpan(`job ${job.queue}`, options, cause, async (span) => {
    const carrier: Record<string, string> = {};
    propagation.inject(context.active(), carrier);
    try {
      await work(carrier['traceparent'] ?? traceparent);
    } catch (error) {
      if (error instanceof Error) span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
