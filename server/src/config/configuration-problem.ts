/** Problem report for a wrong configuration: all faults at once, each at its source. */
import { type FieldProblem, type Problem, problem } from '@novacron/contract/problem/problem';

const REMEDY =
  'See novacron server --help; novacron config show prints where each value comes from.';

/**
 * Makes one problem of all that is wrong.
 * @param fields - at least one; paths begin with a flag, a variable or a file
 */
export function configurationProblem(fields: readonly FieldProblem[], remedy = REMEDY): Problem {
  const lines = fields.map(({ path, message }) => `${path.join(': ')}: ${message}`);
  const [first = ''] = lines;
  const detail =
    lines.length === 1 ? first : ['Several settings are wrong:', ...lines].join('\n  ');
  return problem('validation-failed', { detail, remedy, fields });
}

/** One thing that is wrong. */
export function wrong(where: string | readonly string[], message: string): FieldProblem {
  return { path: typeof where === 'string' ? [where] : [...where], message };
}

/** Returns the suffix for an unknown name that suggests a similar name. */
export function suggestion(name: string | undefined): string {
  return name === undefined ? '' : `; did you mean ${name}?`;
}
