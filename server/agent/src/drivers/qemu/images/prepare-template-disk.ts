/**
 * The disk of a template in the form from which root disks are copied, or the CD-ROM that installs
 * a system on an empty one. An operator puts an image into the template's directory, or the node
 * downloads it; either is checked once, and a disk that is no qcow2 is converted. What was checked
 * is recorded with size and time of the file.
 */
import { createHash } from 'node:crypto';
import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import { parseUploadedImage } from '@novacron/contract/formats/uploaded-image';
import { z } from 'zod';
import { isFile, remove } from '../files/directories.ts';
import { BYTES_PER_GB } from '../files/qemu-img.ts';
import { readStored, syncFile, writeStored } from '../files/stored-json.ts';
import { finalTrouble } from '../files/trouble.ts';
import type { QemuAction } from '../machine/qemu-node.ts';
import { examineImage, WrongContent } from './examine-image.ts';
import { fetchImage, findSource, remedyFor } from './fetch-image.ts';
import { type ImageSource, type ImageTools, openImageTools } from './image-tools.ts';

type Image = NonNullable<MachineSpec['image']>;

/** Image in a directory to prepare for a machine. */
interface ImageOrder {
  readonly action: QemuAction;
  /** Name or id of the template, for messages. */
  readonly template: string;
  readonly directory: string;
  readonly checksum: string | null;
  /** Remedy for a different checksum: a clause in the imperative. */
  readonly remedy: string;
  /** Size of the disk that the machine has. */
  readonly bytesMax: number;
  readonly tools: ImageTools;
}

/** Record of a checked image. */
const CheckedImage = z.looseObject({
  file: z.string(),
  bytes: z.number(),
  modified_ms: z.number(),
  checksum: z.string().nullable().describe('What the template asked for; null: nothing'),
  virtual_bytes: z.number(),
});
type CheckedImage = z.infer<typeof CheckedImage>;

/** Source of a template: a qcow2 file that is copied, or an ISO image that is booted. */
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
    return await inTurn(imports, own, () =>
      prepareImage({ ...wanted, remedy: 'replace one of them' }),
    );
  }
  const directory = places.imageDirectory(keyOf({ ...image, checksum }));
  const remedy = remedyFor(image.reference);
  const fetched = { ...wanted, directory, remedy };
  const fetch = () =>
    fetchImage(node, { ...image, checksum }, { order, of: template, directory, bytesMax, own });
  return await inTurn(imports, directory, () => prepareFetched(fetched, fetch));
}

/** Fetches an image unless it is here. One that was damaged here is fetched again, once. */
async function prepareFetched(
  wanted: ImageOrder,
  fetch: () => Promise<void>,
): Promise<PreparedImage | undefined> {
  const wasHere = findSource(wanted.directory) !== undefined;
  if (!wasHere) await fetch();
  try {
    return await prepareImage(wanted);
  } catch (cause) {
    if (!(cause instanceof WrongContent)) throw cause;
    // Otherwise this node would refuse it also after it is mended where it came from.
    const source = findSource(wanted.directory);
    if (source !== undefined) remove(source.file);
    if (!wasHere) throw cause;
    await fetch();
    return await prepareImage(wanted);
  }
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

async function checkImage(order: ImageOrder, source: ImageSource): Promise<CheckedImage> {
  const { action, directory, checksum, remedy, tools, template, bytesMax } = order;
  const record = join(directory, 'checked.json');
  const { size, mtimeMs } = statSync(source.file);
  const known = readStored(record, CheckedImage);
  const isKnown = known?.file === source.file && known.bytes === size;
  if (isKnown && known.modified_ms === mtimeMs && known.checksum === checksum) return known;
  const what = `The image ${source.file} of ${template}`;
  const virtual_bytes = await examineImage({
    source,
    tools,
    signal: action.order.signal,
    checksum,
    what,
    remedy,
    refused: (why) => finalTrouble(`${what} ${why}.`),
    admit: (bytes) => {
      if (bytes > bytesMax) throw tooLarge(order, bytes);
    },
  });
  const found = { file: source.file, bytes: size, modified_ms: mtimeMs, checksum, virtual_bytes };
  writeStored(record, found);
  return found;
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
