/**
 * Finds what a real API server would refuse in an object: unknown and missing fields, values of the
 * wrong type.
 */
import * as kubernetes from '@kubernetes/client-node';
import { CUSTOM_RESOURCES } from './custom-resources.mjs';

const TYPES = new Map(Object.entries(kubernetes));

/** @returns {Promise<readonly string[]>} as the API server names them */
export async function findFaults(object) {
  const custom = CUSTOM_RESOURCES[`${object.apiVersion}/${object.kind}`];
  if (custom !== undefined) return findCustomFaults(object, custom);
  const [version, group] = object.apiVersion.split('/').reverse();
  const type = `${version.toUpperCase()}${object.kind}`;
  if (!TYPES.has(type)) return [`no matches for kind "${object.kind}"`];
  return [...findUnknown(object, type, ''), ...(await findMissing(object, group, version))];
}

function findCustomFaults({ spec, metadata }, schema) {
  const { success, error } = schema.safeParse(spec);
  const faults = findUnknown(metadata, 'V1ObjectMeta', 'metadata.');
  if (success) return faults;
  const found = error.issues.map(({ path, message }) => `spec.${path.join('.')}: ${message}`);
  return [...faults, ...found];
}

function findUnknown(value, type, path) {
  if (value === null || value === undefined) return [];
  const list = /^(?:Array|Set)<(.+)>$/.exec(type)?.[1];
  if (list !== undefined) return findUnknownOfList(value, list, path);
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (map !== undefined) return findUnknownOfMap(value, map, path);
  const types = TYPES.get(type)?.getAttributeTypeMap?.();
  if (types === undefined) return fitsPlainType(value, type) ? [] : [wrongType(path, type)];
  if (typeof value !== 'object') return [wrongType(path, type)];
  return Object.entries(value).flatMap(([key, inner]) => {
    const field = types.find(({ baseName }) => baseName === key);
    if (field === undefined) return [`unknown field "${path}${key}"`];
    return findUnknown(inner, field.type, `${path}${key}.`);
  });
}

function findUnknownOfList(value, type, path) {
  if (!Array.isArray(value)) return [wrongType(path, 'list')];
  const of = path.replace(/\.$/, '');
  return value.flatMap((each, index) => findUnknown(each, type, `${of}[${index}].`));
}

function findUnknownOfMap(value, type, path) {
  if (typeof value !== 'object') return [wrongType(path, 'map')];
  return Object.entries(value).flatMap(([key, each]) => findUnknown(each, type, `${path}${key}.`));
}

function fitsPlainType(value, type) {
  if (type === 'string') return typeof value === 'string';
  if (type === 'number') return typeof value === 'number';
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'IntOrString') return ['number', 'string'].includes(typeof value);
  return true;
}

function wrongType(path, type) {
  return `${path.replace(/\.$/, '')}: is not of type ${type}`;
}

/** The models of an older Kubernetes know what is required, and nothing of unknown fields. */
async function findMissing(object, group, version) {
  const home = group === undefined ? version : `${group}/${version}`;
  const models = await import(`kubernetes-models/${home}`);
  try {
    new models[object.kind](object).validate();
    return [];
  } catch (cause) {
    return [cause.message];
  }
}
