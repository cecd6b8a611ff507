import { DefaultTokenResolver, StringConcat, type TerraformResource, Tokenization } from 'cdktf';

/** A resource's attributes by their names in Terraform and on the server. */
export type Attributes = { readonly [name: string]: unknown };

/**
 * Returns the synthesised attributes of a resource, including escape hatches. Values that are only
 * known when Terraform runs are strings with `${…}`.
 */
export function readAttributes(resource: TerraformResource): Attributes {
  const whole: unknown = Tokenization.resolve(resource.toTerraform(), {
    scope: resource,
    resolver: new DefaultTokenResolver(new StringConcat()),
    preparing: false,
  });
  const { terraformResourceType: type, friendlyUniqueId: id } = resource;
  const attributes = valueAt(whole, ['resource', type, id]);
  return attributesOf(attributes);
}

/** Returns the attributes of a nested block; none if it is absent or only known to Terraform. */
export function attributesOf(block: unknown): Attributes {
  return isAttributes(block) ? block : {};
}

function isAttributes(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null;
}

/** Whether a value is only known when Terraform runs, in whole or in part. */
export function isUnknown(value: unknown): boolean {
  if (typeof value === 'string') return value.replaceAll('$${', '').includes('${');
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(isUnknown);
}

/** Number of instances of a resource; NaN if only Terraform knows it. */
export function instancesOf({ for_each: keys, count = 1 }: Attributes): number {
  return keys !== undefined || isUnknown(count) ? Number.NaN : Number(count);
}

/** Whether a resource is meant to have several instances. */
export function isRepeated(attributes: Attributes): boolean {
  return attributes.for_each !== undefined || instancesOf(attributes) > 1;
}

/** Returns the value at a path inside a value; undefined if there is none. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const step of path) {
    found = typeof found === 'object' && found !== null ? Reflect.get(found, step) : undefined;
  }
  return found;
}
