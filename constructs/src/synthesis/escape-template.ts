import { Token } from 'cdktf';

/** Escapes a text so that Terraform does not read it as a template. */
export function escapeTemplate(text: string): string {
  if (Token.isUnresolved(text)) return text;
  return text.replaceAll('${', () => '$${').replaceAll('%{', '%%{');
}

/** Reverses `escapeTemplate`. */
export function unescapeTemplate(text: string): string {
  return text.replaceAll('$${', () => '${').replaceAll('%%{', '%{');
}
