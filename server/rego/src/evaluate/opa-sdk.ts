// The borders to the SDK of OPA and to WebAssembly, typed as far as they are used here: neither
// ES2023's library nor Node's types know WebAssembly.

import * as sdk from '@open-policy-agent/opa-wasm';

/** A compiled module; opaque. */
export type WasmModule = { readonly __module: unique symbol };

type WebAssemblyApi = {
  readonly Module: {
    new (bytes: Uint8Array): WasmModule;
    customSections(module: WasmModule, name: string): readonly ArrayBuffer[];
  };
  readonly RuntimeError: new () => Error;
};

/** The global `WebAssembly`. */
export const webAssembly: WebAssemblyApi = Reflect.get(globalThis, 'WebAssembly');

/** A policy of the SDK. */
export type SdkPolicy = {
  readonly mem: { readonly buffer: ArrayBuffer };
  readonly entrypoints: Readonly<Record<string, number>>;
  setData(json: ArrayBuffer): void;
  evaluate(input: ArrayBuffer | undefined, entrypoint: string): unknown;
};

/** A builtin as the SDK calls it. */
export type SdkBuiltin = (...args: readonly unknown[]) => unknown;

type LoadSync = (
  module: WasmModule,
  memory: { readonly initial: number; readonly maximum: number },
  builtins: Readonly<Record<string, SdkBuiltin>>,
) => SdkPolicy;

/** Makes an instance of a module; memory is in pages of 64 KiB, 0 is the SDK's default. */
export function loadSdkPolicy(
  module: WasmModule,
  memory: { readonly initial: number; readonly maximum: number },
  builtins: Readonly<Record<string, SdkBuiltin>>,
): SdkPolicy {
  // The SDK's ECMAScript face has the synchronous loader only on its default export, which its
  // types leave out.
  const { loadPolicySync }: { readonly loadPolicySync: LoadSync } = Reflect.get(sdk, 'default');
  return loadPolicySync(module, memory, builtins);
}
