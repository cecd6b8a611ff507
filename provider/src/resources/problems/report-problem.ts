/** Reports problems of the server as diagnostics at their attributes. */
import type { Problem } from '@novacron/contract/problem/problem';
import { PROBLEM_KINDS } from '@novacron/contract/problem/problem';
import { formatPath } from '../../cty/path.ts';
import type { Diagnostics, Severity } from '../../framework/diagnostics/diagnostics.ts';
import { endSentence } from '../../framework/diagnostics/end-sentence.ts';
import type { Attributes } from '../../framework/schema/attribute.ts';

/** People write configurations: the request is the provider's. */
function titleOf({ code }: Problem): string {
  return code === 'validation-failed'
    ? 'The configuration is not valid'
    : PROBLEM_KINDS[code].title;
}

/** Reports a problem: each invalid field at its attribute, any other problem at its first field. */
export function reportProblem(
  diagnostics: Diagnostics,
  found: Problem,
  options: {
    readonly attributes: Attributes;
    /** Description of the failed action: `create novacron_vm web-01`. */
    readonly doing: string;
    readonly severity?: Severity;
    /** The attribute for problems that name none. */
    readonly otherwise?: string | undefined;
  },
): void {
  const { attributes, doing, severity = 'error', otherwise } = options;
  const summary = `${titleOf(found)}: ${doing}`;
  const places = found.fields.filter((field) => String(field.path[0]) in attributes);
  if (found.code === 'validation-failed' && places.length > 0) {
    for (const place of places) {
      const detail = endSentence(`${formatPath(place.path)} ${place.message}`);
      diagnostics[severity]({ summary, detail, path: [String(place.path[0])] });
    }
    return;
  }
  const name = places[0]?.path[0] ?? otherwise;
  const detail = `${found.detail}\n\n${found.remedy}`;
  const path = name === undefined ? {} : { path: [String(name)] };
  diagnostics[severity]({ summary, detail, ...path });
}
