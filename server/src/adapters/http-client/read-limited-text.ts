/**
 * Reads the body of an answer of another server, within a limit.
 * @throws Error where it is longer
 */
export async function readLimitedText(
  response: Response,
  { url, bytesMax }: { readonly url: string; readonly bytesMax: number },
): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new Error(`${url} answered too much`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
