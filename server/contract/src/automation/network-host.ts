/**
 * Hosts that steps of runners may reach, as texts: `db.example.com:5432`, `10.0.0.5:22` or
 * `10.1.0.0/16:443`. A runner has rules in the same form, in which a name may begin with `*.` and a
 * port may be `*`.
 */
import { z } from 'zod';
import { err, ok, type Result } from '../result.ts';

/** Most hosts of one step. */
export const HOSTS_MAX = 32;

const PORT_MAX = 65_535;

const NAME = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,62})(?:[.][a-z0-9](?:[a-z0-9-]{0,62}))*$/;

/** A name, or an IPv4 network, with a port. */
export type NetworkHost = {
  /** null: every port, in rules of runners only. */
  readonly port: number | null;
} & (
  | {
      readonly kind: 'name';
      readonly name: string;
      /** Whether it stands for every name that ends so; in rules of runners only. */
      readonly below: boolean;
    }
  | { readonly kind: 'network'; readonly address: number; readonly bits: number }
);

/**
 * Reads a host. @param of - `rule`: with `*.` and the port `*`, as rules of runners may have
 * @returns why it is none, in words that follow it
 */
export function parseNetworkHost(text: string, of: 'step' | 'rule'): Result<NetworkHost, string> {
  const at = text.lastIndexOf(':');
  const place = text.slice(0, Math.max(0, at)).toLowerCase();
  const port = readPort(text.slice(at + 1), of);
  if (at < 0 || port === undefined) return err('must end with a port, such as db.example.com:5432');
  const network = readNetwork(place);
  if (network !== undefined) return ok({ kind: 'network', ...network, port });
  const below = of === 'rule' && place.startsWith('*.');
  const name = below ? place.slice(2) : place;
  const isName = NAME.test(name) && /[a-z]/.test(name.split('.').at(-1) ?? '');
  if (isName) return ok({ kind: 'name', name, below, port });
  return err('must be a name, an IPv4 address or a network such as 10.1.0.0/16, with a port');
}

/** Hosts in a definition. Values of a run are never a part of them. */
export const StepHosts = z
  .array(
    z
      .string()
      .max(300, { abort: true })
      .refine((text) => parseNetworkHost(text, 'step').ok, {
        error: 'must be HOST:PORT, such as db.example.com:5432 or 10.1.0.0/16:443',
      }),
  )
  .min(1)
  .max(HOSTS_MAX);

/** Whether a host lies within one of the rules of a runner. */
export function isHostAllowed(host: NetworkHost, rules: readonly NetworkHost[]): boolean {
  return rules.some((rule) => {
    if (rule.port !== null && rule.port !== host.port) return false;
    if (rule.kind === 'name') {
      if (host.kind !== 'name') return false;
      return rule.below ? host.name.endsWith(`.${rule.name}`) : host.name === rule.name;
    }
    return host.kind === 'network' && host.bits >= rule.bits && contains(rule, host.address);
  });
}

/** Whether a network contains an address. */
export function contains(
  { address, bits }: { readonly address: number; readonly bits: number },
  of: number,
): boolean {
  const mask = maskOf(bits);
  return (of & mask) === (address & mask);
}

/** An IPv4 address as a number; undefined where the text is none. */
export function readAddress(text: string): number | undefined {
  const parts = /^(\d{1,3})[.](\d{1,3})[.](\d{1,3})[.](\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => (sum << 8) | part, 0);
}

/** An address as it is written. */
export function writeAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

function maskOf(bits: number): number {
  return bits === 0 ? 0 : -1 << (32 - bits);
}

function readNetwork(text: string) {
  const [place = '', length, ...more] = text.split('/');
  const address = readAddress(place);
  if (address === undefined || more.length > 0) return undefined;
  if (length === undefined) return { address, bits: 32 };
  const bits = /^\d{1,2}$/.test(length) ? Number(length) : 33;
  return bits > 32 || (address & ~maskOf(bits)) !== 0 ? undefined : { address, bits };
}

function readPort(text: string, of: 'step' | 'rule'): number | null | undefined {
  if (of === 'rule' && text === '*') return null;
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= PORT_MAX ? port : undefined;
}
