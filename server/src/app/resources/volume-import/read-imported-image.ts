/**
 * Reads what is known of an image before a node has it: everything of an uploaded one, whose
 * beginning is on this server; of another one only its address.
 */
import type { ImportedImage } from '@novacron/contract/agent/agent-actions';
import { IMAGE_FORMATS, readImageHeader } from '@novacron/contract/formats/read-image-header';
import { parseUploadedImage, type UploadedImage } from '@novacron/contract/formats/uploaded-image';
import { VOLUME_GB_MAX } from '@novacron/contract/kinds/volume/volume';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ResourceDeps } from '../deps.ts';
import { checkImage } from '../template/check-image.ts';

const BYTES_PER_GB = 1_073_741_824;

type Input = Pick<ParsedInputOf<'volume.import'>, 'image' | 'image_checksum' | 'size_gb'>;

/** Image from which a node creates a volume, and the size of the volume. */
export interface ReadImage {
  readonly image: ImportedImage;
  readonly size_gb: number;
}

/** Checks an image as far as it is known here. */
export async function readImportedImage(
  input: Input,
  deps: Pick<ResourceDeps, 'images'>,
): Promise<Result<ReadImage, readonly Problem[]>> {
  const uploaded = parseUploadedImage(input.image);
  return uploaded === undefined ? readAddress(input) : await readUploaded(input, uploaded, deps);
}

function readAddress(input: Input): Result<ReadImage, readonly Problem[]> {
  const { image: reference, image_checksum: checksum, size_gb } = input;
  const problems = checkImage(reference);
  if (problems.length > 0) return err(problems);
  const format = formatOf(reference);
  if (format === undefined || format === 'iso') return err([withoutFormat(reference)]);
  if (checksum == null) return err([missing('image_checksum', 'the SHA-256 of the image')]);
  if (size_gb == null) return err([missing('size_gb', 'the size of the volume')]);
  return ok({ image: { reference, checksum }, size_gb });
}

async function readUploaded(
  { image: reference, image_checksum: said, size_gb }: Input,
  { file, format, checksum }: UploadedImage,
  { images }: Pick<ResourceDeps, 'images'>,
): Promise<Result<ReadImage, readonly Problem[]>> {
  if (said != null && said !== checksum) return err([otherChecksum(checksum)]);
  const known = await images?.readHead(file);
  if (known === undefined) return err([notHere(file)]);
  if (format === 'iso') {
    return err([refused('is a CD-ROM, not a disk', 'Make a template of it.')]);
  }
  const header = readImageHeader(format, known.head, known.bytes);
  if (header.kind === 'refused') {
    const remedy = 'Convert it into an image of its own: qemu-img convert -O qcow2 IMAGE NEW.qcow2';
    return err([refused(header.why, remedy)]);
  }
  const neededGb = Math.max(1, Math.ceil(header.virtualBytes / BYTES_PER_GB));
  if (neededGb > VOLUME_GB_MAX) {
    const why = `has a disk of ${neededGb} GB, and a volume has at most ${VOLUME_GB_MAX} GB`;
    return err([refused(why, 'Make the disk smaller where it is, or split it.')]);
  }
  if (size_gb != null && size_gb < neededGb) return err([tooSmall(size_gb, neededGb)]);
  return ok({ image: { reference, checksum }, size_gb: size_gb ?? neededGb });
}

/** The format that an address declares, as nodes read it. */
function formatOf(address: string): (typeof IMAGE_FORMATS)[number] | undefined {
  const { pathname, searchParams } = new URL(address);
  const said = searchParams.get('format') ?? pathname.slice(pathname.lastIndexOf('.') + 1);
  return IMAGE_FORMATS.find((format) => format === said.toLowerCase());
}

function withoutFormat(address: string): Problem {
  return problem('validation-failed', {
    detail: `The address of the image, ${address}, does not say that it is a disk image.`,
    remedy: 'Use an address that ends in .qcow2, .raw or .vmdk, or has the parameter format=qcow2.',
    fields: [{ path: ['image'], message: 'must end in .qcow2, .raw or .vmdk' }],
  });
}

function missing(field: string, what: string): Problem {
  return problem('validation-failed', {
    detail: `The image comes from another server, and ${what} is not given.`,
    remedy: `Set ${field}, or upload the image: novacron volume import NAME --file FILE`,
    fields: [{ path: [field], message: 'is required for an image with an https address' }],
  });
}

function otherChecksum(checksum: string): Problem {
  return problem('validation-failed', {
    detail: `An uploaded image is named by its checksum, and this one is ${checksum}.`,
    remedy: 'Leave image_checksum out, or correct one of the two.',
    fields: [{ path: ['image_checksum'], message: `must be ${checksum}, as the image says` }],
  });
}

function notHere(file: string): Problem {
  return problem('validation-failed', {
    detail: `The image ${file} is not on this server: it was not uploaded, or not to its end.`,
    remedy:
      'Upload it: novacron volume import NAME --file FILE. Where several servers are one control ' +
      'plane, their directories for images have to be one (images-dir).',
    fields: [{ path: ['image'], message: 'is not on this server' }],
  });
}

/** @param why - a clause about the image that begins with a verb */
function refused(why: string, remedy: string): Problem {
  return problem('validation-failed', {
    detail: `No volume can be made from the image: it ${why}.`,
    remedy,
    fields: [{ path: ['image'], message: why }],
  });
}

function tooSmall(sizeGb: number, neededGb: number): Problem {
  return problem('validation-failed', {
    detail: `The disk in the image has ${neededGb} GB: a volume of ${sizeGb} GB is too small.`,
    remedy: `Set the size to ${neededGb} GB or more, or leave it out.`,
    fields: [{ path: ['size_gb'], message: `must be at least ${neededGb}, as the image is` }],
  });
}
