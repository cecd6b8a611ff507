/**
 * Fetches an image into a directory: from a host that the operator allows, from the server that it
 * was uploaded to, or from the disk that this server shares with the node.
 */
import { closeSync, constants, openSync, readSync, renameSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  HEADER_BYTES,
  IMAGE_FORMATS,
  type ImageFormat,
} from '@novacron/contract/formats/read-image-header';
import {
  IMAGES_PATH,
  parseUploadedImage,
  type UploadedImage,
} from '@novacron/contract/formats/uploaded-image';
import { makePrivateDir } from '../../../secrets/private-files.ts';
import type { Order } from '../../driver.ts';
import { isFile } from '../files/directories.ts';
import { syncFile } from '../files/stored-json.ts';
import { finalTrouble, passingTrouble, QemuTrouble, reasonOf } from '../files/trouble.ts';
import type { QemuNode } from '../machine/qemu-node.ts';
import { downloadImage } from './download-image.ts';
import type { ImageSource } from './image-tools.ts';

/** The image. */
interface WantedImage {
  readonly reference: string;
  readonly checksum: string | null;
}

/** Remedy for an uploaded image: the server verifies its copy before it accepts an upload. */
const UPLOAD_AGAIN =
  'upload it again (novacron template upload NAME FILE, or ' +
  'novacron volume import NAME --file FILE)';

/** Returns the remedy for an image with a different checksum: a clause in the imperative. */
export function remedyFor(reference: string): string {
  const isUploaded = parseUploadedImage(reference) !== undefined;
  return isUploaded ? UPLOAD_AGAIN : 'correct the checksum, or replace the image';
}

/** Destination of the image, and its purpose. */
export interface FetchOrder {
  readonly order: Order;
  /** Template or volume made from the image, by name or id, for messages. */
  readonly of: string;
  readonly directory: string;
  /** Size of the disk that is made of it. */
  readonly bytesMax: number;
  /** Alternative location for an operator's image; undefined: none. */
  readonly own?: string;
  /** Called with the size of a file before it is copied; where it throws, nothing is copied. */
  readonly admit?: (bytes: number) => Promise<void>;
}

/** An image may be as large as its disk, and its tables come on top. Unit: bytes. */
const TABLES_BYTES = 67_108_864;
/** Capacity of a dual-layer Blu-ray disc: a larger file is not a CD-ROM. Unit: bytes. */
const ISO_BYTES_MAX = 53_687_091_200;

/** Fetches an image as `disk.FORMAT`, whole or not at all; goes on with an earlier download. */
export async function fetchImage(
  node: Pick<QemuNode, 'name' | 'imageSources'>,
  image: WantedImage,
  wanted: FetchOrder,
): Promise<void> {
  const uploaded = parseUploadedImage(image.reference);
  if (uploaded === undefined) await fetchFromHost(node, image, wanted);
  else await fetchUploaded(node, uploaded, wanted);
}

/** From the disk that the server shares, or from the server. */
async function fetchUploaded(
  node: Pick<QemuNode, 'name' | 'imageSources'>,
  { file, format, checksum }: UploadedImage,
  wanted: FetchOrder,
): Promise<void> {
  const { directory, of } = wanted;
  const { uploads, server } = node.imageSources;
  const target = join(directory, `disk.${format}`);
  const part = partIn(directory, node);
  const shared = uploads === undefined ? undefined : join(uploads, file);
  if (shared !== undefined && isFile(shared)) {
    await wanted.admit?.(statSync(shared).size);
    await copyImage(shared, { part, target, of });
    return;
  }
  if (server === undefined) {
    const remedy =
      shared === undefined
        ? 'its agent has no --image-server, the https address of the server'
        : `the server does not have it any more: ${UPLOAD_AGAIN}`;
    throw finalTrouble(`The image of ${of} was uploaded, and ${remedy}.`);
  }
  const url = `${server}${IMAGES_PATH}/${file}`;
  const hosts = [new URL(server).host];
  try {
    await download(node, wanted, { url, hosts, format, checksum, remedy: UPLOAD_AGAIN });
  } catch (cause) {
    throw cause instanceof QemuTrouble ? withoutServer(cause, url) : cause;
  }
}

/** Agents may reach the server at an address of their own, which is no matter of tenants. */
function withoutServer(cause: QemuTrouble, url: string): QemuTrouble {
  const message = cause.message
    .replaceAll(url, 'the uploaded image')
    .replaceAll(new URL(url).hostname, 'the server');
  return message === cause.message ? cause : new QemuTrouble(message, cause.next, { cause });
}

/** Its checksum is verified before it is used. */
async function copyImage(
  shared: string,
  { part, target, of }: { readonly part: string; readonly target: string; readonly of: string },
): Promise<void> {
  try {
    makePrivateDir(dirname(part));
    await copyFile(shared, part, constants.COPYFILE_FICLONE);
    syncFile(part);
    renameSync(part, target);
  } catch (cause) {
    throw passingTrouble(`The image of ${of} cannot be copied (${reasonOf(cause)}).`, cause);
  }
}

async function fetchFromHost(
  node: Pick<QemuNode, 'name' | 'imageSources'>,
  { reference, checksum }: WantedImage,
  wanted: FetchOrder,
): Promise<void> {
  const { of, own } = wanted;
  const { hosts } = node.imageSources;
  const format = formatOf(reference);
  if (format === undefined) {
    throw finalTrouble(
      `The address of the image of ${of}, ${reference}, does not say its format: it ends ` +
        'in .qcow2, .raw, .vmdk or .iso, or has the parameter format=qcow2.',
    );
  }
  const { host } = new URL(reference);
  if (!hosts.includes(host)) {
    const otherwise =
      own === undefined
        ? 'or upload the image (novacron volume import NAME --file FILE)'
        : `or put the image into ${own} as disk.${format}`;
    throw finalTrouble(
      `The image of ${of} comes from ${reference}, and this node does not download from ` +
        `${host}: add it to --image-hosts of its agent (--qemu-image-hosts of a server), ` +
        `${otherwise}.`,
    );
  }
  await download(node, wanted, { url: reference, hosts, format, checksum });
}

/** Source of an image. */
interface Address {
  readonly url: string;
  readonly hosts: readonly string[];
  readonly format: ImageFormat;
  readonly checksum: string | null;
  readonly remedy?: string;
}

async function download(
  node: Pick<QemuNode, 'name' | 'imageSources'>,
  { order, directory, bytesMax }: FetchOrder,
  { url, hosts, format, checksum, remedy }: Address,
): Promise<void> {
  await downloadImage({
    url,
    hosts,
    authorities: node.imageSources.authorities,
    target: join(directory, `disk.${format}`),
    part: partIn(directory, node),
    checksum,
    remedy,
    bytesMax: format === 'iso' ? ISO_BYTES_MAX : bytesMax + TABLES_BYTES,
    signal: order.signal,
    onProgress: order.onProgress,
  });
}

function partIn(directory: string, { name }: Pick<QemuNode, 'name'>): string {
  return join(directory, `download.${name}.part`);
}

/** The format that an address declares: by a parameter, or by its end. */
function formatOf(reference: string): ImageFormat | undefined {
  const { pathname, searchParams } = new URL(reference);
  const said = searchParams.get('format') ?? pathname.slice(pathname.lastIndexOf('.') + 1);
  return IMAGE_FORMATS.find((format) => format === said.toLowerCase());
}

/** The image in a directory: the end of its name declares its format. */
export function findSource(directory: string): ImageSource | undefined {
  return IMAGE_FORMATS.map((format) => ({ format, file: join(directory, `disk.${format}`) })).find(
    ({ file }) => isFile(file),
  );
}

/** The beginning of an image, for `readImageHeader`. */
export function readHead(file: string): Buffer {
  const opened = openSync(file, 'r');
  try {
    const head = Buffer.alloc(HEADER_BYTES);
    return head.subarray(0, readSync(opened, head, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(opened);
  }
}
