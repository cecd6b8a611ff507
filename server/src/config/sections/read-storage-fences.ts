/** The part `storages` of the file of fence devices: storages that cut nodes off. */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { ReadSecret } from '../read-secret.ts';

/** Unit: s. */
const TIMEOUT_DEFAULT = 20;
const TIMEOUT_MAX = 60;
const MS_PER_SECOND = 1_000;

/** Text that a shell and `ssh` parse as a single word. */
const plain = z
  .string()
  .regex(/^[A-Za-z0-9_./:@=%+][A-Za-z0-9_./:@=%+-]*$/, 'must have no spaces or quotes');
const path = plain.refine(isAbsolute, 'must be an absolute path');
const line = z.string().regex(/^[^\r\n]*$/, 'must be one line');
const word = z.string().regex(/^[A-Za-z0-9_-]+$/, 'must be a name');
const node = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'must be the name of a node');

const timeout = {
  timeout_seconds: z.int().min(1).max(TIMEOUT_MAX).default(TIMEOUT_DEFAULT),
};

/** A storage fence, as the file has it. */
export const StorageFenceEntry = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('command'),
    program: z.string().refine(isAbsolute, 'must be an absolute path'),
    options: z.record(word, line).default({}),
    password_file: z.string().min(1).optional(),
    plugs: z.record(node, line).optional(),
    ...timeout,
  }),
  z.strictObject({
    kind: z.literal('scsi-pr'),
    devices: z.array(path).min(1).max(64),
    hosts: z
      .record(node, plain.nullable())
      .refine((hosts) => Object.keys(hosts).length >= 2, 'must name two nodes or more'),
    ...timeout,
  }),
  z.strictObject({
    kind: z.literal('nfs-export'),
    host: plain.optional(),
    path,
    clients: z.record(node, z.ipv4('must be an IPv4 address')),
    ...timeout,
  }),
]);
type StorageFenceEntry = z.infer<typeof StorageFenceEntry>;

/** A storage fence of the configuration. */
export type StorageFenceConfig = {
  /** Id of the storage. */
  readonly pool: string;
  /** Names of the nodes that it can cut off; undefined: every node. */
  readonly nodes: readonly string[] | undefined;
} & (
  | {
      readonly kind: 'command';
      readonly settings: {
        readonly program: string;
        readonly options: Readonly<Record<string, string>>;
        readonly password: string | undefined;
        readonly plugs: Readonly<Record<string, string>>;
        readonly timeoutMs: number;
      };
    }
  | {
      readonly kind: 'scsi-pr';
      readonly settings: {
        readonly devices: readonly string[];
        readonly hosts: Readonly<Record<string, string | null>>;
        readonly timeoutMs: number;
      };
    }
  | {
      readonly kind: 'nfs-export';
      readonly settings: {
        readonly host: string | undefined;
        readonly path: string;
        readonly clients: Readonly<Record<string, string>>;
        readonly timeoutMs: number;
      };
    }
);

/**
 * Reads their passwords.
 * @param readPassword - gets the place as the file has it
 * @param faults - what is wrong is added to it, a line each
 */
export function readStorageFences(
  entries: Readonly<Record<string, StorageFenceEntry>>,
  { readPassword, faults }: { readonly readPassword: ReadSecret; readonly faults: string[] },
): readonly StorageFenceConfig[] {
  return Object.entries(entries).flatMap(([pool, entry]): readonly StorageFenceConfig[] => {
    if (entry.kind !== 'command' || entry.password_file === undefined) {
      return [toConfig(pool, entry, undefined)];
    }
    const password = readPassword(entry.password_file);
    if (password.ok) return [toConfig(pool, entry, password.value)];
    faults.push(`storages.${pool}.password_file: ${password.error}`);
    return [];
  });
}

function toConfig(
  pool: string,
  entry: StorageFenceEntry,
  password: string | undefined,
): StorageFenceConfig {
  const timeoutMs = entry.timeout_seconds * MS_PER_SECOND;
  switch (entry.kind) {
    case 'command': {
      const { kind, program, options, plugs } = entry;
      const nodes = plugs === undefined ? undefined : Object.keys(plugs);
      const settings = { program, options, password, plugs: plugs ?? {}, timeoutMs };
      return { pool, nodes, kind, settings };
    }
    case 'scsi-pr': {
      const { kind, devices, hosts } = entry;
      return { pool, nodes: Object.keys(hosts), kind, settings: { devices, hosts, timeoutMs } };
    }
    case 'nfs-export': {
      const { kind, host, path: exported, clients } = entry;
      const settings = { host, path: exported, clients, timeoutMs };
      return { pool, nodes: Object.keys(clients), kind, settings };
    }
  }
}
