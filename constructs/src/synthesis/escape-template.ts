/** The start of a template in a text of Terraform, but not that of a token of CDKTF. */
const INTERPOLATION = /\$\{(?!TfToken\[)/g;

/**
 * Escapes a text so that Terraform does not read it as a template, such as `${HOME}` of a shell.
 * Tokens inside of it stay references.
 */
export function escapeTemplate(text: string): string {
  return text.replaceAll(INTERPOLATION, () => '$${').replaceAll('%{', '%%{');
}

type Labels = { [label: string]: string };

/** Escapes the values of labels. */
export function escapeLabels(labels: Labels): Labels;
export function escapeLabels(labels: Labels | undefined): Labels | undefined;
export function escapeLabels(labels: Labels | undefined): Labels | undefined {
  if (labels === undefined) return labels;
  const entries = Object.entries(labels);
  return Object.fromEntries(entries.map(([label, value]) => [label, escapeTemplate(value)]));
}

/** Escapes a text that may be absent. */
export function escapeOptional(text: string | undefined): string | undefined {
  return text === undefined ? undefined : escapeTemplate(text);
}

/** Reverses `escapeTemplate`. */
export function unescapeTemplate(text: string): string {
  return text.replaceAll('$${', () => '${').replaceAll('%%{', '%{');
}
