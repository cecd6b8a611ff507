/**
 * The built dashboard as it lies in the package of the server. Its files are listed once, when the
 * server starts: a request names one of the list or nothing, so no path of a client reaches the
 * disk.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Encoding } from '../http/choose-encoding.ts';

/** A coding that the build has compressed the files in, the better one first. */
const COMPRESSED = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
] as const;

/** One file of the dashboard. */
export interface DashboardFile {
  readonly mediaType: string;
  /** Changes with the content: what its entity tags are made of. */
  readonly identity: string;
  /** The encodings that there are, in the order of preference. */
  readonly encodings: readonly Encoding[];
  /** Reads the bytes in an encoding; they are cached from then on. */
  readonly read: (encoding: Encoding) => Promise<Buffer>;
}

/** The files of a dashboard. */
export interface DashboardFiles {
  /** The page with `__NONCE__` where its nonce belongs. */
  readonly page: string;
  /** Files by path below the dashboard: `assets/main-4f1c.js`. */
  readonly files: ReadonlyMap<string, DashboardFile>;
}

const PAGE = 'index.html';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * Lists the files of a folder and of its folder `assets`.
 * @returns undefined where the folder has no page, as in a checkout that is not built
 */
export function readDashboardFiles(folder: string): DashboardFiles | undefined {
  const page = join(folder, PAGE);
  if (!existsSync(page)) return undefined;
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const paths = names.map((name) => name.replaceAll('\\', '/'));
  const all = new Set(paths);
  const files = paths.flatMap((path): [string, DashboardFile][] => {
    const mediaType = MEDIA_TYPES[extname(path)];
    return mediaType === undefined ? [] : [[path, fileAt(folder, { path, mediaType, all })]];
  });
  return { page: readFileSync(page, 'utf8'), files: new Map(files) };
}

function fileAt(
  folder: string,
  { path, mediaType, all }: { path: string; mediaType: string; all: ReadonlySet<string> },
): DashboardFile {
  const encodings = COMPRESSED.filter(({ ending }) => all.has(`${path}${ending}`));
  const cached = new Map<Encoding, Promise<Buffer>>();
  return {
    mediaType,
    identity: identityOf(folder, path),
    encodings: [...encodings.map(({ name }) => name), 'identity'],
    read: (encoding) => {
      const ending = encodings.find(({ name }) => name === encoding)?.ending ?? '';
      const reading = cached.get(encoding) ?? readFile(join(folder, `${path}${ending}`));
      cached.set(encoding, reading);
      return reading;
    },
  };
}

/** The name of an asset contains a hash of its content; that of others is made here. */
function identityOf(folder: string, path: string): string {
  if (path.startsWith('assets/')) return basename(path);
  return createHash('sha256')
    .update(readFileSync(join(folder, path)))
    .digest('base64url');
}
