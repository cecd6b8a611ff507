/** Locates the programs of threads. */

/**
 * The program of a thread, beside the module that starts it. Threads run built code, also where
 * tests run the sources: the source's folder has its twin under `dist`.
 * @param moduleUrl - the module's `import.meta.url`
 * @param name - the program's file, without its extension
 */
export function threadProgram(moduleUrl: string, name: string): URL {
  const isSource = moduleUrl.endsWith('.ts');
  const base = isSource ? moduleUrl.replace('/server/src/', '/server/dist/') : moduleUrl;
  return new URL(`./${name}.js`, base);
}
