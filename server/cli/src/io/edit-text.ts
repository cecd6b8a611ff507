/** Lets a person change a text in their editor. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Environment } from './cli-io.ts';

const EDITOR_DEFAULT = 'vi';

/**
 * Writes a text to a file that only its user may read, runs the editor on it, and returns what the
 * file contains afterwards. The command is read by the shell, as Git and kubectl do it, so that it
 * may have flags (`code --wait`).
 * @param name - of the file, by whose ending the editor knows the language
 * @returns what went wrong, in words, where the editor fails
 */
export async function editText(
  env: Environment,
  name: string,
  text: string,
): Promise<Result<string, string>> {
  const editor = env.VISUAL || env.EDITOR || EDITOR_DEFAULT;
  const directory = await mkdtemp(join(tmpdir(), 'novacron-edit-'));
  const path = join(directory, name);
  try {
    await writeFile(path, text, { mode: 0o600 });
    const trouble = await runEditor(editor, path);
    return trouble === undefined ? ok(await readFile(path, 'utf8')) : err(trouble);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Stores a text that a person has edited and that was not sent, so that it is not lost.
 * @param name - of the file
 * @returns where it is; only its user may read it
 */
export async function keepText(name: string, text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'novacron-kept-')), name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

function runEditor(editor: string, path: string): Promise<string | undefined> {
  const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, editor, path], { stdio: 'inherit' });
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(`the editor ${editor} failed: ${message}`));
    child.once('exit', (code, signal) => {
      resolve(code === 0 ? undefined : `the editor ${editor} ended with ${signal ?? code}`);
    });
  });
}
