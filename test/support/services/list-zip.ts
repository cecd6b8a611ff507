/** A zip archive as a program that is not ours sees it. */
import { execFileSync } from 'node:child_process';
import { findProgram } from './find-program.ts';

const SCRIPT =
  'import sys,zipfile,json; z=zipfile.ZipFile(sys.argv[1]); print(json.dumps([' +
  '[i.filename, i.external_attr >> 16, i.file_size] for i in z.infolist()])); z.testzip()';

/** Checks a zip archive and lists its files: name, mode and size in bytes of each. */
export function listZip(file: string): unknown {
  const python = findProgram({ name: 'python3', install: 'Python 3 (Debian: python3)' });
  return JSON.parse(execFileSync(python, ['-c', SCRIPT, file]).toString());
}
