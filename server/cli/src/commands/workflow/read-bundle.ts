/** Reads the bundle of a definition: its playbooks and inventories, with what these may use. */
import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  BUNDLE_BYTES_MAX,
  BUNDLE_FILES_MAX,
  type BundleFile,
  bytesOf,
  isBundlePath,
} from '@novacron/contract/automation/bundle';
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import { err, ok, type Result } from '@novacron/contract/result';
import { listActions } from '@novacron/engine/automation/workflows/checks/list-actions';
import { type Failure, usageFailure } from '../../failures/failure.ts';

/** Names that Ansible looks for next to a playbook, and the host keys. */
const BESIDE: readonly string[] = [
  'roles',
  'group_vars',
  'host_vars',
  'files',
  'templates',
  'tasks',
  'vars',
  'handlers',
  'library',
  'filter_plugins',
  'known_hosts',
];

/**
 * Reads it from beside the file of the definition.
 * @returns no files for a definition without playbooks. Failures: wrong usage, for a file that is
 *   missing, no text, a link, or too much
 */
export async function readBundle(
  file: string,
  definition: AutomationDefinition,
): Promise<Result<readonly BundleFile[], Failure>> {
  const named = listActions(definition).flatMap(({ action }) => [
    action.ansible,
    action.ansible === undefined ? undefined : action.inventory,
  ]);
  const paths = named.filter((path) => path !== undefined);
  if (paths.length === 0) return ok([]);
  const tops = new Set([...paths.map((path) => path.split('/')[0] ?? path), ...BESIDE]);
  const files: BundleFile[] = [];
  try {
    const present = await readdir(dirname(file), { withFileTypes: true });
    for (const entry of present) {
      if (tops.has(entry.name)) await add(files, { directory: dirname(file), entry, path: '' });
    }
  } catch (cause) {
    return err(usageFailure(cause instanceof Error ? cause.message : String(cause)));
  }
  const missing = paths.find(
    (path) => !files.some((each) => each.path === path || each.path.startsWith(`${path}/`)),
  );
  if (missing !== undefined) {
    return err(usageFailure(`${missing} is not there: playbooks stand beside ${file}`));
  }
  return ok(files);
}

async function add(
  files: BundleFile[],
  of: { readonly directory: string; readonly entry: Dirent; readonly path: string },
): Promise<void> {
  const { directory, entry } = of;
  const path = of.path === '' ? entry.name : `${of.path}/${entry.name}`;
  const place = join(directory, entry.name);
  // Repositories and editors leave these, and no playbook uses them.
  if (entry.name.startsWith('.git') || entry.name === '__pycache__') return;
  if (entry.isSymbolicLink()) throw new Error(`${path} is a link: a bundle has files only`);
  if (entry.isDirectory()) {
    for (const inner of await readdir(place, { withFileTypes: true })) {
      await add(files, { directory: place, entry: inner, path });
    }
    return;
  }
  if (!isBundlePath(path)) throw new Error(`${path} has a name that a bundle cannot have`);
  const bytes = await readFile(place);
  const text = bytes.toString('utf8');
  if (text.includes('\0') || !Buffer.from(text, 'utf8').equals(bytes)) {
    throw new Error(`${path} is no text in UTF-8, which files of a bundle are`);
  }
  files.push({ path, text });
  if (files.length > BUNDLE_FILES_MAX) {
    throw new Error(`the playbooks have more than ${BUNDLE_FILES_MAX} files beside them`);
  }
  if (bytesOf(files) > BUNDLE_BYTES_MAX) {
    throw new Error(
      `the playbooks and what they use have more than ${BUNDLE_BYTES_MAX / 1_024} KiB`,
    );
  }
}
