import { createHash } from 'node:crypto';
import { ref, type TerraformMetaArguments, Token } from 'cdktf';
import type { Construct } from 'constructs';

/** Maximum length of a name; a group's limit is lower, because members append a number. */
const NAME_LENGTH_MAX = 59;
const HASH_LENGTH = 8;

/**
 * Derives the default name of a resource from its path in the app, which is unique and stable:
 * `shop/web` becomes `shop-web`.
 */
export function deriveName(construct: Construct, lengthMax = NAME_LENGTH_MAX): string {
  const { path } = construct.node;
  const name = path.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
  if (name.length <= lengthMax) return name;
  const hash = createHash('sha256').update(path).digest('hex').slice(0, HASH_LENGTH);
  return `${name.slice(0, lengthMax - HASH_LENGTH - 1)}-${hash}`;
}

/** Derives default names that differ where a construct is several resources: `shop-web-KEY`. */
export function deriveNames(construct: Construct, props: TerraformMetaArguments): string {
  const name = deriveName(construct);
  if (props.forEach !== undefined) return `${name}-${Token.asString(ref('each.key'))}`;
  if (props.count !== undefined) return `${name}-${Token.asString(ref('count.index'))}`;
  return name;
}
