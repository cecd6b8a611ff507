/** The texts inside of a zip archive. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from './find-program.ts';

/** Reads all files of a zip archive, one after the other. */
export async function readZip(file: string): Promise<string> {
  const unzip = findUnzip();
  return (await promisify(execFile)(unzip, ['-p', file])).stdout;
}

/** Unpacks a zip archive into a directory, which is made. */
export async function unpackZip(file: string, directory: string): Promise<void> {
  const unzip = findUnzip();
  await promisify(execFile)(unzip, ['-q', file, '-d', directory]);
}

function findUnzip(): string {
  return findProgram({ name: 'unzip', install: 'Info-ZIP (Debian: unzip)' });
}
