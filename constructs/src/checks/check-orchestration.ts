import { DefaultTokenResolver, StringConcat, type TerraformResource, Tokenization } from 'cdktf';
import { loadOrchestration } from '../offline/load-offline.ts';
import { unescapeTemplate } from '../synthesis/escape-template.ts';
import { isUnknown, readAttributes, valueAt } from './read-attributes.ts';

/** Where a document comes from. */
interface Origin {
  /** What problems call the text that somebody wrote; undefined where it is made of props. */
  readonly file: string | undefined;
  /** What it is made of; undefined where it is a text. */
  readonly fields: unknown;
}

/**
 * Reads the document of an orchestration policy as the server does. What is only known when
 * Terraform runs passes.
 * @returns every mistake with its place
 */
export function checkOrchestration(resource: TerraformResource, origin: Origin): string[] {
  const { document } = readAttributes(resource);
  if (isUnknown(document)) return origin.fields === undefined ? [] : checkParts(resource, origin);
  const read = loadOrchestration().readPolicy(unescapeTemplate(String(document)));
  if (read.ok) return [];
  return read.error.map(({ line, column, path, message }) => {
    const where = path.slice(1).join('.');
    const at = origin.file === undefined ? '' : `${origin.file}:${line}:${column}: `;
    return `${at}${where === '' ? '' : `\`${where}\` `}${message}`;
  });
}

/** Reads what is known of a document that nobody can read as a whole yet. */
function checkParts(resource: TerraformResource, { fields }: Origin): string[] {
  const resolved: unknown = Tokenization.resolve(fields, {
    scope: resource,
    resolver: new DefaultTokenResolver(new StringConcat()),
    preparing: false,
  });
  const document = JSON.parse(JSON.stringify(resolved));
  const parsed = loadOrchestration().parsePolicies([document]);
  if (parsed.ok) return [];
  return parsed.error.fields
    .filter(({ path }) => !isUnknown(valueAt([document], path)))
    .map(({ path, message }) => `\`${path.slice(1).join('.')}\` ${message}`);
}
