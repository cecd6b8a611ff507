/** All migrations, oldest first. README.md says what one may do. */
import type { Migration } from './migration.ts';
import { first } from './migrations/0001-first.ts';

/** Every migration of this release, in the order in which they run. */
export const MIGRATIONS: readonly Migration[] = [first];
