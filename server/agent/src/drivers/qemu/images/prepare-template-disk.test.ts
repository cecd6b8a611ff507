import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:https';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MachineImage, MachineSpec } from '@novacron/contract/agent/machine';
import { certificateIn, keyIn } from '../../../../../../test/support/services/certificate-files.ts';
import { findQemu } from '../../../../../../test/support/services/find-qemu.ts';
import { makeCertificate } from '../../../../../../test/support/services/make-certificate.ts';
import type { Driver } from '../../driver.ts';
import { bad, good } from '../../driver-bench.ts';
import { smallSpec } from '../test-kit/qemu-bench.ts';
import { useQemuSite } from '../test-kit/use-qemu-site.ts';

const TEMPLATE = 'tmpl_01jd3v6t7re3h8z9k2m4n5p6q7';
const MIB = 1_048_576;
/** A disk of 4 MiB that is recognized by its first and last bytes. */
const CONTENT = Buffer.alloc(4 * MIB);
CONTENT.write('begin');
CONTENT.write('end', CONTENT.length - 3);

const { site, ids } = useQemuSite();
let driver: Driver;

beforeEach(async () => {
  driver = await site.open('node-01');
});

function own(name: string): string {
  const directory = join(site.storageDir, 'templates', TEMPLATE);
  mkdirSync(directory, { recursive: true });
  return join(directory, name);
}

/** Writes the content in a format. */
function writeImage(file: string, format: string, ...options: readonly string[]): void {
  const raw = join(site.directory, 'content');
  writeFileSync(raw, CONTENT);
  execFileSync(findQemu().image, ['convert', '-f', 'raw', '-O', format, ...options, raw, file]);
  rmSync(raw);
}

function checksumOf(file: string): string {
  return `sha256:${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
}

function create(image?: Partial<MachineImage>, on = driver) {
  const order = { vm_id: ids('vm'), generation: 1, signal: new AbortController().signal };
  const given: MachineImage = {
    version: 1,
    reference: 'builtin:debian-12',
    checksum: null,
    firmware: 'bios',
    architecture: 'x86_64',
    ...image,
  };
  const spec: MachineSpec = smallSpec({ template: TEMPLATE, image: given });
  return { vmId: order.vm_id, answer: on.create(order, spec) };
}

/** The content of a new machine's root disk, without the part by which it is larger. */
async function contentOf(image?: Partial<MachineImage>, on = driver): Promise<Buffer> {
  const { vmId, answer } = create(image, on);
  await good(answer);
  const disk = join(site.storageDir, 'disks', vmId, 'root.qcow2');
  const raw = join(site.directory, 'read');
  execFileSync(findQemu().image, ['convert', '-f', 'qcow2', '-O', 'raw', disk, raw]);
  const bytes = Buffer.alloc(CONTENT.length);
  const opened = openSync(raw, 'r');
  readSync(opened, bytes, 0, bytes.length, 0);
  closeSync(opened);
  rmSync(raw);
  return bytes;
}

async function refusal(image?: Partial<MachineImage>): Promise<string> {
  const { vmId, answer } = create(image);
  const { message, next } = await bad(answer);
  expect(next).toBe('final');
  expect(existsSync(join(site.storageDir, 'disks', vmId))).toBe(false);
  return message.replaceAll(site.directory, 'SITE');
}

describe('an image of a template', () => {
  test.each([
    ['qcow2', []],
    ['raw', []],
    ['vmdk', []],
    ['vmdk', ['-o', 'subformat=streamOptimized']],
  ] as const)('in the format %s %j is what machines start with', async (format, options) => {
    writeImage(own(`disk.${format}`), format, ...options);
    expect((await contentOf()).equals(CONTENT)).toBe(true);
    const left = readdirSync(own('')).filter((name) => name.endsWith('.part'));
    expect(left).toEqual([]);
  });

  test('is converted again when it is replaced', async () => {
    writeImage(own('disk.raw'), 'raw');
    await contentOf();
    const changed = Buffer.from(CONTENT);
    changed.write('other');
    writeFileSync(own('disk.raw'), Buffer.concat([changed, Buffer.alloc(MIB)]));
    expect((await contentOf()).equals(changed)).toBe(true);
  });

  test('is verified by the checksum of the template', async () => {
    writeImage(own('disk.raw'), 'raw');
    const checksum = checksumOf(own('disk.raw'));
    expect((await contentOf({ checksum })).equals(CONTENT)).toBe(true);
    const other = `sha256:${'0'.repeat(64)}`;
    expect(await refusal({ checksum: other })).toBe(
      `The image SITE/storage/templates/${TEMPLATE}/disk.raw of ${TEMPLATE} has the checksum ` +
        `${checksum}, and ${other} is expected: replace one of them.`,
    );
  });

  test('that opens other files is refused before it is used', async () => {
    writeImage(own('disk.vmdk'), 'vmdk', '-o', 'subformat=monolithicFlat');
    expect(await refusal()).toMatch(/disk[.]vmdk of \S+ has its data in other files[.]$/);
    rmSync(own('disk.vmdk'));
    const dataFile = `data_file=${own('data')},data_file_raw=on`;
    writeImage(own('disk.qcow2'), 'qcow2', '-o', dataFile);
    expect(await refusal()).toMatch(/disk[.]qcow2 of \S+ has its data in another file[.]$/);
    rmSync(own('disk.qcow2'));
    writeImage(own('disk.raw'), 'qcow2');
    expect(await refusal()).toMatch(/is declared to be raw and begins as qcow2[.]$/);
  });

  test('that would be larger than the disk is refused before it is converted', async () => {
    writeFileSync(own('disk.raw'), '');
    truncateSync(own('disk.raw'), 2 * 1_024 ** 4);
    expect(await refusal()).toBe(
      `The image of ${TEMPLATE} is larger than the root disk of 1 GB: set disk_gb to 2048 or more.`,
    );
    expect(existsSync(own('converted.qcow2'))).toBe(false);
  });

  test('that is damaged behind its header is refused by qemu-img', async () => {
    writeImage(own('disk.qcow2'), 'qcow2');
    const bytes = readFileSync(own('disk.qcow2'));
    // A first table without room for the disk.
    bytes.writeUInt32BE(0, 36);
    writeFileSync(own('disk.qcow2'), bytes);
    expect(await refusal()).toMatch(/^The program qemu-img failed \(info\): .*[.]$/);
  });
});

describe('an agent that is root', () => {
  test.each(['qcow2', 'vmdk'] as const)('opens an image in %s as another user', async (format) => {
    writeImage(own(`disk.${format}`), format);
    chmodSync(own(`disk.${format}`), 0o600);
    const image = join(site.directory, 'qemu-img');
    // What only makes or enlarges a disk opens no image.
    const asRoot = 'create*|resize*|info*root.qcow2) ;; *) [ "$(id -u)" != 0 ] || exit 9';
    const script = `case "$*" in ${asRoot};; esac\nexec ${findQemu().image} "$@"\n`;
    writeFileSync(image, `#!/bin/sh\n${script}`, { mode: 0o755 });
    for (const each of [site.directory, dirname(site.directory)]) chmodSync(each, 0o711);
    const programs = { ...findQemu(), image };
    const another = await site.open('node-02', { programs });
    expect((await contentOf({}, another)).equals(CONTENT)).toBe(true);
    await another.close();
    const { uid, mode } = statSync(own(`disk.${format}`));
    expect([uid, mode & 0o027]).toEqual([0, 0]);
  });
});

describe('an image from elsewhere', () => {
  let server: Server;
  let host: string;
  let paths: (string | undefined)[];
  let requests: number;

  beforeEach(async () => {
    makeCertificate(site.directory, { host: 'IP:127.0.0.1', identity: undefined });
    writeImage(join(site.directory, 'image'), 'qcow2');
    requests = 0;
    const key = readFileSync(keyIn(site.directory));
    const cert = readFileSync(certificateIn(site.directory));
    paths = [];
    server = createServer({ key, cert }, (request, response) => {
      paths.push(request.url);
      requests += 1;
      response.end(readFileSync(join(site.directory, 'image')));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${Object(server.address()).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('is downloaded once, also for machines that are created side by side', async () => {
    const authorities = readFileSync(certificateIn(site.directory), 'utf8');
    const online = await site.open('node-02', { imageSources: { hosts: [host], authorities } });
    const reference = `https://${host}/debian-12.qcow2`;
    const checksum = checksumOf(join(site.directory, 'image'));
    const both = [create({ reference, checksum }, online), create({ reference, checksum }, online)];
    await Promise.all(both.map(async ({ answer }) => good(answer)));
    expect((await contentOf({ reference, checksum }, online)).equals(CONTENT)).toBe(true);
    expect(requests).toBe(1);
    // Another version of a template without a checksum may be another image.
    await contentOf({ reference, version: 1 }, online);
    await contentOf({ reference, version: 2 }, online);
    expect(requests).toBe(3);
    await online.close();
  });

  test('says which host has to be allowed, or where to put it', async () => {
    expect(await refusal({ reference: 'https://cloud.example.com/a/debian-12.qcow2' })).toBe(
      `The image of ${TEMPLATE} comes from https://cloud.example.com/a/debian-12.qcow2, and this ` +
        'node does not download from cloud.example.com: add it to --image-hosts of ' +
        'its agent (--qemu-image-hosts of a server), or put the image into ' +
        `SITE/storage/templates/${TEMPLATE} as disk.qcow2.`,
    );
  });

  test('that was uploaded comes from the server of the agent, and from no other', async () => {
    const authorities = readFileSync(certificateIn(site.directory), 'utf8');
    const digits = checksumOf(join(site.directory, 'image')).replace('sha256:', '');
    const reference = `uploaded:${digits}.qcow2`;
    const sources = { hosts: [], server: `https://${host}`, authorities };
    const online = await site.open('node-02', { imageSources: sources });
    // The checksum is in the reference.
    expect((await contentOf({ reference, checksum: null }, online)).equals(CONTENT)).toBe(true);
    await online.close();
    expect(paths).toEqual([`/images/${digits}.qcow2`]);
    const other = `uploaded:${'0'.repeat(64)}.qcow2`;
    expect(await refusal({ reference: other })).toBe(
      `The image of ${TEMPLATE} was uploaded, and its agent has no --image-server, the https ` +
        'address of the server.',
    );
  });

  test('that was damaged on the server is used once it is mended there', async () => {
    const uploads = join(site.directory, 'uploads');
    mkdirSync(uploads);
    const digits = checksumOf(join(site.directory, 'image')).replace('sha256:', '');
    const shared = join(uploads, `${digits}.qcow2`);
    const reference = `uploaded:${digits}.qcow2`;
    const sources = { hosts: [], uploads };
    const beside = await site.open('node-02', { imageSources: sources });
    writeFileSync(shared, 'damaged');
    const refused = await bad(create({ reference }, beside).answer);
    expect(refused).toMatchObject({
      message: expect.stringMatching(/ is expected: upload it again \(novacron template upload/),
      next: 'final',
    });
    writeFileSync(shared, readFileSync(join(site.directory, 'image')));
    expect((await contentOf({ reference }, beside)).equals(CONTENT)).toBe(true);
    // Damaged on the node: it is copied again.
    const copy = join(site.storageDir, 'images', `sha256-${digits}`, 'disk.qcow2');
    writeFileSync(copy, 'damaged');
    expect((await contentOf({ reference }, beside)).equals(CONTENT)).toBe(true);
    await beside.close();
  });

  test('that the server does not have is uploaded again', async () => {
    const authorities = readFileSync(certificateIn(site.directory), 'utf8');
    const reference = `uploaded:${'0'.repeat(64)}.qcow2`;
    const sources = { hosts: [], server: `https://${host}`, authorities };
    const online = await site.open('node-02', { imageSources: sources });
    server.removeAllListeners('request');
    server.on('request', (_request, response) => response.writeHead(404).end());
    const { message } = await bad(create({ reference }, online).answer);
    expect(message).toBe(
      'The server of the uploaded image answered with status 404: it ' +
        'does not have the image; upload it again (novacron template upload NAME FILE, or ' +
        'novacron volume import NAME --file FILE).',
    );
    await online.close();
  });

  test('has to declare its format', async () => {
    expect(await refusal({ reference: 'https://cloud.example.com/noble.img' })).toMatch(
      /noble[.]img, does not say its format: it ends in [.]qcow2, [.]raw, [.]vmdk or [.]iso, or /,
    );
    expect(await refusal({ reference: 'https://a.example/noble.img?format=qcow2' })).toMatch(
      /does not download from a[.]example: .* as disk[.]qcow2[.]$/,
    );
  });
});
