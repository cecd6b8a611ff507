import { z } from 'zod';

/** The shape of the file that is written now; a reader knows all that were before. */
export const BACKUP_FORMAT = 1;

/** Marks a SQLite file as a backup of NovaCron: "ncbk" in ASCII. */
export const BACKUP_APPLICATION_ID = 0x6e63626b;

/** The store's file in a data directory. */
export const STORE_FILE = 'novacron.db';

/** The folder of the agents' files in a data directory. */
export const AGENTS_FOLDER = 'agents';

/** Path in a backup: a restore never writes outside these two places. */
export const BackupPath = z.string().regex(/^(novacron[.]db|agents\/[\w.-]+[.]db)$/);

/** The first thing in a backup: what it holds and where it came from. */
export const Manifest = z.looseObject({
  format: z.int(),
  made_at: z.iso.datetime(),
  server_version: z.string(),
  /** Names of the migrations that the store has had. */
  migrations: z.array(z.string()),
  files: z.array(
    z.looseObject({
      path: BackupPath,
      size_bytes: z.int(),
      /** SHA-256, hexadecimal. */
      sha256: z.string(),
    }),
  ),
});
export type Manifest = z.infer<typeof Manifest>;

/** Describes a moment: `the store and its agents as of 2026-01-01T00:00:00.000Z`. */
export function describeContents(paths: readonly string[], asOfMs: number): string {
  // How many agents there are is not known here: those of a fleet share a file.
  const agents = paths.length > 1 ? 'and its agents' : 'without agents';
  return `the store ${agents} as of ${new Date(asOfMs).toISOString()}`;
}
