/** The settings of a program become its tracer. */
import type { OtlpTracerOptions } from './open-otlp-tracer.ts';
import type { OtlpSettings } from './otlp-settings.ts';
import { NO_TRACER, type Tracer } from './tracer.ts';

/** Opens the tracer that the settings ask for; without a collector it is the one that does not. */
export async function openTracer(
  { endpoint, headers, ratio }: OtlpSettings,
  surroundings: Pick<OtlpTracerOptions, 'service' | 'timers' | 'watcher'>,
): Promise<Tracer> {
  if (endpoint === undefined) return NO_TRACER;
  const { openOtlpTracer } = await import('./open-otlp-tracer.ts');
  return openOtlpTracer({ endpoint, headers, ratio, ...surroundings });
}
