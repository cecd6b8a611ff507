/**
 * References to images that were uploaded to the server: named by their content, so that the same
 * image is stored once, and a node that downloads it knows what it has to be.
 */

/** Formats of an uploaded image; never guessed from the content. */
export const UPLOADED_FORMATS = ['qcow2', 'raw', 'vmdk', 'iso'] as const;
export type UploadedFormat = (typeof UPLOADED_FORMATS)[number];

/** The path below which servers take images and give them to nodes. */
export const IMAGES_PATH = '/images';

/** The header of uploads that says which part of the file a request carries, as in RFC 9110. */
export const RANGE_HEADER = 'content-range';

const FILE = `[0-9a-f]{64}\\.(?:${UPLOADED_FORMATS.join('|')})`;

/** Name of an uploaded file: its SHA-256 in hexadecimal digits, and its format. */
export const UPLOADED_FILE = new RegExp(`^${FILE}$`);

/** The whole reference, as templates have it. */
export const UPLOADED_IMAGE = new RegExp(`^uploaded:${FILE}$`);

/** An uploaded image. */
export interface UploadedImage {
  /** Its name on the server. */
  readonly file: string;
  /** Checksum in the form of templates: `sha256:` and its digits. */
  readonly checksum: string;
  readonly format: UploadedFormat;
}

/** Reads the reference of a template; undefined for an image from elsewhere. */
export function parseUploadedImage(reference: string): UploadedImage | undefined {
  if (!UPLOADED_IMAGE.test(reference)) return undefined;
  const file = reference.slice('uploaded:'.length);
  const [digits, ending] = file.split('.');
  const format = UPLOADED_FORMATS.find((each) => each === ending);
  return format && { file, checksum: `sha256:${digits}`, format };
}
