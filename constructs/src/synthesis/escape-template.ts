import { Token } from 'cdktf';

/** A text whose braces are its own, which Terraform shall not read as a template. */
export function literal(text: string): string {
  if (Token.isUnresolved(text)) return text;
  return text.replaceAll('${', () => '$${').replaceAll('%{', '%%{');
}

/** The text behind what `literal` wrote. */
export function readLiteral(text: string): string {
  return text.replaceAll('$${', () => '${').replaceAll('%%{', '%{');
}
