/**
 * The files that cloud-init reads from a seed disk (datasource NoCloud). Documents are written as
 * JSON, which YAML includes, so that no value can break out of its place.
 *
 * What comes from where: keys and host name are metadata, so they reach the guest whatever its user
 * data is (a script, an archive, nothing). User data is passed on unchanged. The password is vendor
 * data: cloud-init merges it below user data, where a key of user data replaces the same key.
 *
 * Windows guests: cloudbase-init reads the same files (NoCloudConfigDriveService), but no vendor
 * data, so the password is metadata, in plain text, as Windows takes no hash. Windows Setup and
 * sysprep find an answer file beside them, by either of two names.
 * Source: cloud-init's pages "NoCloud", "Vendor-data" and "Networking config version 2";
 * cloudbase-init's `nocloudservice.py`; Microsoft's page "Windows Setup Automation Overview".
 */
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { MachineNetwork } from '@novacron/contract/agent/machine-network';
import { z } from 'zod';
import type { FatFiles } from './fat-image.ts';
import { makeSalt, saltOf, sha512Crypt } from './sha512-crypt.ts';

/** Names of the files, which cloud-init prescribes. */
const META_DATA = 'meta-data';
const USER_DATA = 'user-data';
const VENDOR_DATA = 'vendor-data';
const NETWORK_CONFIG = 'network-config';

/** Files that Windows Setup reads at its start, and again, with sysprep, after a restart. */
const ANSWER_FILES = ['Autounattend.xml', 'Unattend.xml'] as const;

/** Configuration of a guest, its secrets in plain text. */
export interface GuestSettings {
  readonly ssh_keys: readonly string[];
  readonly user_data: string | null;
  readonly password: string | null;
  /** Answer file of Windows Setup; absent or null: none. */
  readonly answer_file?: string | null | undefined;
  /** Absent: Linux. */
  readonly os?: 'windows' | undefined;
}

/** A guest without settings of its own. */
export const NO_SETTINGS: GuestSettings = { ssh_keys: [], user_data: null, password: null };

/** Guest settings derived from the machine at every start. */
export interface GuestIdentity {
  readonly name: string;
  readonly nic: { readonly mac: string; readonly network: MachineSpec['network'] } | null;
  /** Its further interfaces, in their order; absent: none. */
  readonly further?: readonly { readonly mac: string; readonly network: MachineNetwork }[];
}

/**
 * Plans the files for settings that the guest has not applied yet.
 * @param instanceId - another one makes cloud-init configure the guest again
 */
export function planFiles(
  instanceId: string,
  settings: GuestSettings,
  identity: GuestIdentity,
): FatFiles {
  const { ssh_keys, user_data, password } = settings;
  if (settings.os === 'windows') return planWindowsFiles(instanceId, settings, identity);
  const vendorData = {
    ...(password === null ? {} : { password: sha512Crypt(password, makeSalt()) }),
    ...(password === null ? {} : { chpasswd: { expire: false } }),
    // Host keys in an image are shared and replaced; a guest that has its own keeps them.
    ...(revisionOf(instanceId) === 1 ? {} : { ssh_deletekeys: false }),
    // Addresses change without another instance.
    updates: { network: { when: ['boot-new-instance', 'boot'] } },
  };
  const metaData = { 'instance-id': instanceId, 'public-keys': ssh_keys };
  const files = new Map([
    [META_DATA, toDocument(metaData)],
    [USER_DATA, decodeUserData(user_data ?? '')],
    [VENDOR_DATA, Buffer.from(`#cloud-config\n${JSON.stringify(vendorData, null, 2)}\n`)],
  ]);
  return withIdentity(files, identity);
}

function planWindowsFiles(
  instanceId: string,
  { ssh_keys, user_data, password, answer_file }: GuestSettings,
  identity: GuestIdentity,
): FatFiles {
  const metaData = {
    'instance-id': instanceId,
    'public-keys': ssh_keys,
    ...(password === null ? {} : { 'admin-password': password }),
  };
  const answers = answer_file === undefined || answer_file === null ? [] : ANSWER_FILES;
  const files = new Map([
    [META_DATA, toDocument(metaData)],
    [USER_DATA, decodeUserData(user_data ?? '')],
    ...answers.map((name) => [name, Buffer.from(answer_file ?? '', 'utf8')] as const),
  ]);
  return withIdentity(files, identity);
}

/** Whether files are those of a Windows guest. */
export function isForWindows(files: FatFiles): boolean {
  return !files.has(VENDOR_DATA);
}

/** The same files for a machine that has been renamed or is connected otherwise. */
export function withIdentity(files: FatFiles, identity: GuestIdentity): FatFiles {
  const { name, nic, further = [] } = identity;
  const { 'instance-id': id, 'local-hostname': _before, ...settings } = readMetaData(files);
  const metaData = { 'instance-id': id, 'local-hostname': name, ...settings };
  const first =
    nic === null
      ? {}
      : { [INTERFACE]: planInterface(INTERFACE, nic.mac, nic.network ?? undefined) };
  const others = further.map(({ mac, network }, index) => {
    const guestName = `${INTERFACE_PREFIX}${index + 1}`;
    // The default route and the name servers are those of the first interface.
    const {
      routes: _routes,
      nameservers: _servers,
      ...rest
    } = planInterface(guestName, mac, network);
    return [guestName, rest] as const;
  });
  const ethernets = { ...first, ...Object.fromEntries(others) };
  return new Map([
    ...files,
    [META_DATA, toDocument(metaData)],
    [NETWORK_CONFIG, toDocument({ version: 2, ethernets })],
  ]);
}

/** The guest's name of its interface, which the renderers of all distributions take. */
const INTERFACE_PREFIX = 'eth';
const INTERFACE = `${INTERFACE_PREFIX}0`;

interface PlannedInterface {
  readonly routes?: readonly object[];
  readonly nameservers?: object;
  readonly [name: string]: unknown;
}

/** The address is static where its gateway is known; otherwise DHCP gives all of it. */
function planInterface(
  guestName: string,
  mac: string,
  network: MachineNetwork | undefined,
): PlannedInterface {
  const { cidr = '', ip_address, gateway, dns_servers = [], mtu } = network ?? {};
  const isIpv6 = cidr.includes(':');
  const prefix = cidr.slice(cidr.indexOf('/') + 1);
  const isStatic = ip_address !== undefined && gateway !== undefined;
  const via = { to: isIpv6 ? '::/0' : '0.0.0.0/0', via: gateway };
  return {
    match: { macaddress: mac },
    'set-name': guestName,
    ...(mtu === undefined ? {} : { mtu }),
    ...(isStatic
      ? { addresses: [`${ip_address}/${prefix}`], routes: [via] }
      : { [isIpv6 ? 'dhcp6' : 'dhcp4']: true }),
    ...(isStatic && dns_servers.length > 0 ? { nameservers: { addresses: dns_servers } } : {}),
  };
}

/** Whether files hold these settings. The password is compared by its hash. */
export function holdSettings(files: FatFiles, settings: GuestSettings): boolean {
  const userData = decodeUserData(settings.user_data ?? '');
  if (files.get(USER_DATA)?.equals(userData) !== true) return false;
  const keys = readMetaData(files)['public-keys'];
  if (JSON.stringify(keys) !== JSON.stringify(settings.ssh_keys)) return false;
  if (isForWindows(files)) return holdWindowsSettings(files, settings);
  const hash = readHash(files);
  if (hash === undefined || settings.password === null) {
    return hash === undefined && settings.password === null;
  }
  return hash === sha512Crypt(settings.password, saltOf(hash) ?? '');
}

function holdWindowsSettings(files: FatFiles, settings: GuestSettings): boolean {
  const answers = ANSWER_FILES.map((name) => files.get(name)?.toString('utf8') ?? null);
  const password = readMetaData(files)['admin-password'] ?? null;
  const answerFile = settings.answer_file ?? null;
  return password === settings.password && answers.every((answer) => answer === answerFile);
}

/** The instance that files are for; cloud-init configures a guest once for each. */
export function instanceIdOf(files: FatFiles): string {
  return readMetaData(files)['instance-id'];
}

/** The id after another one of the same machine: `vm_…`, `vm_….2`, `vm_….3`. */
export function nextInstanceId(instanceId: string): string {
  const [machine = instanceId] = instanceId.split('.');
  return `${machine}.${revisionOf(instanceId) + 1}`;
}

function revisionOf(instanceId: string): number {
  return Number(instanceId.split('.')[1] ?? 1);
}

const MetaData = z.looseObject({
  'instance-id': z.string(),
  'public-keys': z.array(z.string()),
  'admin-password': z.string().optional(),
});

function readMetaData(files: FatFiles): z.infer<typeof MetaData> {
  return MetaData.parse(JSON.parse(textOf(files, META_DATA)));
}

const VendorData = z.looseObject({ password: z.string().optional() });

function readHash(files: FatFiles): string | undefined {
  const [, json = ''] = /^#cloud-config\n([\s\S]*)$/.exec(textOf(files, VENDOR_DATA)) ?? [];
  return VendorData.parse(JSON.parse(json)).password;
}

function textOf(files: FatFiles, name: string): string {
  return files.get(name)?.toString('utf8') ?? '';
}

function toDocument(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

/** Prefixes by which cloud-init recognizes user data, besides the magic number of gzip. */
const HEADERS =
  /^(?:#cloud-|#!|#include|#part-handler|#upstart-job|## template:|Content-Type:|MIME-Version:)/i;
const GZIP_MAGIC = '1f8b';

/**
 * The bytes of user data. What is not text, such as gzip, is given as base64, as Terraform's data
 * source `cloudinit_config` does; base64 of something else is text itself.
 */
function decodeUserData(text: string): Buffer {
  const plain = Buffer.from(text, 'utf8');
  if (!BASE64.test(text)) return plain;
  const decoded = Buffer.from(text, 'base64');
  const isGzip = decoded.toString('hex', 0, 2) === GZIP_MAGIC;
  return isGzip || HEADERS.test(decoded.toString('latin1', 0, 64)) ? decoded : plain;
}
