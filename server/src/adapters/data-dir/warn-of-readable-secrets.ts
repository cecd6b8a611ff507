/** Says which files with secrets more people can read than the server needs. */
import { statSync } from 'node:fs';
import type { LinkTls } from '@novacron/contract/link-tls';
import type { Logger } from '@novacron/runtime/logger';
import type { SealingKeySource } from '../sealing/read-sealing-keys.ts';
import { adminKeyFileIn } from './data-dir-files.ts';

/** Forbidden permissions of files that the server creates: they are for its user alone. */
const OTHERS_AND_GROUP = 0o077;

/**
 * Forbidden permissions of files provided to the server: its group may have access, as with secrets
 * that Kubernetes mounts.
 */
const OTHERS = 0o007;

interface SecretFile {
  readonly path: string;
  /** The mode bits that must not be set. */
  readonly refused: number;
}

/**
 * Warns of each such file, once, at the start. A file that is not there yet is made private later,
 * and one that cannot be inspected is reported by its reader.
 */
export function warnOfReadableSecrets(
  config: {
    readonly dataDir: string;
    readonly sealingKey: SealingKeySource;
    readonly busTls: LinkTls;
    readonly bootstrapKey?: { readonly file: string } | undefined;
  },
  logger: Pick<Logger, 'warn'>,
): void {
  for (const { path, refused } of secretFilesOf(config)) {
    const mode = modeOf(path);
    if ((mode & refused) === 0) continue;
    const shown = (mode & 0o777).toString(8);
    const remedy = `chmod ${refused === OTHERS ? 'o-rwx' : '600'} ${path}`;
    logger.warn({ path, mode: shown, remedy }, 'a file with a secret is open to other users');
  }
}

function secretFilesOf({
  dataDir,
  sealingKey,
  busTls: { keyFile },
  bootstrapKey,
}: Parameters<typeof warnOfReadableSecrets>[0]): readonly SecretFile[] {
  const files: SecretFile[] = [{ path: adminKeyFileIn(dataDir), refused: OTHERS_AND_GROUP }];
  if (sealingKey.kind === 'file') {
    const refused = sealingKey.origin === 'own' ? OTHERS_AND_GROUP : OTHERS;
    files.push({ path: sealingKey.path, refused });
  }
  if (keyFile !== undefined) files.push({ path: keyFile, refused: OTHERS });
  if (bootstrapKey !== undefined) files.push({ path: bootstrapKey.file, refused: OTHERS });
  return files;
}

function modeOf(path: string): number {
  try {
    return statSync(path).mode;
  } catch {
    return 0;
  }
}
