/** The trace of a run of a client: of a command, or of a configuration of the provider. */
import { randomBytes } from 'node:crypto';
import {
  chooseTraceparent,
  parseTraceparent,
  TRACEPARENT_VARIABLE,
  type TraceContext,
} from '@novacron/contract/trace-context';
import { backgroundTimers } from '@novacron/runtime/timers';
import {
  ENDPOINT_FORM,
  EXPOSED_HEADERS,
  HEADERS_FORM,
  isExposed,
  type OtlpSettings,
  readOtlpEndpoint,
  readOtlpHeaders,
} from './otlp-settings.ts';
import { NO_TRACER, type SpanEnd, type Tracer } from './tracer.ts';

/** Environment variables. */
type Environment = Readonly<Record<string, string | undefined>>;

/** The trace that all requests of a run belong to. */
export interface ClientTrace {
  readonly tracer: Tracer;
  /** The span of the run. Without a collector it is only a name, which servers continue. */
  readonly context: TraceContext;
  /** Ends the span and exports what is left, as far as that goes quickly. Call it once. */
  readonly end: (end?: SpanEnd) => Promise<void>;
}

/** The run, and what the log says about its trace. */
export interface ClientRun {
  /** OpenTelemetry's `service.name` and `service.version`. */
  readonly service: { readonly name: string; readonly version: string };
  /** Name of the span. */
  readonly name: string;
  /** Hears why nothing is exported, in words. */
  readonly onTrouble: (words: string) => void;
}

/** A run ends without its last spans rather than wait longer for the collector. Unit: ms. */
const EXPORT_MS_MAX = 500;

/**
 * Opens the trace: that of `TRACEPARENT`, otherwise a new one. Spans are exported if
 * `OTEL_EXPORTER_OTLP_ENDPOINT` is set; only then are OpenTelemetry's packages loaded.
 */
export async function openClientTrace(env: Environment, run: ClientRun): Promise<ClientTrace> {
  const traceparent = chooseTraceparent(env, (bytes) => randomBytes(bytes).toString('hex'));
  const named = parseTraceparent(traceparent);
  if (named === undefined) throw new Error('a chosen traceparent is one');
  const settings = readSettings(env);
  if (typeof settings === 'string') run.onTrouble(settings);
  if (settings === undefined || typeof settings === 'string') {
    return { tracer: NO_TRACER, context: named, end: async () => undefined };
  }
  const tracer = await openTracer(settings, run);
  const given = parseTraceparent(env[TRACEPARENT_VARIABLE]);
  const span =
    given === undefined
      ? tracer.startSpan({ name: run.name, context: tracer.accept(named) })
      : tracer.startSpan({ name: run.name, parent: tracer.accept(given) });
  return {
    tracer,
    context: span.context ?? named,
    end: async (end) => {
      span.end(end);
      await tracer.close();
    },
  };
}

/** @returns undefined without a collector; what is wrong with the variables, in words */
function readSettings(env: Environment): OtlpSettings | string | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint = '', OTEL_EXPORTER_OTLP_HEADERS = '' } = env;
  if (endpoint === '') return undefined;
  if (readOtlpEndpoint(endpoint) === undefined) {
    return `OTEL_EXPORTER_OTLP_ENDPOINT ${ENDPOINT_FORM}`;
  }
  const written = OTEL_EXPORTER_OTLP_HEADERS;
  const headers = written === '' ? {} : readOtlpHeaders(written);
  if (headers === undefined) return `OTEL_EXPORTER_OTLP_HEADERS ${HEADERS_FORM}`;
  if (isExposed({ endpoint, headers })) return `OTEL_EXPORTER_OTLP_ENDPOINT ${EXPOSED_HEADERS}`;
  const ratio = Number(env.OTEL_TRACES_SAMPLER_ARG ?? 1);
  return { endpoint, headers, ratio: ratio >= 0 && ratio <= 1 ? ratio : 1 };
}

async function openTracer(settings: OtlpSettings, { service, onTrouble }: ClientRun) {
  const { openOtlpTracer } = await import('./open-otlp-tracer.ts');
  const { endpoint = '', headers, ratio } = settings;
  return openOtlpTracer({
    endpoint,
    headers,
    ratio,
    timeoutMs: EXPORT_MS_MAX,
    service: { ...service, instanceId: randomBytes(8).toString('hex') },
    timers: backgroundTimers,
    watcher: {
      onExported: () => undefined,
      onLost: (spans, reason) => onTrouble(`lost spans: ${spans} (${reason})`),
      onTurn: () => undefined,
    },
  });
}
