/** The settings of tracing, as every program of NovaCron takes them. */

/** Destination of spans, and the sampling ratio. */
export interface OtlpSettings {
  /** The collector's base address; undefined: nothing is traced. */
  readonly endpoint: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Share of traces that is sampled, from 0 to 1. */
  readonly ratio: number;
}

/** Required form of an endpoint, for error messages. */
export const ENDPOINT_FORM = 'must be http://HOST:PORT or https://HOST:PORT';

/** Required form of headers, for error messages. */
export const HEADERS_FORM = 'must be NAME=VALUE, several with commas between them';

/** Error message for headers with a plain-text endpoint on another machine. */
export const EXPOSED_HEADERS = 'must be https://…: its headers would cross the network in clear';

/** Reads the base address of a collector; undefined for what is none. */
export function readOtlpEndpoint(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname } = new URL(text);
  return /^https?:$/.test(protocol) && hostname !== '' ? text : undefined;
}

/**
 * Reads headers as OpenTelemetry's variable has them, values percent-encoded where needed;
 * undefined for what are none.
 */
export function readOtlpHeaders(text: string): Readonly<Record<string, string>> | undefined {
  const pairs = text.split(',').map((pair) => {
    const [, name, value] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=(.*)$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) return undefined;
    const decoded = decode(value.trim());
    return decoded === undefined ? undefined : ([name, decoded] as const);
  });
  const valid = pairs.filter((pair) => pair !== undefined);
  return valid.length === pairs.length ? Object.fromEntries(valid) : undefined;
}

/** Line breaks and the like would end the header. */
function decode(value: string): string | undefined {
  try {
    const text = decodeURIComponent(value);
    return /^[\x20-\x7e]*$/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Shows headers without their values, which may be keys. */
export function maskOtlpHeaders(text: string): string {
  return text.replaceAll(/=[^,]*/g, '=***');
}

/** Whether headers would cross a network in clear: the collector is elsewhere and plain HTTP. */
export function isExposed(settings: Pick<OtlpSettings, 'endpoint' | 'headers'>): boolean {
  const { endpoint, headers } = settings;
  if (endpoint === undefined || Object.keys(headers).length === 0) return false;
  const { protocol, hostname } = new URL(endpoint);
  return protocol === 'http:' && !/^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(hostname);
}
