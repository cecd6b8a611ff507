/** Tracing in a simulated world: every span that ends is a line of the run's record. */
import type { Clock } from '@novacron/runtime/clock';
import { createTracer } from '@novacron/tracing/create-tracer';
import type { Tracer } from '@novacron/tracing/tracer';
import type { Chance } from './chance.ts';
import type { Trace } from './trace.ts';

/** Makes the tracer of one process, which says nothing more when it is dead. */
export function noteSpans(parts: {
  readonly who: string;
  readonly clock: Clock;
  readonly trace: Trace;
  readonly chance: Chance;
  readonly isAlive: () => boolean;
}): Tracer {
  const { who, clock, trace, chance, isAlive } = parts;
  return createTracer({
    nowMs: clock.nowMs,
    randomHex: (bytes) => Buffer.from(chance.bytes(bytes)).toString('hex'),
    ratio: 1,
    onEnd: (span) => {
      if (isAlive()) trace.note(who, 'span', span);
    },
    close: async () => undefined,
  });
}
