/** Says why nothing came back from a host, and how far a host is trusted. */
import { isRecord } from '@novacron/contract/json';
import { type HostTrust, RefusedAddress } from './guard-addresses.ts';

/** Only the code of an error is reported: its message can contain the address. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof RefusedAddress) return `is refused: ${cause.message}`;
  const code = isRecord(cause) ? cause.code : undefined;
  return typeof code === 'string' ? `cannot be reached (${code})` : 'cannot be reached';
}

/** The operator who lists an address has allowed that address, and no name says another one. */
export function trustOf(hostname: string): HostTrust {
  const isAddress = hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
  return isAddress ? 'named' : 'public';
}
