/** Explains why a part of an image is rejected. */
import { type Problem, problem } from '@novacron/contract/problem/problem';

const BYTES_PER_MIB = 1_048_576;

/** The part begins elsewhere than the last one ended. */
export function otherOffset(file: string, received: number): Problem {
  return problem('conflict', {
    detail: `${received} bytes of ${file} are here: the next part begins there.`,
    remedy: 'Send the part that begins at data.received.',
    data: { received },
  });
}

/** Two requests send parts of one upload. */
export function busy(file: string, received: number): Problem {
  return problem('conflict', {
    detail: `Another request sends ${file} at this moment.`,
    remedy: 'Wait for its end, and send the part that begins at data.received.',
    data: { received },
  });
}

/** The image is larger than the limit. Unit: bytes. */
export function tooLarge(total: number, bytesMax: number): Problem {
  return problem('payload-too-large', {
    detail: `The image has ${total} bytes, and this server takes ${bytesMax} at most.`,
    remedy: 'Make the image smaller (qemu-img convert -c), or raise image-upload-max-gb.',
  });
}

/** A part says another size of the file than the first one. Unit: bytes. */
export function anotherTotal(
  file: string,
  { known, total }: { readonly known: number; readonly total: number },
): Problem {
  return problem('validation-failed', {
    detail:
      `The first part of ${file} said that the file has ${known} bytes, and this one says ` +
      `${total}.`,
    remedy:
      `Send the rest of the file of ${known} bytes; an upload without progress is removed after ` +
      'a day, and then begins again.',
  });
}

/** The content has another checksum, or is longer. */
export function wrongContent(file: string, found: string): Problem {
  return problem('validation-failed', {
    detail: `The content that was sent is not ${file}: its SHA-256 is ${found}.`,
    remedy: 'Send the file again from its beginning: it may have changed meanwhile.',
  });
}

/** Nodes would refuse the image. @param why - a clause that begins with a verb */
export function refusedHeader(file: string, why: string): Problem {
  return problem('validation-failed', {
    detail: `The image ${file} ${why}.`,
    remedy:
      'Upload one file that has all data, in the format that its name says: qemu-img convert -O ' +
      'qcow2 makes one.',
  });
}

/** The disk is nearly full. Unit: bytes. */
export function noRoom({
  needed,
  free,
  reserve,
}: {
  readonly needed: number;
  readonly free: number;
  readonly reserve: number;
}): Problem {
  const [needs, has, keeps] = [needed, free, reserve].map((each) =>
    Math.ceil(each / BYTES_PER_MIB),
  );
  return problem('storage-full', {
    detail:
      `The server has no room for the image: ${needs} MiB are missing of it, and its disk has ` +
      `${has} MiB free, of which uploads leave ${keeps} MiB.`,
    remedy: 'Make room in the directory for images of the server; the upload goes on where it was.',
  });
}

/** The disk is full. */
export function storageFull(): Problem {
  return problem('storage-full', {
    detail: 'The server has no room for the image.',
    remedy: 'Make room in the directory for images of the server; the upload goes on where it was.',
  });
}
