// An annotation as a policy sees it: the members that OPA knows, in the form that OPA gives them.

import type { RegoAnnotation } from '../parse/read-annotations.ts';
import { isJsonObject } from '../syntax/json-object.ts';
import { fromJson } from '../values/json-value.ts';
import { makeObject, type RegoValue } from '../values/rego-value.ts';

type Pair = readonly [string, RegoValue];

/** The value of one link of `rego.metadata.chain()`; members of an unknown form are left out. */
export function annotationValue({ scope, declared }: RegoAnnotation): RegoValue {
  const pairs: Pair[] = [['scope', scope]];
  for (const [name, read] of Object.entries(READERS)) {
    const value = read(declared[name]);
    if (value !== undefined) pairs.push([name, value]);
  }
  return makeObject(pairs);
}

type Reader = (value: unknown) => RegoValue | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  title: readText,
  description: readText,
  entrypoint: (value) => (value === true ? true : undefined),
  organizations: (value) => readList(value, readText),
  related_resources: (value) =>
    readList(value, (each) => (typeof each === 'string' ? named('ref', each) : readPlain(each))),
  authors: (value) => readList(value, readAuthor),
  schemas: (value) => readList(value, readSchema),
  custom: (value) =>
    isJsonObject(value) && Object.keys(value).length > 0 ? fromJson(value) : undefined,
};

function readText(value: unknown): RegoValue | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function readPlain(value: unknown): RegoValue | undefined {
  return isJsonObject(value) ? fromJson(value) : undefined;
}

function readList(value: unknown, read: Reader): RegoValue | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.map(read).filter((each) => each !== undefined);
}

function named(name: string, value: RegoValue): RegoValue {
  return makeObject([[name, value]]);
}

// `A Name <a@mail>`, either half alone, or a mapping.
function readAuthor(value: unknown): RegoValue | undefined {
  if (typeof value !== 'string') return readPlain(value);
  const [, name = '', email] = /^(.*?)\s*(?:<([^<>]*)>)?$/s.exec(value.trim()) ?? [];
  const pairs: Pair[] = [];
  if (name !== '') pairs.push(['name', name]);
  if (email !== undefined) pairs.push(['email', email]);
  return makeObject(pairs);
}

// `input.request: schema.request` names a schema, `input.request: {type: …}` is one.
function readSchema(value: unknown): RegoValue | undefined {
  const [first] = isJsonObject(value) ? Object.entries(value) : [];
  if (!first) return undefined;
  const [path, schema] = first;
  const body: Pair =
    typeof schema === 'string' ? ['schema', schema.split('.')] : ['definition', fromJson(schema)];
  return makeObject([['path', path.split('.')], body]);
}
