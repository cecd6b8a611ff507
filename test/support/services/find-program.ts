/** Programs of the system that suites start, found on the PATH, and files that a verb makes. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** A program and how to get it. */
export interface ProgramNeed {
  /** Name of a program; with a slash, path of a file from the root of the checkout. */
  readonly name: string;
  /** What to install, for the message of a run without it. */
  readonly install: string;
}

/**
 * Finds a program on the PATH. A suite needs the programs that its modules name here, and is left
 * out where one is missing: `test/support/suite-needs.cjs` reads the calls, so name and hint are
 * written as they are, in one module for each program.
 * @returns the path of the program or file
 */
export function findProgram({ name, install }: ProgramNeed): string {
  if (name.includes('/')) {
    const file = join(ROOT, name);
    if (existsSync(file)) return file;
    throw new Error(`These tests need the file ${name}: install ${install}.`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders.map((folder) => join(folder, name)).find(isProgram);
  if (found === undefined) {
    throw new Error(`These tests need the program ${name} on the PATH: install ${install}.`);
  }
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
