/**
 * Trace context passed between programs: one line of text that names the trace and the calling
 * span. Source: W3C Trace Context, level 1 (https://www.w3.org/TR/trace-context/).
 */

/** The HTTP header, which messages to agents carry as a field of the same name. */
export const TRACEPARENT = 'traceparent';

/** The variable by which a program that starts another one says the same, such as a CI job. */
export const TRACEPARENT_VARIABLE = 'TRACEPARENT';

/** A span as others refer to it. */
export interface TraceContext {
  /** 32 hexadecimal digits, not all of them 0. */
  readonly traceId: string;
  /** 16 hexadecimal digits, not all of them 0. */
  readonly spanId: string;
  /** Whether the caller keeps its part of the trace. */
  readonly sampled: 'yes' | 'no';
}

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

const SAMPLED_FLAG = 1;

/** Reads a header; undefined for what is none, which is then as if nothing had been said. */
export function parseTraceparent(text: string | undefined): TraceContext | undefined {
  if (text === undefined) return undefined;
  const match = FORM.exec(text.trim());
  const [, version, traceId = '', spanId = '', flags = '', more] = match ?? [];
  // Later versions may say more behind the part that all of them share.
  if (match === null || version === 'ff' || (version === '00' && more !== undefined)) {
    return undefined;
  }
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  const isSampled = (Number.parseInt(flags, 16) & SAMPLED_FLAG) !== 0;
  return { traceId, spanId, sampled: isSampled ? 'yes' : 'no' };
}

/** Writes the header of version 00. */
export function formatTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled === 'yes' ? '01' : '00'}`;
}

const TRACE_BYTES = 16;
const SPAN_BYTES = 8;

/**
 * The header of a client that keeps no spans itself: what its environment says, else the beginning
 * of a new trace.
 * @param randomHex - makes two digits for each byte
 */
export function chooseTraceparent(
  env: Readonly<Record<string, string | undefined>>,
  randomHex: (bytes: number) => string,
): string {
  const given = parseTraceparent(env[TRACEPARENT_VARIABLE]);
  if (given !== undefined) return formatTraceparent(given);
  const traceId = randomHex(TRACE_BYTES);
  return formatTraceparent({ traceId, spanId: randomHex(SPAN_BYTES), sampled: 'yes' });
}
