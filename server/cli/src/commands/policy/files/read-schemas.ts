/** JSON Schemas that annotations of policies name: `schemas: [{input: schema.request}]`. */
import { basename, relative } from 'node:path/posix';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, usageFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { messageOf } from '../../../io/message-of.ts';
import { readTextFile } from '../../../io/read-text-file.ts';
import { listPlace } from './list-place.ts';

/**
 * Schemas by name: `vm/request.json` below the directory is `vm.request`, a single file has its own
 * name.
 */
type Schemas = Readonly<Record<string, unknown>>;

const SUFFIX = '.json';

/** Reads them; undefined where no place is named. Failures: wrong usage. */
export async function readSchemas(
  io: Pick<CliIo, 'listFiles' | 'readText'>,
  place: string | undefined,
): Promise<Result<Schemas | undefined, Failure>> {
  if (place === undefined) return ok(undefined);
  const listed = await listPlace(io, place, 'schemas');
  if (!listed.ok) return listed;
  const files = listed.value.filter((path) => path.endsWith(SUFFIX));
  if (files.length === 0) return err(usageFailure(`no ${SUFFIX} files found in ${place}`));
  const schemas = new Map<string, unknown>();
  for (const file of files) {
    const text = await readTextFile(io, file, 'a schema');
    if (!text.ok) return text;
    const schema = parseSchema(text.value);
    if (typeof schema === 'string') {
      return err(usageFailure(`the schema in ${file} is ${schema}`));
    }
    schemas.set(nameOf(file, place), schema);
  }
  return ok(Object.fromEntries(schemas));
}

/** Parses a schema; returns the error as a string. */
function parseSchema(text: string): object | boolean | string {
  try {
    const schema: unknown = JSON.parse(text);
    const isSchema = typeof schema === 'object' && schema !== null && !Array.isArray(schema);
    return isSchema || typeof schema === 'boolean' ? schema : 'neither an object nor a boolean';
  } catch (cause) {
    return `not valid JSON: ${messageOf(cause)}`;
  }
}

function nameOf(file: string, place: string): string {
  const path = file === place ? basename(file) : relative(place, file);
  return path.slice(0, -SUFFIX.length).replaceAll('/', '.');
}
