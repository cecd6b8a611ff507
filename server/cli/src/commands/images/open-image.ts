/** Opens an image on this machine, and refuses at once what the server would refuse later. */
import { type FileHandle, open } from 'node:fs/promises';
import { extname } from 'node:path';
import { HEADER_BYTES } from '@novacron/contract/formats/read-image-header';
import { UPLOADED_FORMATS, type UploadedFormat } from '@novacron/contract/formats/uploaded-image';
import { err, type Result } from '@novacron/contract/result';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import { explainFileTrouble } from '../../io/explain-file-trouble.ts';
import { examineBeginning, explainName } from './explain-image.ts';

/** The image, as the command line names it. */
export interface ImageFile {
  readonly file: string;
  /** Flag on the command line: `--file`. */
  readonly flag: string;
  /** Undefined: the end of the file's name says it. */
  readonly format: UploadedFormat | undefined;
  /** Allowed formats; any format when absent. */
  readonly formats?: readonly UploadedFormat[];
}

/** An image that is open while it is worked with. */
export interface OpenImage {
  readonly path: string;
  readonly content: FileHandle;
  readonly format: UploadedFormat;
  /** Size of the file. Unit: bytes. */
  readonly bytes: number;
  /** Size of the disk in it. Unit: bytes. */
  readonly virtualBytes: number;
}

/** Works with an open image. Failures: wrong usage, with flag and file; those of the work. */
export async function withImage<T>(
  image: ImageFile,
  work: (opened: OpenImage) => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const { file, flag } = image;
  const refuse = (why: string) => err(usageFailure(`${flag}: ${why}`));
  const format = image.format ?? formatOf(file);
  const why = format === undefined ? explainName(file) : undefined;
  if (why !== undefined) return refuse(why);
  const { formats = UPLOADED_FORMATS } = image;
  if (format === undefined || !formats.includes(format)) return refuse(wrongFormat(image, format));
  const content = await open(file, 'r').catch(explainFileTrouble);
  if (typeof content === 'string') return refuse(`cannot read ${file}: ${content}`);
  try {
    const begun = await readBeginning(content).catch(explainFileTrouble);
    if (typeof begun === 'string') return refuse(`cannot read ${file}: ${begun}`);
    if (begun.bytes === 0) return refuse(`${file} is empty: it is not an image`);
    const examined = examineBeginning({ file, format, ...begun });
    if (typeof examined === 'string') return refuse(examined);
    return await work({
      path: file,
      content,
      format,
      bytes: begun.bytes,
      virtualBytes: examined,
    });
  } finally {
    await content.close();
  }
}

function formatOf(file: string): UploadedFormat | undefined {
  const ending = extname(file).slice(1).toLowerCase();
  return UPLOADED_FORMATS.find((format) => format === (ending === 'img' ? 'raw' : ending));
}

function wrongFormat(
  { file, formats = UPLOADED_FORMATS }: ImageFile,
  format: UploadedFormat | undefined,
): string {
  if (format === 'iso') {
    return `${file} is a CD-ROM, not a disk: make a template of it (novacron template upload)`;
  }
  return `the name of ${file} does not end in its format: add --format (${formats.join(', ')})`;
}

async function readBeginning(content: FileHandle) {
  const { size: bytes } = await content.stat();
  const head = Buffer.alloc(HEADER_BYTES);
  const { bytesRead } = await content.read(head, 0, HEADER_BYTES, 0);
  return { bytes, head: head.subarray(0, bytesRead) };
}
