import { Token } from 'cdktf';

/** A text whose braces are its own, which Terraform shall not read as a template. */
export function escapeTemplate(text: string): string {
  if (Token.isUnresolved(text)) return text;
  return text.replaceAll('${', () => '$${').replaceAll('%{', '%%{');
}

/** The text behind what `escapeTemplate` wrote. */
export function unescapeTemplate(text: string): string {
  return text.replaceAll('$${', () => '${').replaceAll('%%{', '%{');
}
