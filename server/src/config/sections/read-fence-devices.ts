/** The file of fence devices: management controllers of nodes, and storages that cut them off. */
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { ReadSecret } from '../read-secret.ts';
import { isOriginUrl, readYamlFile } from '../read-yaml-file.ts';
import {
  readStorageFences,
  type StorageFenceConfig,
  StorageFenceEntry,
} from './read-storage-fences.ts';

/** Shorter would power off nodes whose agents restart, or that a busy network keeps silent. */
const AFTER_SECONDS_MIN = 30;
const AFTER_SECONDS_MAX = 86_400;
const MS_PER_SECOND = 1_000;

const common = {
  username: z.string().min(1),
  password_file: z.string().min(1),
  identity: z.enum(['compare', 'unchecked']).default('compare'),
};

const Device = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ipmi'),
    address: z.string().refine(isHost, 'must be HOST or HOST:PORT'),
    cipher_suite: z.int().min(0).max(255).optional(),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('redfish'),
    address: z.string().refine(isOriginUrl, 'must be https://HOST; http is for this machine only'),
    system: z.string().startsWith('/redfish/').optional(),
    certificate_sha256: z
      .string()
      .transform((written) => written.replaceAll(':', '').toLowerCase())
      .pipe(z.string().regex(/^[0-9a-f]{64}$/, 'must have 64 hexadecimal digits'))
      .optional(),
    ...common,
  }),
]);
type Device = z.infer<typeof Device>;

/** The controller of one node, and how to get in. */
export interface FenceDeviceConfig {
  /** Name of the node whose power it switches. */
  readonly node: string;
  readonly kind: 'ipmi' | 'redfish';
  readonly address: string;
  readonly identity: 'compare' | 'unchecked';
  readonly username: string;
  readonly password: string;
  readonly cipherSuite: number | undefined;
  readonly system: string | undefined;
  /** 64 hexadecimal digits. */
  readonly certificateSha256: string | undefined;
}

/** The file of fence devices, with the passwords it names. */
export interface FenceConfig {
  /** Silence after which a node is powered off automatically; undefined: never. Unit: ms. */
  readonly automaticAfterMs: number | undefined;
  readonly devices: readonly FenceDeviceConfig[];
  readonly storages: readonly StorageFenceConfig[];
}

const File = z.strictObject({
  automatic: z.boolean().default(false),
  after_seconds: z.int().min(AFTER_SECONDS_MIN).max(AFTER_SECONDS_MAX).default(60),
  devices: z.record(z.string().min(1), Device).default({}),
  storages: z.record(z.string().min(1), StorageFenceEntry).default({}),
});

function isHost(address: string): boolean {
  try {
    const { host, pathname } = new URL(`ipmi://${address}`);
    return host.toLowerCase() === address.toLowerCase() && pathname === '';
  } catch {
    return false;
  }
}

/**
 * Reads the file and its passwords; relative paths in it start at its directory.
 * Failure: all that is wrong, a line each.
 */
export function readFenceDevices(
  path: string,
  readSecret: ReadSecret,
): Result<FenceConfig, readonly string[]> {
  const file = readYamlFile(path, File);
  if (!file.ok) return file;
  const { content, pathOf } = file.value;
  const readPassword: ReadSecret = (place) => readSecret(pathOf(place));
  const { automatic, after_seconds, devices, storages } = content;
  const faults: string[] = [];
  const read = Object.entries(devices).flatMap(([node, device]): FenceDeviceConfig[] => {
    const password = readPassword(device.password_file);
    if (password.ok) return [toDevice(node, device, password.value)];
    faults.push(`devices.${node}.password_file: ${password.error}`);
    return [];
  });
  const cutting = readStorageFences(storages, { readPassword, faults });
  if (faults.length > 0) return err(faults);
  const automaticAfterMs = automatic ? after_seconds * MS_PER_SECOND : undefined;
  return ok({ automaticAfterMs, devices: read, storages: cutting });
}

function toDevice(node: string, device: Device, password: string): FenceDeviceConfig {
  const { kind, address, username, identity } = device;
  return {
    node,
    kind,
    address,
    username,
    identity,
    password,
    cipherSuite: kind === 'ipmi' ? device.cipher_suite : undefined,
    system: kind === 'redfish' ? device.system : undefined,
    certificateSha256: kind === 'redfish' ? device.certificate_sha256 : undefined,
  };
}
