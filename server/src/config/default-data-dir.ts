import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './setting.ts';

/** The data directory when nothing is said: XDG Base Directory Specification. */
export function defaultDataDir(env: Environment): string {
  const base = env.XDG_DATA_HOME;
  return join(
    base === undefined || base === '' ? join(homedir(), '.local/share') : base,
    'novacron',
  );
}
