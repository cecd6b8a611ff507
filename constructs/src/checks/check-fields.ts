import { loadOffline } from '../offline/load-offline.ts';
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
  const { IN_WORDS, TERRAFORM_KINDS } = loadOffline();
  const kind = Object.values(TERRAFORM_KINDS).find((each) => each.type === type);
  return Object.entries(kind?.table ?? {}).flatMap(([name, { schema }]) => {
    const value = attributes[name];
    if (value === undefined || value === null) return [];
    const checked = schema.safeParse(value, IN_WORDS);
    if (checked.success) return [];
    return checked.error.issues
      .filter(({ path }) => !isUnknown(valueAt(value, path)))
      .map((issue) => describeIssue(name, value, issue));
  });
}

function describeIssue(name: string, value: unknown, { path, message }: Issue): string {
  const place = [name, ...path].map(String).join('.');
  const sentence = message.replace(/[.]$/, '');
  const given = JSON.stringify(valueAt(value, path));
  const join = sentence.endsWith('?') ? ' It' : '; it';
  return `\`${place}\` ${sentence}${join} is ${given ?? 'missing'}.`;
}
