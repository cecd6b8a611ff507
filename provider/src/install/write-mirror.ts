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
import { join } from 'node:path';
import { MODULE_SCOPE } from './module-scope.ts';

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

interface PackageFile {
  readonly name: string;
  readonly content: Buffer;
  readonly mode: number;
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
    const name = fileNameOf(source, version);
    // The executable comes last: Terraform starts what it finds.
    const files = [MODULE_SCOPE, { name, content: executable, mode: EXECUTABLE_MODE }];
    const kinds = platforms.flatMap((platform) => {
      const folder = join(directory, DEFAULT_HOST, source, version, platform);
      return files.map((file) => placeFile({ folder, scratch }, file));
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
  { folder, scratch }: { readonly folder: string; readonly scratch: string },
  { name, content, mode }: PackageFile,
): MirrorChange['kind'] {
  const file = join(folder, name);
  const kind = compareFile(file, content);
  if (kind === 'unchanged') {
    chmodSync(file, mode);
    return kind;
  }
  const fresh = join(scratch, 'fresh');
  writeFileSync(fresh, content);
  // The mode of a new file is restricted by the user's umask.
  chmodSync(fresh, mode);
  mkdirSync(folder, { recursive: true });
  renameSync(fresh, file);
  return kind;
}

function compareFile(file: string, content: Buffer): MirrorChange['kind'] {
  if (!existsSync(file)) return 'added';
  return readFileSync(file).equals(content) ? 'unchanged' : 'replaced';
}
