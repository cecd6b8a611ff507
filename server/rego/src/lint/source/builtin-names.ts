import { BUILTINS } from '../../builtins/declarations/builtin-table.ts';

/** Builtins that no policy calls by name. */
const OPERATORS: ReadonlySet<string> = new Set(
  'equal neq lt lte gt gte plus minus mul div rem or and internal'.split(' '),
);

/** First parts of the names of builtins: `count`, and `json` of `json.patch`. */
export const BUILTIN_NAMESPACES: ReadonlySet<string> = new Set(
  [...BUILTINS.keys()]
    .map((name) => name.split('.')[0] ?? name)
    .filter((name) => !OPERATORS.has(name)),
);
