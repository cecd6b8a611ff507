/** Remedy for a file that NovaCron does not accept as an image. */
import { extname } from 'node:path';
import { findOtherFormat, readImageHeader } from '@novacron/contract/formats/read-image-header';
import type { UploadedFormat } from '@novacron/contract/formats/uploaded-image';

/** Formats of disks that `qemu-img` converts, by what their files are called. */
const CONVERTED: Readonly<Record<string, string>> = {
  vdi: 'VDI',
  vhd: 'VHD',
  vpc: 'VHD',
  vhdx: 'VHDX',
  hdd: 'Parallels',
  qed: 'QED',
};

/** Commands that unpack a file, by its extension. */
const UNPACKED: Readonly<Record<string, string>> = {
  gz: 'gunzip --keep',
  xz: 'xz --decompress --keep',
  zst: 'zstd --decompress',
  bz2: 'bunzip2 --keep',
  zip: 'unzip',
  ova: 'tar --extract --file',
  tar: 'tar --extract --file',
};

/** The ends of names for what the beginning of a file says. */
const ENDINGS: Readonly<Record<string, string>> = {
  VHDX: 'vhdx',
  VHD: 'vhd',
  VDI: 'vdi',
  gzip: 'gz',
  xz: 'xz',
  Zstandard: 'zst',
  ZIP: 'zip',
};

/** A file by its name alone. @returns why it is refused and what to do; undefined: nothing known */
export function explainName(file: string): string | undefined {
  return adviceFor(extname(file).slice(1).toLowerCase(), file);
}

function adviceFor(ending: string, file: string): string | undefined {
  const disk = CONVERTED[ending];
  if (disk !== undefined) {
    const command = `qemu-img convert -O qcow2 ${file} ${nameOf(file)}.qcow2`;
    return `${file} is a ${disk} image: convert it with \`${command}\``;
  }
  const tool = UNPACKED[ending];
  if (tool === undefined) return undefined;
  return `${file} is packed: unpack it with \`${tool} ${file}\`, and give the image in it`;
}

/** The name without its last end. */
function nameOf(file: string): string {
  return file.slice(0, file.length - extname(file).length);
}

/** Facts about a file before it is sent. */
export interface ImageBeginning {
  readonly file: string;
  readonly format: UploadedFormat;
  readonly head: Uint8Array;
  /** Size of the file. Unit: bytes. */
  readonly bytes: number;
}

/**
 * Reads the beginning of a file as the server and nodes will.
 * @returns the size of its disk in bytes, or why it is refused and what to do
 */
export function examineBeginning(image: ImageBeginning): number | string {
  const { file, format, head, bytes } = image;
  const header = readImageHeader(format, head, bytes);
  if (header.kind === 'accepted') return header.virtualBytes;
  const other = findOtherFormat(head);
  if (other === undefined) return `${file} ${header.why}: ${remedyFor(format, file)}`;
  const advice = adviceFor(ENDINGS[other] ?? '', file);
  if (advice !== undefined) return advice;
  if (other === 'HTML') return `${file} is a web page, not an image: download the image again`;
  const declared = other.toLowerCase();
  // Of the declared format, and refused for something else.
  if (declared === format) return `${file} ${header.why}: ${remedyFor(format, file)}`;
  return `${file} is not in the format ${format}, it begins as ${other}: add --format ${declared}`;
}

function remedyFor(format: UploadedFormat, file: string): string {
  if (format === 'iso') return 'download it again, or give the right format by --format';
  const target = `${nameOf(file)}-whole.qcow2`;
  return `make one image of it with \`qemu-img convert -O qcow2 ${file} ${target}\``;
}
