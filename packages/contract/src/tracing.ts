/** Traces across processes: OpenTelemetry's spans, tied together by W3C's `traceparent` in gRPC metadata. */
import { Metadata } from '@grpc/grpc-js';
import {
  type Attributes,
  type Context,
  createTraceState,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { messageOf } from './errors.ts';

let tracer: Tracer | undefined;

/** Used by tracing-sdk.ts. */
export function useTracer(used: Tracer | undefined): void {
  tracer = used;
}

/** `parent` is the metadata of the call that is answered; without one in it, this is the root of a tree. */
export interface TraceOptions {
  parent?: Metadata | undefined;
  /** Only where the caller traces: else whoever did not sample it gets parts of it. */
  joined?: boolean;
  kind?: 'server' | 'client' | 'internal';
  attributes?: Attributes;
}

/** Undefined where tracing is off (then it costs nothing more), or where whoever asks does not trace. */
export function beginTrace(name: string, options: TraceOptions = {}): Trace | undefined {
  if (tracer === undefined) return undefined;
  const remote = options.parent === undefined ? undefined : remoteOf(options.parent);
  if (remote === undefined && options.joined) return undefined;
  const context = remote === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
  return open(name, context, options);
}

function open(name: string, context: Context, options: TraceOptions, startTime?: number): Trace | undefined {
  const { kind = 'internal', attributes = {} } = options;
  const settings = {
    kind: SpanKind[kind.toUpperCase() as 'SERVER' | 'CLIENT' | 'INTERNAL'],
    attributes,
    ...(startTime !== undefined && { startTime }),
  };
  const span = tracer?.startSpan(name, settings, context);
  return span?.isRecording() ? new Trace(span, context) : undefined;
}

/** A span that is open. */
export class Trace {
  readonly #span: Span;
  readonly #context: Context;

  constructor(span: Span, context: Context) {
    this.#span = span;
    this.#context = trace.setSpan(context, span);
  }

  child(name: string, options: Omit<TraceOptions, 'parent'> = {}): Trace | undefined {
    return open(name, this.#context, options);
  }

  /** A child that is over; times are those of `performance.now()`. */
  record(name: string, from: number, to: number, attributes: Attributes = {}): void {
    const origin = performance.timeOrigin;
    const child = open(name, this.#context, { attributes }, origin + from);
    if (child !== undefined) child.#span.end(origin + Math.max(from, to));
  }

  set(attributes: Attributes): void {
    this.#span.setAttributes(attributes);
  }

  /** For a call that belongs under this span. */
  metadata(): Metadata {
    const metadata = new Metadata();
    inject(metadata, this.#span.spanContext());
    return metadata;
  }

  /** With an error, where it did not end well. The first end stands. */
  end(error?: unknown): void {
    if (!this.#span.isRecording()) return;
    if (error !== undefined) {
      this.#span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error).slice(0, 500) });
    }
    this.#span.end();
  }
}

/** For a call of a program that has traces of its own: with the span that is active there, if any. */
export function activeMetadata(): Metadata {
  const metadata = new Metadata();
  const active = trace.getActiveSpan()?.spanContext();
  if (active !== undefined && isSpanContextValid(active)) inject(metadata, active);
  return metadata;
}

function inject(metadata: Metadata, { traceId, spanId, traceFlags, traceState }: SpanContext): void {
  metadata.set('traceparent', `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`);
  const state = traceState?.serialize();
  if (state) metadata.set('tracestate', state);
}

/** https://www.w3.org/TR/trace-context-2/: version 00, and what later versions begin with. */
function remoteOf(metadata: Metadata): SpanContext | undefined {
  const text = String(metadata.get('traceparent')[0] ?? '');
  const [, version, traceId = '', spanId = '', flags = '', rest] =
    /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/.exec(text) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  const state = String(metadata.get('tracestate')[0] ?? '');
  const context: SpanContext = {
    ...{ traceId, spanId, isRemote: true },
    traceFlags: Number.parseInt(flags, 16) & 1,
    ...(state !== '' && { traceState: createTraceState(state) }),
  };
  return isSpanContextValid(context) ? context : undefined;
}
