import { DefaultTokenResolver, StringConcat, type TerraformResource, Tokenization } from 'cdktf';
import { loadOrchestration } from '../offline/load-offline.ts';
import { unescapeTemplate } from '../synthesis/escape-template.ts';
import { nameOrchestrationProp, nameParameters } from './name-orchestration-prop.ts';
import { isUnknown, readAttributes, valueAt } from './read-attributes.ts';

/** Source of a document. */
interface Origin {
  /** File name of a document for messages; undefined if it is generated from props. */
  readonly file: string | undefined;
  /** The props that it is generated from; undefined if it is a text. */
  readonly fields: unknown;
}

/**
 * Validates the document of an orchestration policy like the server. Values that are only known
 * when Terraform runs are not checked.
 * @returns every mistake with its place
 */
export function checkOrchestration(resource: TerraformResource, origin: Origin): string[] {
  const { document } = readAttributes(resource);
  if (isUnknown(document)) return origin.fields === undefined ? [] : checkParts(resource, origin);
  const read = loadOrchestration().readPolicy(unescapeTemplate(String(document)));
  if (read.ok) return [];
  return read.error.map(({ line, column, path, message }) => {
    if (origin.file === undefined) return describeMistake(path, message);
    const where = path.slice(1).join('.');
    return `${origin.file}:${line}:${column}: ${where === '' ? '' : `\`${where}\` `}${message}`;
  });
}

/** Validates the known parts of a document that contains unknown values. */
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
    .map(({ path, message }) => describeMistake(path, message));
}

/** A mistake of a document that was made from props, at its prop. */
function describeMistake(path: readonly PropertyKey[], message: string): string {
  const where = nameOrchestrationProp(path.slice(1).map(String));
  return `${where === '' ? '' : `\`${where}\` `}${nameParameters(message)}`;
}
