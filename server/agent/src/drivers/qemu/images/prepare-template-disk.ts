/**
 * The disk of a template in the form from which root disks are copied, or the CD-ROM that installs
 * a system on an empty one. An operator puts an image into the template's directory, or the node
 * downloads it; either is checked once, and a disk that is no qcow2 is converted. What was checked
 * is recorded with size and time of the file.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readSync, renameSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineSpec } from '@novacron/contract/agent/agent';
import {
  HEADER_BYTES,
  IMAGE_FORMATS,
  type ImageFormat,
  readImageHeader,
} from '@novacron/contract/formats/read-image-header';
import {
  IMAGES_PATH,
  parseUploadedImage,
  type UploadedImage,
} from '@novacron/contract/formats/uploaded-image';
import { z } from 'zod';
import { isFile, remove } from '../files/directories.ts';
import { BYTES_PER_GB } from '../files/qemu-img.ts';
import { makeDirectory, readStored, syncFile, writeStored } from '../files/stored-json.ts';
import { finalTrouble } from '../files/trouble.ts';
import type { QemuAction } from '../machine/qemu-node.ts';
import { checksumOf, downloadImage } from './download-image.ts';
import { type ImageSource, type ImageTools, openImageTools } from './image-tools.ts';

type Image = NonNullable<MachineSpec['image']>;

/** What is prepared: the image in a directory, for a machine. */
interface ImageOrder {
  readonly action: QemuAction;
  /** Name or id of the template, for messages. */
  readonly template: string;
  readonly directory: string;
  readonly checksum: string | null;
  /** Size of the disk that the machine has. */
  readonly bytesMax: number;
  readonly tools: ImageTools;
}

/** What was found good. */
const CheckedImage = z.looseObject({
  file: z.string(),
  bytes: z.number(),
  modified_ms: z.number(),
  checksum: z.string().nullable().describe('What the template asked for; null: nothing'),
  virtual_bytes: z.number(),
});
type CheckedImage = z.infer<typeof CheckedImage>;

/** What a template is made of: a qcow2 file that is copied, or an ISO image that is booted. */
export interface PreparedImage {
  readonly kind: 'disk' | 'cdrom';
  readonly file: string;
}

/**
 * Prepares the disk of a machine's template.
 * @param bytesMax - size of the machine's root disk
 * @returns undefined where the template has no image on this node
 */
export async function prepareTemplateDisk(
  action: QemuAction,
  { template, image }: Pick<MachineSpec, 'template' | 'image'>,
  bytesMax: number,
): Promise<PreparedImage | undefined> {
  const { node, order } = action;
  const { places, imports } = node;
  const own = places.templateDirectory(template);
  const uploaded = image && parseUploadedImage(image.reference);
  const checksum = image?.checksum ?? uploaded?.checksum ?? null;
  const tools = openImageTools({
    program: node.programs.image,
    signal: order.signal,
    user: node.imageUser,
  });
  const wanted = { action, template, directory: own, checksum, bytesMax, tools };
  const isElsewhere = uploaded !== undefined || image?.reference.startsWith('https:') === true;
  if (findSource(own) !== undefined || image === undefined || !isElsewhere) {
    return await inTurn(imports, own, () => prepareImage(wanted));
  }
  const directory = places.imageDirectory(keyOf({ ...image, checksum }));
  return await inTurn(imports, directory, async () => {
    const order = { ...wanted, directory };
    if (findSource(directory) === undefined) {
      if (uploaded === undefined) await fetchImage(order, image, own);
      else await fetchUploaded(order, uploaded);
    }
    return await prepareImage({ ...wanted, directory });
  });
}

/** Machines that are created side by side wait for one preparation of their image. */
async function inTurn<T>(
  imports: Map<string, Promise<unknown>>,
  directory: string,
  work: () => Promise<T>,
): Promise<T> {
  const before = imports.get(directory) ?? Promise.resolve();
  const turn = before.then(work);
  const end = turn
    .catch(() => undefined)
    .finally(() => {
      if (imports.get(directory) === end) imports.delete(directory);
    });
  imports.set(directory, end);
  return await turn;
}

/** An image may be as large as its disk, and its tables come on top. Unit: bytes. */
const TABLES_BYTES = 67_108_864;
/** What a dual-layer Blu-ray disc holds: more is no CD-ROM. Unit: bytes. */
const ISO_BYTES_MAX = 53_687_091_200;

/** Fetches an image that was uploaded: from the disk that the server shares, or from the server. */
async function fetchUploaded(
  { action, directory, template, bytesMax }: ImageOrder,
  { file, format, checksum }: UploadedImage,
): Promise<void> {
  const { node, order } = action;
  const { uploads, server, authorities } = node.imageSources;
  const target = join(directory, `disk.${format}`);
  const part = join(directory, `download.${node.name}.part`);
  const shared = uploads === undefined ? undefined : join(uploads, file);
  if (shared !== undefined && isFile(shared)) {
    makeDirectory(directory);
    // Its checksum is verified before it is used.
    await copyFile(shared, part, constants.COPYFILE_FICLONE);
    syncFile(part);
    renameSync(part, target);
    return;
  }
  if (server === undefined) {
    const remedy =
      shared === undefined
        ? 'its agent has no --image-server, the https address of the server'
        : 'the server does not have it any more: upload it again (novacron template upload)';
    throw finalTrouble(`The image of ${template} was uploaded, and ${remedy}.`);
  }
  await downloadImage({
    url: `${server}${IMAGES_PATH}/${file}`,
    hosts: [new URL(server).host],
    authorities,
    target,
    part,
    checksum,
    bytesMax: format === 'iso' ? ISO_BYTES_MAX : bytesMax + TABLES_BYTES,
    signal: order.signal,
    onProgress: order.onProgress,
  });
}

async function fetchImage(wanted: ImageOrder, { reference }: Image, own: string): Promise<void> {
  const { action, directory, template, checksum, bytesMax } = wanted;
  const { node, order } = action;
  const { hosts, authorities } = node.imageSources;
  const format = formatOf(reference);
  if (format === undefined) {
    throw finalTrouble(
      `The address of the image of ${template}, ${reference}, does not say its format: it ends ` +
        'in .qcow2, .raw, .vmdk or .iso, or has the parameter format=qcow2.',
    );
  }
  const { host } = new URL(reference);
  if (!hosts.includes(host)) {
    throw finalTrouble(
      `The image of ${template} comes from ${reference}, and this node does not download from ` +
        `${host}: add it to --image-hosts of its agent (--qemu-image-hosts of a server), or put ` +
        `the image into ${own} as disk.${format}.`,
    );
  }
  await downloadImage({
    url: reference,
    hosts,
    authorities,
    target: join(directory, `disk.${format}`),
    part: join(directory, `download.${node.name}.part`),
    checksum,
    bytesMax: format === 'iso' ? ISO_BYTES_MAX : bytesMax + TABLES_BYTES,
    signal: order.signal,
    onProgress: order.onProgress,
  });
}

/** The format that an address declares: by a parameter, or by its end. */
function formatOf(reference: string): ImageFormat | undefined {
  const { pathname, searchParams } = new URL(reference);
  const said = searchParams.get('format') ?? pathname.slice(pathname.lastIndexOf('.') + 1);
  return IMAGE_FORMATS.find((format) => format === said.toLowerCase());
}

/** Images are the same where their checksums are; without one, where address and version are. */
function keyOf({ reference, checksum, version }: Image): string {
  if (checksum !== null) return checksum.replace(':', '-');
  return `address-${createHash('sha256').update(`${version} ${reference}`).digest('hex')}`;
}

async function prepareImage(order: ImageOrder): Promise<PreparedImage | undefined> {
  const { directory, bytesMax } = order;
  const source = findSource(directory);
  if (source === undefined) return undefined;
  const checked = await checkImage(order, source);
  if (source.format === 'iso') return { kind: 'cdrom', file: source.file };
  if (checked.virtual_bytes > bytesMax) throw tooLarge(order, checked.virtual_bytes);
  if (source.format === 'qcow2') return { kind: 'disk', file: source.file };
  return { kind: 'disk', file: await convertImage(order, source, checked) };
}

function tooLarge({ template, bytesMax }: ImageOrder, bytes: number) {
  const [has, needs] = [bytesMax, bytes].map((each) => Math.ceil(each / BYTES_PER_GB));
  return finalTrouble(
    `The image of ${template} is larger than the root disk of ${has} GB: set disk_gb to ${needs} ` +
      'or more.',
  );
}

/** The image in a directory: the end of its name declares its format. */
function findSource(directory: string): ImageSource | undefined {
  return IMAGE_FORMATS.map((format) => ({ format, file: join(directory, `disk.${format}`) })).find(
    ({ file }) => isFile(file),
  );
}

async function checkImage(order: ImageOrder, source: ImageSource): Promise<CheckedImage> {
  const { directory, checksum, tools, template, bytesMax } = order;
  const record = join(directory, 'checked.json');
  const { size, mtimeMs } = statSync(source.file);
  const known = readStored(record, CheckedImage);
  const isKnown = known?.file === source.file && known.bytes === size;
  if (isKnown && known.modified_ms === mtimeMs && known.checksum === checksum) return known;
  const header = readImageHeader(source.format, readHead(source.file), size);
  if (header.kind === 'refused') {
    throw finalTrouble(`The image ${source.file} of ${template} ${header.why}.`);
  }
  const isDisk = source.format !== 'iso';
  if (isDisk && header.virtualBytes > bytesMax) throw tooLarge(order, header.virtualBytes);
  await verifyChecksum(order, source.file);
  const virtual_bytes = isDisk ? await tools.measure(source) : header.virtualBytes;
  const found = { file: source.file, bytes: size, modified_ms: mtimeMs, checksum, virtual_bytes };
  writeStored(record, found);
  return found;
}

function readHead(file: string): Buffer {
  const opened = openSync(file, 'r');
  try {
    const head = Buffer.alloc(HEADER_BYTES);
    return head.subarray(0, readSync(opened, head, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(opened);
  }
}

async function verifyChecksum(
  { checksum, template, action }: ImageOrder,
  file: string,
): Promise<void> {
  if (checksum === null) return;
  const found = await checksumOf(file, action.order.signal);
  if (found === checksum) return;
  throw finalTrouble(
    `The image ${file} of ${template} has the checksum ${found}, and the template has ` +
      `${checksum}: replace one of them.`,
  );
}

/** Converts an image once; another image under the same name is converted again. */
async function convertImage(
  { directory, tools, action }: ImageOrder,
  source: ImageSource,
  checked: CheckedImage,
): Promise<string> {
  const target = join(directory, 'converted.qcow2');
  const record = join(directory, 'converted.json');
  const before = readStored(record, CheckedImage);
  const isSame = before?.modified_ms === checked.modified_ms && before.bytes === checked.bytes;
  if (isFile(target) && isSame && before.file === checked.file) return target;
  const part = `${target}.${action.node.name}.part`;
  remove(part);
  remove(record);
  try {
    await tools.convert(source, part, checked.virtual_bytes);
    syncFile(part);
    renameSync(part, target);
  } finally {
    remove(part);
  }
  writeStored(record, checked);
  return target;
}
