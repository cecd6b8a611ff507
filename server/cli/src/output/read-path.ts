/** Values of a resource by a path of names: `metadata.tier`, `rules.0.ports`. */
import { isFields } from './fields.ts';

/**
 * Returns what a path leads to; undefined where it leads nowhere. A label may contain dots: the
 * longest name that exists is taken.
 */
export function readPath(value: unknown, path: string): unknown {
  if (path === '') return value;
  if (Array.isArray(value)) {
    const [head = '', ...rest] = path.split('.');
    if (!/^\d+$/.test(head)) return value.map((item) => readPath(item, path));
    return readPath(value[Number(head)], rest.join('.'));
  }
  if (!isFields(value)) return undefined;
  const names = path.split('.');
  for (let count = names.length; count > 0; count -= 1) {
    const name = names.slice(0, count).join('.');
    if (Object.hasOwn(value, name)) return readPath(value[name], names.slice(count).join('.'));
  }
  return undefined;
}
