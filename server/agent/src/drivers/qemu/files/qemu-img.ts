/**
 * Disk files, by the program `qemu-img`. Formats are always said and never probed; what a file
 * says of other files (backing files, external data) is refused.
 */
import { execFile } from 'node:child_process';
import { renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { isFile, remove } from './directories.ts';
import { makeDirectory } from './stored-json.ts';
import { finalTrouble, passingTrouble, reasonOf } from './trouble.ts';

/** The longest conversion: a large disk on slow storage. The order's signal ends it before. */
const CONVERT_MS_MAX = 3_600_000;
const QUICK_MS_MAX = 60_000;
const OUTPUT_BYTES_MAX = 1_048_576;

/** Unit of `disk_gb` and `size_gb`. */
export const BYTES_PER_GB = 1_073_741_824;

const ImageInfo = z.looseObject({
  'virtual-size': z.number(),
  'backing-filename': z.string().optional(),
  'format-specific': z
    .looseObject({ data: z.looseObject({ 'data-file': z.string().optional() }).optional() })
    .optional(),
});

/** What can be done with disk files. Everything rejects with a `QemuTrouble`. */
export interface DiskImages {
  /** Makes an empty disk; one that is there is kept. */
  readonly create: (file: string, bytes: number) => Promise<void>;
  /** Copies a disk, whole or not at all; a file that is there is replaced. */
  readonly copy: (from: string, to: string) => Promise<void>;
  /** Size that the guest sees; a file in use by another process is refused. Unit: bytes. */
  readonly sizeOf: (file: string) => Promise<number>;
  /** Refuses a file that another process uses, whatever is in it. */
  readonly requireUnused: (file: string) => Promise<void>;
  /** Makes a disk that no machine uses larger; a larger one stays. */
  readonly grow: (file: string, bytes: number) => Promise<void>;
}

/** Disk files by a program, until a signal. */
export function openDiskImages(program: string, signal: AbortSignal): DiskImages {
  const run = (args: readonly string[], timeoutMs = QUICK_MS_MAX): Promise<string> =>
    runImageProgram(program, args, { signal, timeoutMs });

  async function sizeOf(file: string): Promise<number> {
    const text = await run(['info', '--output=json', '-f', 'qcow2', file]);
    const found = ImageInfo.parse(JSON.parse(text));
    if (found['backing-filename'] !== undefined || hasDataFile(found)) {
      throw finalTrouble(`The disk ${file} refers to other files, which is not allowed.`);
    }
    return found['virtual-size'];
  }

  async function make(file: string, args: (part: string) => readonly string[]): Promise<void> {
    makeDirectory(dirname(file));
    const part = `${file}.part`;
    remove(part);
    try {
      await run(args(part), CONVERT_MS_MAX);
      renameSync(part, file);
    } catch (cause) {
      remove(part);
      throw cause;
    }
  }

  return {
    sizeOf,
    create: async (file, bytes) => {
      if (isFile(file)) return;
      await make(file, (part) => ['create', '-q', '-f', 'qcow2', part, String(bytes)]);
    },
    copy: async (from, to) => {
      await sizeOf(from);
      await make(to, (part) => ['convert', '-q', '-f', 'qcow2', '-O', 'qcow2', from, part]);
    },
    requireUnused: async (file) => {
      await sizeOf(file).catch((cause: unknown) => {
        if (!IS_CONTENT.test(reasonOf(cause))) throw cause;
      });
    },
    grow: async (file, bytes) => {
      if ((await sizeOf(file)) >= bytes) return;
      await run(['resize', '-q', '-f', 'qcow2', file, String(bytes)]);
    },
  };
}

/** What is said of a file that nothing has locked and that is no sound disk. */
const IS_CONTENT = /failed \(info\): Could not open|refers to other files/;

function hasDataFile(found: z.infer<typeof ImageInfo>): boolean {
  return found['format-specific']?.data?.['data-file'] !== undefined;
}

function runImageProgram(
  program: string,
  args: readonly string[],
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { signal, timeout: timeoutMs, maxBuffer: OUTPUT_BYTES_MAX };
    execFile(program, [...args], options, (cause, stdout, stderr) => {
      if (cause === null) resolve(stdout);
      else reject(explain(args, cause, stderr));
    });
  });
}

/** Locks and full disks pass; an image that is not one does not. */
function explain(args: readonly string[], cause: Error & { code?: unknown }, stderr: string) {
  const said = reasonOf(stderr.trim() === '' ? cause : stderr.trim()).replace(/^qemu-img: /, '');
  if (/Failed to get .*lock/.test(said)) {
    return passingTrouble(`A disk is in use by a machine here or on another node: ${said}.`, cause);
  }
  const message = `The program qemu-img failed (${args[0]}): ${said}.`;
  if (cause.code === 'ENOENT') {
    return finalTrouble('The program qemu-img is not on this node: install qemu-utils.', cause);
  }
  const isWrongFormat = /not in qcow2 format|invalid|unsupported/i.test(said);
  return isWrongFormat ? finalTrouble(message, cause) : passingTrouble(message, cause);
}
