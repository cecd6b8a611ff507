/** Reads documents of resources from files, directories and standard input. */
import { nearName } from '@novacron/contract/problem/find-near-name';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Document, parseAllDocuments } from 'yaml';
import { type FieldSchema, hasType, withoutNull } from '../../arguments/field-schema.ts';
import { parseQuantity, unitOf } from '../../arguments/parse-quantity.ts';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { explainFileTrouble } from '../../io/explain-file-trouble.ts';
import { messageOf } from '../../io/message-of.ts';
import { readTextFile } from '../../io/read-text-file.ts';
import { refuseEndless } from '../../io/refuse-endless.ts';
import { type Fields, isFields } from '../../output/fields.ts';
import {
  computedFields,
  fieldNames,
  kindOfId,
  type Manifest,
  type ManifestKind,
  manifestKinds,
  titleOf,
} from './manifest.ts';

type Io = Pick<CliIo, 'readText' | 'listFiles'>;

const DOCUMENT_FILE = /\.(?:ya?ml|json)$/i;

/**
 * Reads all documents of some places, in their order.
 * Failures: wrong usage, naming every document that is not valid and why.
 * @param places - files, directories, of which the YAML and JSON files are read, or `-`
 */
export async function readManifests(
  io: Io,
  places: readonly string[],
): Promise<Result<readonly Manifest[], Failure>> {
  const manifests: Manifest[] = [];
  const problems: string[] = [];
  for (const place of places) {
    const files = await filesAt(io, place);
    if (!files.ok) return files;
    for (const file of files.value) {
      const text = await readTextFile(io, file, 'resources');
      if (!text.ok) return text;
      for (const read of readText(text.value, file === '-' ? 'standard input' : file)) {
        if (read.ok) manifests.push(read.value);
        else problems.push(read.error);
      }
    }
  }
  const titles = manifests.map(titleOf);
  const twice = titles.find((title, at) => titles.indexOf(title) !== at);
  if (twice !== undefined) problems.push(`${twice} is described twice`);
  if (problems.length > 0) return err(usageFailure(problems.join('\n')));
  if (manifests.length === 0) {
    return err(usageFailure(`no resources found in ${places.join(', ')}`));
  }
  return ok(manifests);
}

async function filesAt(io: Io, place: string): Promise<Result<readonly string[], Failure>> {
  if (place === '-') return ok([place]);
  try {
    const files = await io.listFiles(place);
    const isFile = files.length === 1 && files[0] === place;
    return ok(isFile ? files : files.filter((file) => DOCUMENT_FILE.test(file)));
  } catch (cause) {
    return err(usageFailure(`cannot read ${place}: ${explainFileTrouble(cause)}`));
  }
}

function readText(text: string, file: string): readonly Result<Manifest, string>[] {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document, at): readonly Result<Manifest, string>[] => {
    const place = documents.length === 1 ? file : `${file}, document ${at + 1}`;
    const [trouble] = document.errors;
    if (trouble !== undefined) return [err(`${place}: ${trouble.message.split('\n')[0]}`)];
    const read = contentsOf(document);
    if (!read.ok) return [err(`${place}: ${read.error}`)];
    const { value } = read;
    if (value === null) return [];
    const items = Array.isArray(value) ? value : [value];
    return items.map((item, index) =>
      readManifest(item, items.length === 1 ? place : `${place}, item ${index + 1}`),
    );
  });
}

function contentsOf(document: Pick<Document, 'toJS'>): Result<unknown, string> {
  try {
    return ok(refuseEndless<unknown>(document.toJS()));
  } catch (cause) {
    return err(messageOf(cause));
  }
}

/**
 * One document: `kind`, `name`, `wave`, and the fields of the kind. In one that `show -o yaml` has
 * written the id says the kind, and computed fields are left out.
 */
function readManifest(value: unknown, place: string): Result<Manifest, string> {
  if (!isFields(value)) return err(`${place}: must be an object with kind, name and fields`);
  const { kind: word, wave = 0, ...rest } = value;
  const kind = readKind(word, rest.id);
  if (!kind.ok) return err(`${place}: ${kind.error}`);
  const { noun } = kind.value;
  const isSettings = kind.value.create === undefined;
  const isShown = isSettings || kindOfId(rest.id) !== undefined;
  const { name = isSettings ? '' : undefined, ...given } = isShown
    ? withoutComputed(kind.value, rest)
    : rest;
  if (typeof name !== 'string') return err(`${place}: name is missing`);
  if (isSettings && name !== '') return err(`${place}: ${titleOf({ noun, name: '' })} has no name`);
  if (!isWave(wave)) return err(`${place}: wave ${NOT_A_WAVE}`);
  const fields = readFields(kind.value, given);
  if (!fields.ok) return err(`${place}: ${titleOf({ noun, name })}: ${fields.error}`);
  return ok({ noun, name, fields: fields.value, wave, place });
}

/** Farther than anyone counts. */
const WAVE_MAX = 100;

const NOT_A_WAVE = `must be a whole number from -${WAVE_MAX} to ${WAVE_MAX}`;

function isWave(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= WAVE_MAX;
}

function readKind(word: unknown, id: unknown): Result<ManifestKind, string> {
  const answered = kindOfId(id);
  if (word === undefined && answered !== undefined) return ok(answered);
  if (typeof word !== 'string') return err('kind is missing, such as kind: vm');
  const kind = manifestKinds().get(word.toLowerCase());
  if (kind === undefined) {
    const known = [...new Set([...manifestKinds().values()].map(({ noun }) => noun))];
    const near = nearName(word, known);
    const hint = near === undefined ? `kinds are ${known.join(', ')}` : `did you mean ${near}?`;
    return err(`there is no kind ${word}; ${hint}`);
  }
  if (answered === undefined || answered.noun === kind.noun) return ok(kind);
  return err(`kind is ${word}, but id is that of a ${answered.noun}`);
}

function withoutComputed(kind: ManifestKind, value: Fields): Fields {
  const computed = computedFields(kind);
  return Object.fromEntries(Object.entries(value).filter(([field]) => !computed.has(field)));
}

/** The fields of a document, by the contract's names and with amounts as numbers. */
export function readFields(kind: ManifestKind, given: Fields): Result<Fields, string> {
  const names = fieldNames(kind);
  const schemas = new Map(
    [...(kind.create?.flags ?? []), ...kind.update.flags].map(({ field, schema }) => [
      field,
      schema,
    ]),
  );
  const fields: Record<string, unknown> = {};
  for (const [word, value] of Object.entries(given)) {
    const field = names.get(word);
    if (field === undefined) {
      const near = nearName(word, [...names.keys()]);
      return err(`there is no field ${word}${near === undefined ? '' : `; did you mean ${near}?`}`);
    }
    fields[field] = withNumbers(schemas.get(field) ?? {}, field, value);
  }
  return ok(fields);
}

/** Turns amounts such as `8GB` into numbers, at any depth; what is none stays for the server. */
function withNumbers(schema: FieldSchema, name: string, value: unknown): unknown {
  const main = withoutNull(schema);
  if (typeof value === 'string') {
    const isNumber = hasType(main, 'number') || hasType(main, 'integer');
    return isNumber ? (parseQuantity(value, unitOf(name)) ?? value) : value;
  }
  if (Array.isArray(value)) return value.map((item) => withNumbers(main.items ?? {}, name, item));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [
      member,
      withNumbers(main.properties?.[member] ?? {}, member, inner),
    ]),
  );
}
