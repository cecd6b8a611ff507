/** Programs of the system that suites start, found on the PATH, and files that a verb makes. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** A program and how to get it. */
export interface ProgramNeed {
  /** Name of a program; with a slash, path of a file, from the root of the checkout. */
  readonly name: string;
  /** Package to install, for the error message if the program is missing. */
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
    const file = resolve(ROOT, name);
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

/** Bit of CAP_NET_ADMIN in a set of capabilities: linux/capability.h. */
const NET_ADMIN_BIT = 12n;

/**
 * Throws where this process may not make links and rules, as root may. `suite-needs.cjs` reads its
 * calls too, and leaves the suites out.
 */
export function needNetAdmin({ name, install }: ProgramNeed): void {
  const status = readFileSync('/proc/self/status', 'utf8');
  const set = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  if (((BigInt(`0x${set}`) >> NET_ADMIN_BIT) & 1n) === 1n) return;
  throw new Error(`These tests need ${name}: ${install}.`);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
