// `rego.parse_module`: a text as a syntax tree.

import { parseRego } from '../../parse/parse-rego.ts';
import { asString, fail, type HostBuiltins } from '../host/host-builtin.ts';
import { moduleValue } from './syntax-value.ts';

/** The builtins over Rego texts. */
export const REGO_BUILTINS: HostBuiltins = {
  'rego.parse_module': ([file, text]) => {
    const parsed = parseRego(asString(text), { file: asString(file) });
    if (parsed.ok) return moduleValue(parsed.value);
    const [first] = parsed.error;
    return fail(`rego_parse_error: ${first?.file}:${first?.row}: ${first?.message}`);
  },
};
