import { loadOffline } from '../offline/load-offline.ts';
import { findNumberToken, NUMBER_TOKEN_ADVICE } from '../synthesis/find-number-token.ts';
import { nameProp } from './name-prop.ts';
import { type Attributes, isUnknown, valueAt } from './read-attributes.ts';

/** An issue of a schema: path and message. */
interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * Validates the attributes of a resource with the server's own table of its fields. Values that are
 * only known when Terraform runs are not checked here but by the server.
 * @param type - Terraform type, such as `novacron_vm`
 * @returns one sentence per mistake
 */
export function checkFields(type: string, attributes: Attributes): string[] {
  const { ADMINISTRATIVE_FIELDS, IN_WORDS, RESOURCE_DEFINITIONS } = loadOffline();
  const kind = Object.values(RESOURCE_DEFINITIONS).find((each) => each.type === type);
  const administrative = Object.entries(ADMINISTRATIVE_FIELDS);
  const [, fields = {}] = administrative.find(([name]) => `novacron_${name}` === type) ?? [];
  const table = kind?.table ?? fields;
  return Object.entries(table).flatMap(([name, { schema }]) => {
    const value = attributes[name];
    if (value === undefined || value === null) return [];
    const encoded = findNumberToken(value);
    if (encoded !== undefined) {
      const place = nameProp(type, [name, ...encoded], directionOf(value, encoded));
      return [`\`${place}\` ${NUMBER_TOKEN_ADVICE}.`];
    }
    const checked = schema.safeParse(value, IN_WORDS);
    if (checked.success) return [];
    return checked.error.issues
      .filter(({ path }) => !isUnknown(valueAt(value, path)))
      .map((issue) => describeIssue(type, { name, value }, issue));
  });
}

function describeIssue(
  type: string,
  { name, value }: { readonly name: string; readonly value: unknown },
  { path, message }: Issue,
): string {
  const place = nameProp(type, [name, ...path].map(String), directionOf(value, path));
  const sentence = message.replace(/[.]$/, '');
  const given = JSON.stringify(valueAt(value, path));
  const join = sentence.endsWith('?') ? ' It' : '; it';
  return `\`${place}\` ${sentence}${join} is ${given ?? 'missing'}.`;
}

/** The direction of the firewall rule that a path leads to; undefined where it leads to none. */
function directionOf(value: unknown, path: readonly PropertyKey[]): string | undefined {
  const found = path
    .map((_step, at) => valueAt(value, [...path.slice(0, at + 1), 'direction']))
    .find((each) => typeof each === 'string');
  return typeof found === 'string' ? found : undefined;
}
