import type { MachineProps } from '../machine-props.ts';
import { Size } from '../size.ts';

/** A machine that is all right but for its network. */
export const MACHINE: MachineProps = {
  cpuCores: 2,
  memory: Size.gibibytes(4),
  disk: Size.gibibytes(20),
};
