/**
 * The tracer that exports over OTLP/HTTP, in its JSON form. Loaded when tracing is on: the packages
 * of OpenTelemetry are not part of a start without it.
 */
import { randomBytes } from 'node:crypto';
import type { Timers } from '@novacron/runtime/timers';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { createTracer } from './create-tracer.ts';
import { createOtlpSender } from './send-otlp.ts';
import { createSpanQueue, type ExportWatcher } from './span-queue.ts';
import { toReadableSpan } from './to-readable-span.ts';
import type { FinishedSpan, Tracer } from './tracer.ts';

/** Time limit of a batch, unless another one is given. Unit: ms. */
const EXPORT_MS_MAX = 5_000;

/** Destination of spans, and the program that emits them. */
export interface OtlpTracerOptions {
  /** The collector's base address, such as `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  /** Headers of each request, such as a key of the collector. */
  readonly headers: Readonly<Record<string, string>>;
  /** Share of traces that is sampled, from 0 to 1. */
  readonly ratio: number;
  /** Time limit of a batch. Unit: ms. */
  readonly timeoutMs?: number;
  /** The program: OpenTelemetry's `service.name`, `service.version`, `service.instance.id`. */
  readonly service: {
    readonly name: string;
    readonly version: string;
    readonly instanceId: string;
  };
  readonly timers: Timers;
  readonly watcher: ExportWatcher;
}

/** Opens the tracer; the collector is contacted when there is a span to export. */
export function openOtlpTracer(options: OtlpTracerOptions): Tracer {
  const { endpoint, headers, ratio, timeoutMs = EXPORT_MS_MAX, service, timers, watcher } = options;
  const sender = createOtlpSender({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers,
    timeoutMs,
  });
  const resource = resourceFromAttributes({
    'service.namespace': 'novacron',
    'service.name': service.name,
    'service.version': service.version,
    'service.instance.id': service.instanceId,
  });
  const origin = { resource, version: service.version };
  const send = (spans: readonly FinishedSpan[]): Promise<void> =>
    sender.send(spans.map((span) => toReadableSpan(span, origin)));
  const queue = createSpanQueue({ send, timers, watcher });
  return createTracer({
    nowMs: createWallClock(),
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    ratio,
    onEnd: queue.add,
    close: async () => {
      await queue.close();
      await sender.close();
    },
  });
}

/** More than this between both clocks, and the system's was set. */
const DRIFT_MS_MAX = 50;

/** The time of day, with the fractions of the monotonic clock. */
function createWallClock(): () => number {
  let offsetMs = Date.now() - performance.now();
  return () => {
    const exactMs = offsetMs + performance.now();
    const roughMs = Date.now();
    if (Math.abs(exactMs - roughMs) <= DRIFT_MS_MAX) return exactMs;
    offsetMs = roughMs - performance.now();
    return roughMs;
  };
}
