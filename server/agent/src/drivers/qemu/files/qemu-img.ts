/**
 * Disk files, by the program `qemu-img`. Formats are always said and never probed; what a file
 * says of other files (backing files, external data) is refused.
 */
import { renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { makePrivateDir } from '../../../secrets/private-files.ts';
import { type ContentKey, keyObject } from './content-keys.ts';
import { isFile, remove } from './directories.ts';
import { type FailedRun, type RunFile, type RunKey, runImageProgram } from './run-image-program.ts';
import { finalTrouble, passingTrouble, reasonOf } from './trouble.ts';
import type { VmUser } from './vm-user.ts';

/** The longest conversion: a large disk on slow storage. The order's signal ends it before. */
const CONVERT_MS_MAX = 3_600_000;
const QUICK_MS_MAX = 60_000;

/** Unit of `disk_gb` and `size_gb`. */
export const BYTES_PER_GB = 1_073_741_824;

const ImageInfo = z.looseObject({
  'virtual-size': z.number(),
  'backing-filename': z.string().optional(),
  'format-specific': z
    .looseObject({ data: z.looseObject({ 'data-file': z.string().optional() }).optional() })
    .optional(),
});

/** Operations on disk files. Everything rejects with a `QemuTrouble`. */
export interface DiskImages {
  /** Makes an empty disk, encrypted where it has a key; one that is there is kept. */
  readonly create: (file: string, bytes: number, key?: ContentKey) => Promise<void>;
  /** Copies a disk, whole or not at all; a file that is there is replaced. */
  readonly copy: (from: KeyedFile, to: KeyedFile) => Promise<void>;
  /** The same, compressed. */
  readonly compress: (from: string, to: string) => Promise<void>;
  /** Size that the guest sees; a file in use by another process is refused. Unit: bytes. */
  readonly sizeOf: (file: string) => Promise<number>;
  /** Refuses a file that another process uses, whatever is in it. */
  readonly requireUnused: (file: string) => Promise<void>;
  /** Whether another process, on this host or elsewhere, has locked a file. */
  readonly isLocked: (file: string) => Promise<boolean>;
  /**
   * Makes a disk that no machine uses larger; a larger one stays.
   * @param admit - called before with what it grows by; where it throws, nothing is changed
   */
  readonly grow: (
    file: string,
    bytes: number,
    admit?: (moreBytes: number) => Promise<void>,
    key?: ContentKey,
  ) => Promise<void>;
}

/** A disk file, with the key of one that is encrypted. */
export interface KeyedFile {
  readonly file: string;
  readonly key?: ContentKey | undefined;
}

/** Settings for running the program. */
interface DiskImagesParts {
  /** Path or name of `qemu-img`. */
  readonly program: string;
  readonly signal: AbortSignal;
  /** User that opens disks with content; the agent's user when undefined. */
  readonly user: VmUser | undefined;
}

type Args = readonly (string | RunFile | RunKey)[];

/** Disk files by a program, until a signal. */
export function openDiskImages(parts: DiskImagesParts): DiskImages {
  const run = (args: Args, timeoutMs = QUICK_MS_MAX): Promise<string> =>
    runImageProgram({ ...parts, args, timeoutMs }, (failed) => explain(String(args[0]), failed));

  async function sizeOf(file: string): Promise<number> {
    const text = await run(['info', '--output=json', '-f', 'qcow2', reading(file)]);
    const found = ImageInfo.parse(JSON.parse(text));
    if (found['backing-filename'] !== undefined || hasDataFile(found)) {
      throw finalTrouble(`The disk ${file} refers to other files, which is not allowed.`);
    }
    return found['virtual-size'];
  }

  async function make(file: string, args: (part: RunFile) => Args): Promise<void> {
    makePrivateDir(dirname(file));
    const part = `${file}.part`;
    for (let attempt = 1; ; attempt += 1) {
      remove(part);
      try {
        await run(args({ file: part, access: 'make' }), CONVERT_MS_MAX);
        renameSync(part, file);
        return;
      } catch (cause) {
        remove(part);
        if (attempt === MEASURES_MAX || !IS_UNMEASURED.test(reasonOf(cause))) throw cause;
      }
    }
  }

  async function convert(
    from: KeyedFile,
    to: KeyedFile,
    options: readonly string[],
  ): Promise<void> {
    await sizeOf(from.file);
    const keys = [from, to].flatMap(({ key }) => keyArgs(key));
    const made = [...encryptionArgs(to.key), '-O', 'qcow2'];
    const source = [opened({ ...reading(from.file), key: from.key })];
    await make(to.file, (part) => {
      return ['convert', '-q', ...options, ...keys, ...made, '--image-opts', ...source, part];
    });
  }

  return {
    sizeOf,
    create: async (file, bytes, key) => {
      if (isFile(file)) return;
      const made = [...keyArgs(key), ...encryptionArgs(key)];
      await make(file, (part) => ['create', '-q', '-f', 'qcow2', ...made, part, String(bytes)]);
    },
    copy: (from, to) => convert(from, to, []),
    compress: (from, to) => convert({ file: from }, { file: to }, ['-c']),
    requireUnused: async (file) => {
      await sizeOf(file).catch((cause: unknown) => {
        if (!IS_CONTENT.test(reasonOf(cause))) throw cause;
      });
    },
    isLocked: async (file) => {
      try {
        await sizeOf(file);
        return false;
      } catch (cause) {
        if (IS_CONTENT.test(reasonOf(cause))) return false;
        if (IS_LOCKED.test(reasonOf(cause))) return true;
        throw cause;
      }
    },
    grow: async (file, bytes, admit, key) => {
      const moreBytes = bytes - (await sizeOf(file));
      if (moreBytes <= 0) return;
      await admit?.(moreBytes);
      const changed = opened({ file, access: 'change', key });
      await run(['resize', '-q', ...keyArgs(key), '--image-opts', changed, String(bytes)]);
    },
  };
}

function keyArgs(key: ContentKey | undefined): Args {
  return key === undefined ? [] : ['--object', { key }];
}

/**
 * The key is random and as long as that of the cipher, so deriving it need not be slow. Unit: ms.
 */
const DERIVE_MS = 10;

function encryptionArgs(key: ContentKey | undefined): Args {
  if (key === undefined) return [];
  const secret = `encrypt.key-secret=${keyObject(key.id)}`;
  return ['-o', `encrypt.format=luks,${secret},encrypt.iter-time=${DERIVE_MS}`];
}

/** A disk with the key that opens it. */
function opened({ key, ...file }: RunFile & { readonly key: ContentKey | undefined }): RunFile {
  const secret = key === undefined ? '' : `,encrypt.key-secret=${keyObject(key.id)}`;
  return {
    ...file,
    argument: (name) => `driver=qcow2${secret},file.filename=${name.replaceAll(',', ',,')}`,
  };
}

/** Error messages for a file that is not locked and is not a sound disk. */
const IS_CONTENT = /failed \(info\): Could not open|refers to other files/;

const IS_LOCKED = /Failed to get .*lock/;

/**
 * Before a LUKS header is made, QEMU measures how fast its thread is, by a time of the kernel that
 * may be the same before and after on a busy host. Then nothing has been made yet.
 */
const IS_UNMEASURED = /Unable to get accurate CPU usage/;

/** Attempts to measure it, each a tenth of a second. */
const MEASURES_MAX = 100;

function hasDataFile(found: z.infer<typeof ImageInfo>): boolean {
  return found['format-specific']?.data?.['data-file'] !== undefined;
}

function reading(file: string): RunFile {
  return { file, access: 'read' };
}

/** Locks and full disks pass; an image that is not one does not. */
function explain(what: string, { cause, said: words }: FailedRun) {
  const said = reasonOf(words === '' ? cause : words).replace(/^qemu-img: /, '');
  if (IS_LOCKED.test(said)) {
    return passingTrouble(`A disk is in use by a machine here or on another node: ${said}.`, cause);
  }
  const message = `The program qemu-img failed (${what}): ${said}.`;
  if (cause.code === 'ENOENT' || /^setpriv: failed to execute/.test(said)) {
    return finalTrouble('The program qemu-img is not on this node: install qemu-utils.', cause);
  }
  const isWrongFormat = /not in qcow2 format|invalid|unsupported/i.test(said);
  return isWrongFormat ? finalTrouble(message, cause) : passingTrouble(message, cause);
}
