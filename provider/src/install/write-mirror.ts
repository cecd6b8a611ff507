/** A filesystem mirror in the layout that Terraform reads, with unpacked packages. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The default host of source addresses: a constant of Terraform's protocol and the first folder of
 * a mirror. Nothing is ever fetched from it.
 */
export const DEFAULT_HOST = 'registry.terraform.io';

const EXECUTABLE_MODE = 0o755;

/** Contents of a mirror. */
export interface MirrorContent {
  /** Source address without its host: `novacron/novacron`. */
  readonly source: string;
  readonly version: string;
  readonly platforms: readonly string[];
  readonly executable: Buffer;
}

/** Effect of a write on the mirror. */
export interface MirrorChange {
  readonly kind: 'added' | 'unchanged' | 'replaced';
}

/**
 * Puts a provider into a mirror. Each file appears complete or not at all, so that a Terraform that
 * looks meanwhile never starts half of it; running providers keep the file that they have.
 * @throws what the file system throws
 */
export function writeMirror(directory: string, content: MirrorContent): MirrorChange {
  const { source, version, platforms, executable } = content;
  mkdirSync(directory, { recursive: true });
  // Not in the package's own folder: whatever lies there counts into its checksum.
  const scratch = mkdtempSync(join(directory, '.novacron-'));
  try {
    const kinds = platforms.map((platform) => {
      const folder = join(directory, DEFAULT_HOST, source, version, platform);
      return placeFile(join(folder, fileNameOf(source, version)), { scratch, executable });
    });
    if (kinds.includes('replaced')) return { kind: 'replaced' };
    return { kind: kinds.includes('added') ? 'added' : 'unchanged' };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function fileNameOf(source: string, version: string): string {
  return `terraform-provider-${source.split('/')[1]}_v${version}`;
}

function placeFile(
  file: string,
  from: { readonly scratch: string; readonly executable: Buffer },
): MirrorChange['kind'] {
  const kind = compareFile(file, from.executable);
  if (kind === 'unchanged') {
    chmodSync(file, EXECUTABLE_MODE);
    return kind;
  }
  const fresh = join(from.scratch, 'provider');
  writeFileSync(fresh, from.executable);
  // The mode of a new file is restricted by the user's umask.
  chmodSync(fresh, EXECUTABLE_MODE);
  mkdirSync(dirname(file), { recursive: true });
  renameSync(fresh, file);
  return kind;
}

function compareFile(file: string, executable: Buffer): MirrorChange['kind'] {
  if (!existsSync(file)) return 'added';
  return readFileSync(file).equals(executable) ? 'unchanged' : 'replaced';
}
