// The builtin that traced policies call where a line begins.

import { asInteger, type HostBuiltins } from './host/host-builtin.ts';

/** Builtins of the tracer. */
export const PROBE_BUILTINS: HostBuiltins = {
  'internal.probe': ([index], { onProbe }) => {
    onProbe(asInteger(index));
    return true;
  },
};
