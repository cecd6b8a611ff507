/** The schemas of the settings' values: each reads what people write and writes it back. */

import { isIP } from 'node:net';
import { parseCidr } from '@novacron/contract/formats/cidr';
import { formatDuration, parseDuration } from '@novacron/contract/formats/duration';
import type { TlsVersion } from '@novacron/contract/link-tls';
import {
  ENDPOINT_FORM,
  HEADERS_FORM,
  readOtlpEndpoint,
  readOtlpHeaders,
} from '@novacron/tracing/otlp-settings';
import { type Scalar, settingSchema } from './setting.ts';

/** Verbosity of the log. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Address on which the server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Storage of the server's state. */
export type StoreChoice =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'postgres'; readonly url: string };

/** Message bus between servers and agents. */
export type BusChoice =
  | { readonly kind: 'memory' }
  | { readonly kind: 'nats'; readonly servers: readonly string[] };

/** A text that is not empty. */
export function textSchema(what: string) {
  return settingSchema<string>({
    read: (written) => (typeof written === 'string' && written !== '' ? written : undefined),
    write: (value) => value,
    expected: `must be ${what}`,
  });
}

/** Hosts with commas between them, written as they stand in addresses: `HOST` or `HOST:PORT`. */
export const HostsSchema = settingSchema<readonly string[]>({
  read: (written) => {
    const hosts = String(written)
      .split(',')
      .map((text) => hostOf(text.trim()));
    const valid = hosts.filter((host) => host !== undefined);
    return valid.length === hosts.length ? valid : undefined;
  },
  write: (hosts) => hosts.join(','),
  expected: 'must be HOST or HOST:PORT, several with commas between them',
});

/** A host that a tenant may connect to, or all tenants. */
export interface EgressHost {
  /** undefined: all tenants. */
  readonly tenantId: string | undefined;
  readonly host: string;
}

/** Hosts with commas between them, each with the tenant that may use it if it is one's. */
export const EgressHostsSchema = settingSchema<readonly EgressHost[]>({
  read: (written) => {
    const entries = String(written)
      .split(',')
      .map((text) => /^(?:([a-z]+_[A-Za-z0-9]+)=)?(.*)$/s.exec(text.trim()))
      .map((match) => ({ tenantId: match?.[1], host: hostOf(match?.[2] ?? '') }));
    const valid = entries.flatMap(({ tenantId, host }) =>
      host === undefined ? [] : [{ tenantId, host }],
    );
    return valid.length === entries.length ? valid : undefined;
  },
  write: (hosts) =>
    hosts
      .map(({ tenantId, host }) => (tenantId === undefined ? host : `${tenantId}=${host}`))
      .join(','),
  expected: 'must be HOST, HOST:PORT or TENANT=HOST, several with commas between them',
});

function hostOf(text: string): string | undefined {
  if (!/^[^\s/@?#\\*=]+$/.test(text) || !URL.canParse(`https://${text}`)) return undefined;
  return new URL(`https://${text}`).host;
}

/** Addresses or blocks of addresses with commas between them: `10.0.0.0/8,192.0.2.7`. */
export const BlocksSchema = settingSchema<readonly string[]>({
  read: (written) => {
    const blocks = String(written)
      .split(',')
      .map((text) => text.trim());
    return blocks.every(isBlock) ? blocks : undefined;
  },
  write: (blocks) => blocks.join(','),
  expected: 'must be addresses or blocks such as 10.0.0.0/8, several with commas between them',
});

function isBlock(text: string): boolean {
  return isIP(text) !== 0 || parseCidr(text).ok;
}

/** A switch: on or off. */
export const SwitchSchema = settingSchema<boolean>({
  read: (written) => SWITCH_WORDS[String(written).toLowerCase()],
  write: (value) => value,
  expected: 'must be true or false',
});

const SWITCH_WORDS: Readonly<Record<string, boolean | undefined>> = {
  true: true,
  yes: true,
  1: true,
  false: false,
  no: false,
  0: false,
};

/** A whole number of at least 1. */
export const CountSchema = settingSchema<number>({
  read: (written) => {
    if (typeof written === 'string' && !/^\d+$/.test(written)) return undefined;
    const count = typeof written === 'boolean' ? 0 : Number(written);
    return Number.isSafeInteger(count) && count >= 1 ? count : undefined;
  },
  write: (value) => value,
  expected: 'must be a whole number above 0',
});

const PREFIX_MAX = 32;

/** The length of a prefix of IPv4; 0 would be every address. */
export const PrefixSchema = settingSchema<number>({
  read: (written) => {
    const text = String(written);
    const length = Number(text);
    return /^\d{1,2}$/.test(text) && length >= 1 && length <= PREFIX_MAX ? length : undefined;
  },
  write: (value) => value,
  expected: `must be a whole number from 1 to ${PREFIX_MAX}`,
});

/** Headers in which reverse proxies name the client. */
export const FORWARDED_HEADERS = ['x-forwarded-for', 'forwarded'] as const;

/** The header that the trusted proxies write. */
export const ForwardedHeaderSchema = settingSchema<(typeof FORWARDED_HEADERS)[number]>({
  read: (written) => FORWARDED_HEADERS.find((name) => name === String(written).toLowerCase()),
  write: (value) => value,
  expected: `must be one of ${FORWARDED_HEADERS.join(', ')}`,
});

const TLS_VERSIONS: Readonly<Record<string, TlsVersion | undefined>> = {
  1.3: 'TLSv1.3',
  1.2: 'TLSv1.2',
};

/** The least version of TLS. */
export const TlsVersionSchema = settingSchema<TlsVersion>({
  read: (written) => TLS_VERSIONS[String(written)],
  write: (value) => value.replace('TLSv', ''),
  expected: 'must be 1.3 or 1.2',
});

/** A part of a whole. */
export const RatioSchema = settingSchema<number>({
  read: (written) => {
    if (typeof written === 'string' && !/^\d*\.?\d+$/.test(written)) return undefined;
    const ratio = typeof written === 'boolean' ? Number.NaN : Number(written);
    return ratio >= 0 && ratio <= 1 ? ratio : undefined;
  },
  write: (value) => value,
  expected: 'must be a number from 0 to 1, such as 0.1',
});

/** The address of an OpenTelemetry collector. */
export const OtlpEndpointSchema = settingSchema<string>({
  read: (written) => readOtlpEndpoint(String(written)),
  write: (value) => value,
  expected: ENDPOINT_FORM,
});

/** Headers as OpenTelemetry writes them. */
export const OtlpHeadersSchema = settingSchema<string>({
  read: (written) => (readOtlpHeaders(String(written)) === undefined ? undefined : String(written)),
  write: (value) => value,
  expected: HEADERS_FORM,
});

/** One of the log's levels. */
export const LogLevelSchema = settingSchema<LogLevel>({
  read: (written) => LOG_LEVELS.find((level) => level === String(written).toLowerCase()),
  write: (value) => value,
  expected: `must be one of ${LOG_LEVELS.join(', ')}`,
});

const PORT_MAX = 65_535;

/** `HOST:PORT`; an IPv6 address stands in brackets. */
export const ListenSchema = settingSchema<ListenAddress>({
  read: (written) => {
    const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(String(written));
    const port = Number(match?.[3]);
    if (match === null || port > PORT_MAX) return undefined;
    return { host: match[1] ?? match[2] ?? '', port };
  },
  write: ({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`,
  expected: 'must be HOST:PORT, such as 127.0.0.1:7480',
});

/** Shorter, and the server does nothing else. Unit: milliseconds. */
const INTERVAL_MS_MIN = 100;
/** A longer interval would be no monitoring; timers of Node.js end at 24 days. Unit: ms. */
const INTERVAL_MS_MAX = 86_400_000;

/** Interval between repetitions, in milliseconds. */
export const IntervalSchema = settingSchema<number>({
  read: (written) => {
    const durationMs = parseDuration(String(written));
    if (durationMs === undefined) return undefined;
    return durationMs >= INTERVAL_MS_MIN && durationMs <= INTERVAL_MS_MAX ? durationMs : undefined;
  },
  write: formatDuration,
  expected:
    'must be a duration with its unit, such as 30s or 1m30s, ' +
    `from ${formatDuration(INTERVAL_MS_MIN)} to ${formatDuration(INTERVAL_MS_MAX)}`,
});

/** Longer than any load balancer takes to notice. Unit: milliseconds. */
const DELAY_MS_MAX = 600_000;

/** A time to wait once, in milliseconds. */
export const DelaySchema = settingSchema<number>({
  read: (written) => {
    const durationMs = parseDuration(String(written));
    return durationMs !== undefined && durationMs <= DELAY_MS_MAX ? durationMs : undefined;
  },
  write: formatDuration,
  expected: `must be a duration with its unit, such as 10s, up to ${formatDuration(DELAY_MS_MAX)}`,
});

/** Shorter, and what is needed to answer a repeated request is gone too early. Unit: ms. */
const RETENTION_MS_MIN = 86_400_000;
/** Ten years. Unit: ms. */
const RETENTION_MS_MAX = 3_650 * 86_400_000;

/** Retention time, in milliseconds. */
export const RetentionSchema = settingSchema<number>({
  read: (written) => {
    const durationMs = parseDuration(String(written));
    if (durationMs === undefined) return undefined;
    return durationMs >= RETENTION_MS_MIN && durationMs <= RETENTION_MS_MAX
      ? durationMs
      : undefined;
  },
  write: formatDuration,
  expected:
    'must be a duration with its unit, such as 90d or 36h, ' +
    `from ${formatDuration(RETENTION_MS_MIN)} to ${formatDuration(RETENTION_MS_MAX)}`,
});

/** `sqlite`, or the address of a PostgreSQL server. */
export const StoreSchema = settingSchema<StoreChoice>({
  read: (written) => {
    if (written === 'sqlite') return { kind: 'embedded' };
    const url = addressWith(written, /^postgres(ql)?:$/);
    return url === undefined ? undefined : { kind: 'postgres', url };
  },
  write: (value) => (value.kind === 'embedded' ? 'sqlite' : value.url),
  expected: 'must be sqlite, or postgres://USER:PASSWORD@HOST:PORT/DATABASE',
});

/** `memory`, or the addresses of NATS servers with commas between them. */
export const BusSchema = settingSchema<BusChoice>({
  read: (written) => {
    if (written === 'memory') return { kind: 'memory' };
    const servers = String(written)
      .split(',')
      .map((address) => addressWith(address.trim(), /^(nats|tls):$/));
    const valid = servers.filter((address) => address !== undefined);
    return valid.length === servers.length ? { kind: 'nats', servers: valid } : undefined;
  },
  write: (value) => (value.kind === 'memory' ? 'memory' : value.servers.join(',')),
  expected: 'must be memory, or nats://HOST:PORT, several with commas between them',
});

/** The text itself if it is an address with a host and such a protocol. */
function addressWith(written: Scalar, protocol: RegExp): string | undefined {
  const text = String(written);
  if (!/^[a-z]+:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return protocol.test(url.protocol) && url.hostname !== '' ? text : undefined;
}
