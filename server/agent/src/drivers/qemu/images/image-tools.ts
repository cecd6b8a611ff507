/**
 * `qemu-img` on images that come from elsewhere: under limits of memory, time and output, so that
 * an image can cost no more than its machine may use; under an agent that is root, as a user
 * without privileges.
 */

import type { ImageFormat } from '@novacron/contract/formats/read-image-header';
import { z } from 'zod';
import { type FailedRun, type RunFile, runImageProgram } from '../files/run-image-program.ts';
import { finalTrouble, passingTrouble, reasonOf } from '../files/trouble.ts';
import type { VmUser } from '../files/vm-user.ts';

/** Memory limit of qemu-img: twice that of OpenStack Nova. Unit: bytes. */
const MEMORY_BYTES_MAX = 2_147_483_648;
/** Unit: seconds of processor time. */
const INFO_CPU_S_MAX = 30;
const INFO_MS_MAX = 60_000;
const CONVERT_MS_MAX = 3_600_000;
/** Tables of a qcow2 file, besides its data: at most this part of it. */
const TABLES_RATIO = 1.02;
const TABLES_BYTES = 67_108_864;

const ImageInfo = z.looseObject({
  format: z.string(),
  filename: z.string(),
  'virtual-size': z.number(),
  'backing-filename': z.string().optional(),
  'format-specific': z
    .looseObject({
      data: z
        .looseObject({
          'data-file': z.string().optional(),
          extents: z.array(z.looseObject({ filename: z.string() })).optional(),
        })
        .optional(),
    })
    .optional(),
});

const Estimate = z.looseObject({ required: z.number() });

/** File of an image, and the format to open it with. */
export interface ImageSource {
  readonly file: string;
  readonly format: ImageFormat;
}

/** The tools, until a signal. Everything rejects with a `QemuTrouble`. */
export interface ImageTools {
  /**
   * Size that a guest would see. Refuses an image that opens other files, and a qcow2 image parts
   * of which are missing, as after half a download, or damaged. Unit: bytes.
   */
  readonly measure: (source: ImageSource) => Promise<number>;
  /** Maximum size of a qcow2 file with the same content. Unit: bytes. */
  readonly estimate: (source: ImageSource) => Promise<number>;
  /** Writes a qcow2 file. @param virtualBytes - what the source has been measured at */
  readonly convert: (source: ImageSource, to: string, virtualBytes: number) => Promise<void>;
}

/** Settings for running the tools. */
interface ImageToolsParts {
  /** Path or name of `qemu-img`. */
  readonly program: string;
  readonly signal: AbortSignal;
  /** User that opens the images; the agent's user when undefined. */
  readonly user: VmUser | undefined;
}

/** Opens the tools. */
export function openImageTools(parts: ImageToolsParts): ImageTools {
  function run(
    limits: readonly string[],
    args: readonly (string | RunFile)[],
    timeoutMs: number,
  ): Promise<string> {
    const explained = (failed: FailedRun) => explain(String(args[0]), failed);
    return runImageProgram({ ...parts, limits, args, timeoutMs }, explained);
  }

  /** Raw images have nothing to check, and `convert` refuses others that are damaged. */
  async function check({ file, format }: ImageSource): Promise<void> {
    if (format !== 'qcow2') return;
    const limits = [`--as=${MEMORY_BYTES_MAX}`, '--fsize=0'];
    const args = ['check', '-q', '-f', format, { file, access: 'read' } as const];
    const timeoutMs = CONVERT_MS_MAX;
    try {
      await runImageProgram({ ...parts, limits, args, timeoutMs }, (failed) => {
        const code = CHECKED.exec(failed.cause.message)?.[1];
        if (code === LEAKS) return new LeakedClusters();
        return code === CORRUPT ? corrupt(file) : explain('check', failed);
      });
    } catch (cause) {
      if (!(cause instanceof LeakedClusters)) throw cause;
    }
  }

  return {
    measure: async (source) => {
      const { file, format } = source;
      const limits = [`--as=${MEMORY_BYTES_MAX}`, `--cpu=${INFO_CPU_S_MAX}`, '--fsize=0'];
      const read: RunFile = { file, access: 'read' };
      const text = await run(limits, ['info', '--output=json', '-f', format, read], INFO_MS_MAX);
      const info = ImageInfo.parse(JSON.parse(text));
      const { 'data-file': dataFile, extents = [] } = info['format-specific']?.data ?? {};
      const hasOthers = extents.some(({ filename }) => filename !== info.filename);
      if (info['backing-filename'] !== undefined || dataFile !== undefined || hasOthers) {
        throw finalTrouble(`The image ${file} refers to other files, which is not allowed.`);
      }
      await check(source);
      return info['virtual-size'];
    },
    estimate: async ({ file, format }) => {
      const limits = [`--as=${MEMORY_BYTES_MAX}`, '--fsize=0'];
      const read: RunFile = { file, access: 'read' };
      const args = ['measure', '--output=json', '-f', format, '-O', 'qcow2', read];
      return Estimate.parse(JSON.parse(await run(limits, args, CONVERT_MS_MAX))).required;
    },
    convert: async ({ file, format }, to, virtualBytes) => {
      const outputBytes = Math.ceil(virtualBytes * TABLES_RATIO) + TABLES_BYTES;
      const limits = [`--as=${MEMORY_BYTES_MAX}`, `--fsize=${outputBytes}`];
      const from: RunFile = { file, access: 'read' };
      const made: RunFile = { file: to, access: 'make' };
      const formats = ['-f', format, '-O', 'qcow2'];
      await run(limits, ['convert', '-q', ...formats, from, made], CONVERT_MS_MAX);
    },
  };
}

/** Exit codes of `qemu-img check`, see qemu-img(1). Leaked clusters only waste space. */
const CHECKED = /ended with (\d+)$/;
const CORRUPT = '2';
const LEAKS = '3';

class LeakedClusters extends Error {}

function corrupt(file: string) {
  return finalTrouble(
    `The image ${file} is corrupt: parts of it are missing or damaged, as after half a download ` +
      '(qemu-img check says which).',
  );
}

function explain(what: string, { cause, said: words }: FailedRun) {
  const said = reasonOf(words === '' ? cause : words);
  if (cause.code === 'ENOENT') {
    return finalTrouble('The program prlimit is not on this node: install util-linux.', cause);
  }
  if (/^(prlimit|setpriv): failed to execute/.test(said)) {
    return finalTrouble('The program qemu-img is not on this node: install qemu-utils.', cause);
  }
  const message = `The program qemu-img failed (${what}): ${said.replace(/^qemu-img: /, '')}.`;
  const isForGood = /not in \S+ format|invalid|unsupported|corrupt|could not open/i.test(said);
  return isForGood ? finalTrouble(message, cause) : passingTrouble(message, cause);
}
