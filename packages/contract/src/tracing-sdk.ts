/** Turns tracing on where the environment asks for it; else nothing of OpenTelemetry's SDK is loaded. */
import { appendFileSync } from 'node:fs';
import { AssayError, messageOf } from './errors.ts';
import { useTracer } from './tracing.ts';

const none = async () => {};

/**
 * OTEL_EXPORTER_OTLP_ENDPOINT (or …_TRACES_ENDPOINT): spans go there, as protobuf over HTTP, with all that
 * OpenTelemetry's own variables say (headers, sampler, queue). ASSAY_TRACES: a file that gets a line of JSON for each.
 * Answers with what to call at the end, so that none is lost. Error: `tracing`.
 */
export async function startTracing(
  service: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<() => Promise<void>> {
  const file = env.ASSAY_TRACES;
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if ((!file && !endpoint) || env.OTEL_SDK_DISABLED === 'true') return none;
  const [sdk, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/resources'),
  ]);
  const named = resources.resourceFromAttributes({
    'service.name': env.OTEL_SERVICE_NAME || service,
    'service.namespace': 'assay',
    'process.pid': process.pid,
  });
  const given = resources.detectResources({ detectors: [resources.resourceAttributesEnvDetector] });
  const spanProcessors = [];
  if (file) spanProcessors.push(new sdk.SimpleSpanProcessor({ exporter: toFile(file) }));
  if (endpoint) {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
    spanProcessors.push(new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() }));
  }
  const provider = new sdk.TracerProvider({
    resource: resources.defaultResource().merge(named).merge(given),
    spanProcessors,
  });
  useTracer(provider.getTracer('assay'));
  return async () => {
    useTracer(undefined);
    // Where nobody listens, what is left is lost, and that is no reason to fail.
    await provider.shutdown().catch(() => {});
  };
}

type Exporter = import('@opentelemetry/sdk-trace').SpanExporter;

function toFile(file: string): Exporter {
  try {
    appendFileSync(file, '');
  } catch (cause) {
    throw new AssayError('tracing', `Cannot write traces to ${file}: ${messageOf(cause)}`, {
      mend: 'Name another file with ASSAY_TRACES, or unset it.',
      cause,
    });
  }
  return {
    export(spans, done) {
      const lines = spans.map((span) => {
        const { traceId, spanId } = span.spanContext();
        return JSON.stringify({
          ...{ traceId, spanId, parentId: span.parentSpanContext?.spanId ?? '', name: span.name },
          service: span.resource.attributes['service.name'],
          startUs: microseconds(span.startTime),
          endUs: microseconds(span.endTime),
          attributes: span.attributes,
          ...(span.status.message !== undefined && { error: span.status.message }),
        });
      });
      // In one piece: several processes may write to it.
      appendFileSync(file, `${lines.join('\n')}\n`);
      done({ code: 0 });
    },
    forceFlush: none,
    shutdown: none,
  };
}

function microseconds([seconds, nanoseconds]: [number, number]): number {
  return seconds * 1e6 + Math.round(nanoseconds / 1e3);
}
