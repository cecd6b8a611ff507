/** The metrics and the log lines of tracing, and the span ids in log lines. */
import { hostname } from 'node:os';
import type { Logger } from '@novacron/runtime/logger';
import type { Timers } from '@novacron/runtime/timers';
import { openTracer } from '@novacron/tracing/open-tracer';
import type { OtlpSettings } from '@novacron/tracing/otlp-settings';
import type { ExportWatcher } from '@novacron/tracing/span-queue';
import { traceFields } from '@novacron/tracing/trace-fields';
import type { Tracer } from '@novacron/tracing/tracer';
import type { Telemetry } from '../../../ports/telemetry.ts';

/**
 * Opens the server's tracer, and adds span ids to log lines.
 * @param parts - what tracing needs, and the version of the server
 */
export async function startTracing(
  settings: OtlpSettings,
  parts: {
    readonly logger: Logger;
    readonly telemetry: Telemetry;
    readonly timers: Timers;
    readonly version: string;
  },
): Promise<{ readonly tracer: Tracer; readonly logger: Logger }> {
  const { version, timers, logger } = parts;
  const tracer = await openTracer(settings, {
    service: { name: 'novacron-server', version, instanceId: `${hostname()}/${process.pid}` },
    timers,
    watcher: watchExport(parts),
  });
  return { tracer, logger: traceLines(logger, tracer) };
}

/** The same log; a line that is written inside of a span refers to it. */
function traceLines(logger: Logger, tracer: Tracer): Logger {
  const traced = (fields: Readonly<Record<string, unknown>>) => ({
    ...traceFields(tracer.current()),
    ...fields,
  });
  return {
    debug: (fields, message) => logger.debug(traced(fields), message),
    info: (fields, message) => logger.info(traced(fields), message),
    warn: (fields, message) => logger.warn(traced(fields), message),
    error: (fields, message) => logger.error(traced(fields), message),
  };
}

/**
 * Counts the results of span exports; names: OpenTelemetry's conventions for the metrics of SDKs.
 */
function watchExport({
  telemetry,
  logger,
}: {
  readonly telemetry: Telemetry;
  readonly logger: Logger;
}): ExportWatcher {
  const processed = (error_type: string, spans: number): void =>
    telemetry.count('otel_sdk_processor_span_processed_total', { error_type }, spans);
  const exported = (error_type: string, spans: number): void =>
    telemetry.count('otel_sdk_exporter_span_exported_total', { error_type }, spans);
  return {
    onExported: (spans) => {
      processed('', spans);
      exported('', spans);
    },
    onLost: (spans, reason) => {
      processed(reason === 'queue_full' ? reason : '', spans);
      if (reason !== 'queue_full') exported(reason, spans);
    },
    onTurn: (state, cause) => {
      if (state === 'away') logger.warn({ cause }, 'the trace collector does not take spans');
      else logger.info({}, 'the trace collector takes spans again');
    },
  };
}
